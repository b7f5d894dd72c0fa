"""On a phone of 390 px: a visitor calculates and shares, a clerk goes from home to one number told to eligible."""

from __future__ import annotations

import pytest

from qiying.capabilities.policies.tests.shelves import POLICIES
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.cases.tests.walking import both_ways
from qiying.ui.tests import browsing
from qiying.ui.tests.browsing import has, shows, sound

pytestmark = browsing.MARKS
STAFF = AWARD.replace("sample-hnte", "sample-staff").replace("高新技术企业奖励", "稳岗补贴").replace(
    "是高新技术企业", "职工人数 >= 20"
)  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def samples(world: World) -> None:
    """Publish the patterns a district would use, and two policies of the cast."""
    themes = ("tech", "award", "premises", "digital", "market")
    world.published(theme="tech", contact_name="王工", contact_phone="0573-86110000")
    world.published(STAFF, theme="talent")
    for n, name in enumerate(("rent-subsidy", "tech-upgrade", "overseas-fair", "ip-pledge-interest")):
        world.published((POLICIES / f"patterns/{name}.yaml").read_text(encoding="utf-8"), theme=themes[n])


def test_a_visitor_calculates_and_shares(opened, world):
    world.published(theme="tech")
    world.published(STAFF, theme="talent")
    page = opened(width=390)
    page.goto("/")
    sound(page)
    page.click("text=算一算，企业能享受哪些政策")
    sound(page)
    page.click("text=开始算")
    for _ in range(6):
        sound(page)
        if page.locator("input[type=radio]").count():
            page.click("label:has-text('是') >> nth=0")
        else:
            page.fill("#answer", "2600" if page.locator("select[name=unit]").count() else "17")
        with page.expect_response(lambda answer: answer.request.method == "POST") as said:
            page.click("text=下一步")
        if said.value.status == 204:
            break
    page.wait_for_url("**/calculator/result/")
    shows(page, "30 万元")
    has(page.locator("text=再增加3人"), 1)
    page.click("text=生成链接")
    sound(page)
    link = page.inner_text("#share-link")
    other = opened(width=390)
    assert other.goto(link).status == 200
    sound(other)
    has(other.locator("text=禾川"), 0)


def test_without_scripts_the_calculator_works_too(opened, world):
    world.published()
    page = opened(width=390, java_script_enabled=False)
    page.goto("/policies/calculator/")
    page.click("text=开始算")
    page.check("input[value='否']", force=True)
    page.click("text=下一步")
    page.wait_for_url("**/calculator/result/")


def test_a_clerk_tells_one_number_and_is_eligible(opened, world):
    samples(world)
    world.facts(是高新技术企业="是", 职工人数="17")
    page = opened(world.people["clerk"], 390)
    page.goto("/")
    sound(page)
    page.click("nav.q-phone-tabs >> text=政策")
    sound(page)
    page.goto("/policies/mine/facts/营业收入/")
    sound(page)
    page.fill("#fact", "-1")
    page.click("text=记下，看结果")
    shows(page, "不在范围里")
    assert page.input_value("#fact") == "-1"
    page.complaints.clear()  # the browser notes the 422
    sound(page)
    page.fill("#fact", "2600")
    page.click("text=记下，看结果")
    page.wait_for_url("**/policies/mine/")
    shows(page, "多了", "高新技术企业奖励")
    sound(page)
    page.goto("/")
    shows(page, "您现在能享受")
    sound(page)
    for address in ("/policies/", "/policies/p/sample-hnte/", "/policies/preferences/"):
        page.goto(address)
        sound(page)


@both_ways
def test_the_public_pages_and_the_counter_fit_the_screen(opened, world, every):
    samples(world)
    world.facts(是高新技术企业="是")
    public = [
        "/policies/",
        "/policies/?theme=tech&q=高新",
        "/policies/?show=over",
        "/policies/p/sample-tech-upgrade/",
        "/policies/p/sample-tech-upgrade/print/",
    ]
    browsing.look(opened(), public, every=every)
    desk = opened(world.people["desk"])
    desk.goto("/policies/counter/?enterprise=禾川")
    desk.click("text=替它算 >> nth=0")
    desk.wait_for_url("**/counter/ask/**")
    counter = ["?enterprise=禾川", "ask/", "result/", "print/"]
    browsing.look(desk, [f"/policies/counter/{name}" for name in counter], every=every)
