"""The whole way in a real browser: the clerk on a phone, the officers at their screens."""

from __future__ import annotations

import pytest

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.ui.tests.browsing import MARKS, shows, sound

pytestmark = MARKS


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_from_the_home_page_to_the_decision(opened, world):
    desk = Desk(world, co_unit_ids=[world.units["co"].pk])
    world.facts(营业收入="6000000")
    phone = opened(world.people["clerk"], 390)
    phone.goto("/")
    phone.goto(f"/policies/p/{desk.policy.code}/")
    phone.get_by_role("link", name="一键申报").click()
    sound(phone)
    phone.fill("#id_account_bank", "中国银行海盐支行")
    phone.fill("#id_account_number", "3500 1234 5678 9012")
    phone.check("#id_consent")
    phone.get_by_role("button", name="申报").click()
    phone.wait_for_selector(".ap-steps")
    sound(phone)
    application = Application.objects.select_related("case").get()
    number = application.case.number

    officer = opened(world.people["policy"])
    officer.goto("/worklist/")
    officer.get_by_role("link", name="样例：高新技术企业奖励").first.click()
    sound(officer)
    officer.goto(f"/cases/{number}/do/accept/")
    officer.locator("form button.btn-primary").click()
    co = opened(world.people["co_reviewer"])
    co.goto(f"/cases/{number}/?write=opinion")
    co.locator("label", has_text="同意").first.click()
    co.locator("form[action*='opinion'] button.btn-primary").click()
    co.wait_for_load_state()
    officer.goto(f"/cases/{number}/do/review/")
    officer.locator("form button.btn-primary").click()
    officer.wait_for_load_state()
    application.case.refresh_from_db()
    assert application.case.state == "publicity"

    desk.past_publicity(application.case)
    reviewer = opened(world.people["reviewer"])
    reviewer.goto(f"/cases/{number}/do/approve/")
    sound(reviewer)
    reviewer.locator("form button.btn-primary").click()
    reviewer.wait_for_load_state()
    phone.goto(f"/policies/applications/{number}/")
    shows(phone, "已核定")


def test_office_pages_fit_the_screen(opened, world):
    Desk(world).public()
    office = opened(world.people["policy"])
    for address in ("/policy-batches/", "/policies/listings/", "/policies/publicity/"):
        assert office.goto(address).status == 200
        sound(office)
