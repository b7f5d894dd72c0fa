"""The pages of handling for everybody: who gets in, what may be posted, and reminders that are told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.handling.models import Licence, Partner, Reminder
from qiying.capabilities.handling.services.reminding import authorities_remind, licences_remind
from qiying.capabilities.handling.tests.handling_world import TODAY, Hall, licence_kind, make_hall
from qiying.capabilities.handling.urls import urlpatterns
from qiying.capabilities.handling.views.alliance import PARTNERS
from qiying.capabilities.handling.views.licences import REGISTER
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import both_ways, hostile
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.registers.imports import register_try, register_undo, register_write
from qiying.kernel.tables.files.sniff import read_sheets

pytestmark = pytest.mark.django_db
LIST = Path(__file__).parents[1] / "data" / "partners.csv"
STAFF = "desk desk2 bio"
OPENS = {
    "partners": f"{STAFF} market supervisor leader",
    "partners_new": STAFF,
    "partners_row": STAFF,
    "remote": f"{STAFF} market supervisor leader qufu chishui",
    "remote_new": "",
    "remote_row": "",
    "licences": STAFF,
    "licences_new": STAFF,
    "licences_row": STAFF,
    "my_licences": f"{STAFF} market health supervisor leader qufu chishui clerk outsider",
}
"""Who sees a page; for everybody else there is none."""
KIT = ("view", "imports", "template", "one", "mapping", "step", "act", "quiet", "file")
EVERYBODY = ("desk", "bio", "market", "supervisor", "leader", "qufu", "chishui", "clerk", "outsider", None)
HOSTILE = ("", "²", "-1", "9" * 19, "NaN", "\x00", "0001-01-01", "9999-12-31", "<script>", "x" * 6000)


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    made = make_hall()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def licence(hall: Hall, days: int = 20, **more: Any) -> Licence:
    values = {
        "district": hall.district, "enterprise": hall.enterprise, "name": "食品经营许可证", "number": "JY133",
        "valid_until": TODAY + timedelta(days=days), "how": "到期前 30 日到市场监管窗口延续",
    }  # fmt: skip
    row: Licence = Licence.objects.create(**{**values, **more})
    return row


def address(name: str, keys: dict[str, Any]) -> str:
    return reverse(f"handling:{name}", args=[keys[name]] if name in keys else [])


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(hall: Hall, who: str | None) -> None:
    row = hall.partner("shandong", "山东省", "曲阜市")
    keys: dict[str, Any] = {"partners_row": row.pk, "licences_row": licence(hall).pk}
    keys["remote_row"] = hall.open(
        "qufu",
        "remote_handling",
        partner_id=row.pk,
        way="in",
        title="个体户注销",
        text="店在这里",
        applicant="孔先生",
    ).number
    browser, wrong = hall.browser(who), []
    names = {str(one.name) for one in urlpatterns}
    assert {n for n in names if n.rpartition("_")[2] not in KIT} == set(OPENS)
    for name, opens in OPENS.items():
        wanted = 302 if who is None or name == "remote_new" else 200 if who in opens.split() else 404
        if (got := browser.get(address(name, keys)).status_code) != wanted:
            wrong.append((name, got))
    assert wrong == []
    listed = browser.get(reverse("handling:remote")).content.decode()
    assert ("个体户注销" in listed) == (who in {"desk", "supervisor", "qufu"})


@both_ways
def test_no_posted_value_breaks_a_form(hall: Hall, every: bool) -> None:
    browser = hall.browser("desk")
    row = hall.partner("shandong", "山东省", "曲阜市")
    one = licence(hall)
    good: dict[str, dict[str, Any]] = {
        "partners_new": {
            "province": "贵州省",
            "county": "赤水市",
            "desk": hall.units["guizhou"].pk,
            "valid_from": TODAY,
        },
        "licences_new": {
            "enterprise": hall.enterprise.name,
            "name": "证",
            "number": "2",
            "valid_until": TODAY,
        },
    }
    urls = {reverse(f"handling:{name}"): values for name, values in good.items()}
    urls |= {
        reverse("handling:partners_act", args=[row.pk, "edit"]): good["partners_new"],
        reverse("handling:partners_act", args=[row.pk, "end"]): {"on": TODAY, "reason": "到期"},
        reverse("handling:licences_act", args=[one.pk, "edit"]): good["licences_new"],
    }
    for url, values in urls.items():
        for name in values:
            for value in HOSTILE if every else hostile(len(url) + len(name), every=False):
                assert browser.post(url, {**values, name: value}).status_code < 500, (url, name, value[:9])
    for value in HOSTILE:
        for procedure in ("unaccepted_matter", "agency", "remote_handling"):
            sent = dict.fromkeys(
                ("title", "text", "until", "way", "partner_id", "scope", "enterprise_id", "documents"), value
            )
            assert browser.post(reverse("cases:open", args=[procedure]), sent).status_code < 500


def test_the_list_of_the_alliance_is_imported_tried_and_undone(hall: Hall) -> None:
    desk = hall.viewer("desk")
    given: dict[str, Any] = {"register": PARTNERS, "actor": desk, "now": hall.now}
    batch = register_try(content=LIST.read_bytes(), name="partners.csv", **given)
    assert [why for _, _, why in batch.rows if why] == [] and len(batch.rows) == 59
    assert not Partner.objects.exists()
    batch = register_write(batch=batch, **given)
    assert Partner.objects.count() == 59
    assert Partner.objects.values("province").distinct().count() == 16
    assert "16 个省份，59 个市县" in hall.browser("desk").get(reverse("handling:partners")).content.decode()
    again = register_try(content=LIST.read_bytes(), name="partners.csv", **given)
    register_write(batch=again, **given)
    assert Partner.objects.count() == 59
    register_undo(batch=batch, **given)
    assert not Partner.objects.filter(valid_to__isnull=True).exists()


def test_a_partner_is_written_down_once_and_its_desk_is_ours_to_name(hall: Hall) -> None:
    browser, new = hall.browser("desk"), reverse("handling:partners_new")
    sent = {
        "province": "山东省",
        "county": "曲阜市",
        "desk": hall.units["shandong"].pk,
        "valid_from": str(TODAY),
    }
    browser.post(new, {**sent, "desk": ""})
    assert browser.post(new, {**sent, "desk": ""}).status_code == 422
    row = Partner.objects.get()
    assert row.desk is None
    browser.post(reverse("handling:partners_act", args=[row.pk, "end"]), {"on": str(TODAY), "reason": "到期"})
    row.refresh_from_db()
    assert row.valid_to == TODAY
    for who in ("market", "qufu", "clerk"):
        assert hall.browser(who).post(new, sent).status_code == 404


# --- licences ------------------------------------------------------------------------------------


def told() -> list[int]:
    return list(Reminder.objects.order_by("pk").values_list("days", flat=True))


def test_each_step_of_a_validity_is_told_once(hall: Hall) -> None:
    row = licence(hall, days=70)
    steps: list[int] = []
    for day in range(80):
        now = hall.now + timedelta(days=day)
        steps += [70 - day] * licences_remind(now)
        licences_remind(now + timedelta(hours=3))
    assert steps == [60, 30, 7] and told() == [60, 30, 7]
    (first, *_) = Notice.objects.filter(template="licence_expiring").order_by("pk")
    assert first.to_key == f"e:{hall.enterprise.pk}" and first.context["number"] == "JY133"
    assert sum(FigureDelta.objects.filter(measure="told").values_list("value", flat=True)) == 3
    Licence.objects.filter(pk=row.pk).update(valid_until=row.valid_until + timedelta(days=365))
    assert licences_remind(hall.now + timedelta(days=70 + 365 - 5)) == 1  # a new validity is told of anew


def test_after_a_pause_of_the_worker_or_a_clock_set_back_nothing_is_told_twice(hall: Hall) -> None:
    licence(hall, days=20)
    assert licences_remind(hall.now) == 1 and told() == [30]
    assert licences_remind(hall.now - timedelta(days=30)) == 1  # the clock was set back: the step before
    assert [licences_remind(hall.now + timedelta(days=d)) for d in (0, 1, 19, 19)] == [0, 0, 1, 0]
    assert sorted(told()) == [7, 30, 60]


@pytest.mark.parametrize(
    "changes", [{"is_quiet": True}, {"ended_on": TODAY}, {"valid_until": TODAY - timedelta(days=1)}]
)
def test_who_wants_none_and_what_is_over_is_not_told(hall: Hall, changes: dict[str, Any]) -> None:
    licence(hall, **changes)
    assert licences_remind(hall.now) == 0


def test_an_enterprise_opts_out_and_in_again_for_itself_only(hall: Hall) -> None:
    row = licence(hall)
    url = reverse("handling:licence_quiet", args=[row.pk])
    for who in ("outsider", "desk"):
        assert hall.browser(who).post(url, {"quiet": "1"}).status_code == 404
    clerk = hall.browser("clerk")
    assert "这张不用提醒了" in clerk.post(url, {"quiet": "0"}, follow=True).content.decode()
    assert "快到期时提醒我" in clerk.post(url, {"quiet": "1"}, follow=True).content.decode()
    assert licences_remind(hall.now) == 0
    clerk.post(url, {"quiet": "0"})
    assert licences_remind(hall.now) == 1
    assert (
        "没有登记过您的证照" in hall.browser("outsider").get(reverse("handling:my_licences")).content.decode()
    )


def test_certificates_of_our_own_are_reminded_of_too(hall: Hall) -> None:
    licence_kind()
    issue_certificate(
        "docs_licence", holder="甲", enterprise=hall.enterprise, fields={}, by=hall.viewer("desk"), now=hall.now,
        valid_until=TODAY + timedelta(days=6),
    )  # fmt: skip
    assert licences_remind(hall.now) == 1 and licences_remind(hall.now) == 0


def test_many_licences_cost_few_queries(hall: Hall) -> None:
    def cost(now: datetime) -> int:
        with CaptureQueriesContext(connection) as asked:
            licences_remind(now)
        return len(asked)

    licence(hall)
    few = cost(hall.now)
    for n in range(40):
        licence(hall, number=f"N{n}", days=5)
    assert cost(hall.now) <= few + 1 and Reminder.objects.count() == 41


def test_licences_come_in_by_a_table(hall: Hall) -> None:
    liaison: dict[str, Any] = {"register": REGISTER, "actor": hall.viewer("desk"), "now": hall.now}
    rows = f"企业,证照名称,证照编号,有效期至\n{hall.enterprise.name},卫生许可证,W1,2027-01-05\n没有的公司,卫生许可证,W2,2027-01-05\n"
    batch = register_try(content=rows.encode(), name="证照.csv", **liaison)
    assert [bool(why) for _, _, why in batch.rows] == [False, True]
    register_write(batch=batch, **liaison)
    assert Licence.objects.get().number == "W1"
    book = hall.browser("desk").get(reverse("handling:licences"), {"export": "xlsx"}).content
    assert "W1" in str(read_sheets(book)[0])


def test_a_table_never_writes_over_the_row_of_somebody_else(hall: Hall) -> None:
    desk: dict[str, Any] = {"actor": hall.viewer("desk"), "now": hall.now}
    row, other = licence(hall, number="W1"), make_enterprise(hall.district, "乙食品有限公司")
    table = f"企业,证照名称,证照编号,有效期至\n{other.name},卫生许可证,W1,2027-01-05\n"
    given = {"register": REGISTER, **desk}
    batch = register_write(batch=register_try(content=table.encode(), name="证照.csv", **given), **given)
    assert "已经登记在" in str(batch.rows[0][2]) and Licence.objects.get().enterprise_id == hall.enterprise.pk
    same = table.replace(other.name, hall.enterprise.credit_code or hall.enterprise.name)
    register_write(batch=register_try(content=same.encode(), name="证照.csv", **given), **given)
    row.refresh_from_db()
    assert row.name == "卫生许可证" and Licence.objects.count() == 1
    Partner.objects.create(district=hall.district, province="山东省", county="鼓楼区", valid_from=TODAY)
    regions = "省份,市县,联系人\n福建省,鼓楼区,甲\n江苏省,鼓楼区,乙\n山东省,鼓楼区,丙\n"
    given = {"register": PARTNERS, **desk}
    batch = register_try(content=regions.encode(), name="联盟.csv", **given)
    assert [why for _, _, why in batch.rows] == [[], [], []]
    register_write(batch=batch, **given)
    named = dict(Partner.objects.values_list("province", "contact"))
    assert named == {"福建省": "甲", "江苏省": "乙", "山东省": "丙"}


def waits(hall: Hall, who: str) -> bool:
    return waiting_for(hall.viewer(who), hall.now).pile("authorities") is not None


def test_before_an_authority_ends_both_sides_are_told_once_a_step(hall: Hall) -> None:
    case = hall.act(hall.agency(until=str(TODAY + timedelta(days=9))), "desk", "take")
    steps: list[int] = []
    for day in range(12):
        now = hall.now + timedelta(days=day)
        steps += [9 - day] * authorities_remind(now)
        assert authorities_remind(now) == 0
    assert steps == [7, 1]
    told = Notice.objects.filter(template="authority_expiring")
    assert set(told.values_list("to_key", "url")) == {
        (f"e:{hall.enterprise.pk}", f"/my/{case.number}/"),
        (f"u:{case.lead_unit_id}", f"/cases/{case.number}/"),
    }
    assert not waits(hall, "clerk")
    hall.later(days=5)
    assert waits(hall, "clerk") and not waits(hall, "outsider") and not waits(hall, "desk")
    hall.act(case, "desk", "step", what="提交材料", text="网上交了")
    hall.act(case, "desk", "finish", text="延续办好，证寄出")
    assert not waits(hall, "clerk")
    assert authorities_remind(hall.now + timedelta(days=3)) == 0


def test_the_share_of_reminded_licences_is_said_with_its_whole(hall: Hall) -> None:
    licence(hall, number="N1", days=20)
    licence(hall, number="N2", days=20, is_quiet=True)
    licences_remind(hall.now)
    page = hall.browser("desk").get(reverse("handling:licences")).content.decode()
    assert "60 天以内到期的 2 张，提醒过企业的 1 张" in page


# --- over HTTP, on paper -------------------------------------------------------------------------


def test_over_http_the_same_is_opened_and_refused(hall: Hall) -> None:
    person = hall.people["clerk"]
    _, secret = api_token_create(person=person, name="测试", days=30, actor=hall.viewer("clerk"), at=hall.now)
    client = hall.browser(None)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"

    def sent(procedure: str, **data: Any) -> Any:
        body = {"procedure": procedure, "data": data}
        return client.post("/api/v1/cases", body, content_type="application/json")

    made = sent("unaccepted_matter", title="没有窗口收", text="三个部门都说不归")
    assert made.status_code == 201, made.content
    assert Case.objects.get().enterprise_id == hall.enterprise.pk
    refused = sent("agency", title="代办", scope="交材料", until=str(TODAY), signer="甲", documents=[])
    assert refused.status_code == 422 and "documents" in str(refused.json())


def test_the_written_answer_is_a_letter(hall: Hall) -> None:
    case = hall.act(hall.unaccepted(), "desk", "take")
    case = hall.act(case, "desk", "find_owner", unit_id=hall.units["market"].pk, basis="按三定职责归它")
    letter = reverse("cases:letter", args=[case.number])
    case = hall.act(case, "market", "solve", result="explained", text="国家没有放开，依据是某某办法第三条。")
    page = hall.browser("market").get(letter)
    assert page.status_code == 200 and "某某办法第三条" in page.content.decode()
    assert hall.browser("clerk").get(letter).status_code in {302, 403, 404}


def test_a_clerk_of_one_enterprise_is_not_asked_which(hall: Hall) -> None:
    asked = "哪家企业"
    assert asked not in hall.browser("clerk").get("/open/agency/").content.decode()
    assert asked in hall.browser("desk").get("/open/agency/").content.decode()
