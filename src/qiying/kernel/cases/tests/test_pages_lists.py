"""Worklist and archive: tabs, filters, hidden askers, saved views, export, several cases at once, query counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.faces.lists import Wanted, worklist_ids
from qiying.kernel.cases.faces.tabs import tabs_for
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.cases.tests.test_pages_case import client
from qiying.kernel.permissions.kept import _kept
from qiying.kernel.registers.models import SavedList

pytestmark = pytest.mark.django_db
WORKLIST = "/worklist/"
ARCHIVE = "/cases/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def assigned(world: World, title: str = "一件事", **data) -> Case:
    return world.act(world.triaged(title=title), "desk", "assign", unit_id=world.units["town"].pk, **data)


def handling(world: World, title: str = "一件事", **data) -> Case:
    return world.act(assigned(world, title, **data), "handler", "take")


def answered(world: World, title: str = "一件事") -> Case:
    said = {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}
    return world.act(handling(world, title), "handler", "answer", **said)


def text(world: World, who: str, url: str) -> str:
    answer = client(world, who).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(world: World, who: str, url: str) -> list[str]:
    rows = client(world, who).get(url).context["rows"]
    return [r.title for r in rows]


def test_the_worklist_is_by_due_day_and_begins_with_a_sentence(world):
    late = assigned(world, title="先到的")
    world.later(days=12)
    soon = assigned(world, title="后到的")
    assert titles(world, "handler", WORKLIST) == [late.title, soon.title] == ["先到的", "后到的"]
    page = text(world, "handler", WORKLIST)
    assert "超期 1 件" in page
    assert "还剩 1 个工作日" in page  # to sign; the promise is later


@pytest.fixture
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    _kept.cache_clear()  # statements say how many rows they give
    monkeypatch.setattr("qiying.kernel.cases.views.worklist.PAGE", 4)
    yield
    _kept.cache_clear()


@pytest.mark.usefixtures("_short_pages")
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_the_first_page_is_the_list_however_many_parts_one_has_in_a_case(world, parts):
    cases = [assigned(world, title=f"第 {n} 件") for n in range(6)]
    days = [date(2026, 3, 2), None, date(2026, 3, 1), date(2026, 3, 2), None, date(2026, 3, 9)]
    for case, day in zip(cases, days, strict=True):
        own = CaseParty.objects.get(case=case, role="lead", until__isnull=True)
        CaseParty.objects.filter(pk=own.pk).update(due_by=day)
        same = {f.attname: getattr(own, f.attname) for f in CaseParty._meta.fields if not f.primary_key}
        roles = ["co", "official", "callback", "desk"][: parts - 1]
        rows = [{**same, "no": 50 + n, "role": r, "due_by": None if n else day} for n, r in enumerate(roles)]
        CaseParty.objects.bulk_create([CaseParty(**row) for row in rows])
    viewer = world.viewer("handler")
    for tab in tabs_for(viewer, world.now.date()):
        page = client(world, "handler").get(f"{WORKLIST}?tab={tab.code}").context["rows"]
        assert [r.id for r in page] == [i for i, _ in worklist_ids(viewer, Wanted(), tab.condition)[:4]]
    assert [r.due_by for r in page][:2] == [date(2026, 3, 1), date(2026, 3, 2)]


def test_each_tab_holds_what_it_says(world):
    unsigned = assigned(world, title="没签收的")
    mine = handling(world, title="我办的", co_unit_ids=[world.units["bureau"].pk])
    replied = answered(world, title="答复了的")
    assert titles(world, "handler", f"{WORKLIST}?tab=sign") == [unsigned.title]
    assert set(titles(world, "handler", f"{WORKLIST}?tab=mine")) == {mine.title, replied.title}
    assert titles(world, "handler", f"{WORKLIST}?tab=answered") == [replied.title]
    assert titles(world, "co_handler", f"{WORKLIST}?tab=co") == [mine.title]
    assert len(titles(world, "handler", WORKLIST)) == 3


def test_a_supervisor_sees_what_waits_for_his_decision(world):
    case = handling(world, title="要延期的")
    handling(world, title="不用决定的")
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    assert titles(world, "supervisor", f"{WORKLIST}?tab=decide") == [case.title]


def test_people_outside_the_case_and_enterprises_see_no_list(world):
    handling(world, title="街道的事")
    assert titles(world, "co_handler", WORKLIST) == []
    for url in (WORKLIST, ARCHIVE):
        assert client(world, "clerk").get(url).status_code == 404
        assert client(world, "outsider").get(url).status_code == 404
        assert Client().get(url).status_code == 302


def test_closed_cases_leave_the_worklist_and_stay_in_the_archive(world):
    case = answered(world, title="办结的")
    world.act(case, "clerk", "give_verdict", value="solved", satisfaction=5)
    assert titles(world, "handler", WORKLIST) == []
    assert titles(world, "handler", ARCHIVE) == ["办结的"]
    assert titles(world, "handler", f"{ARCHIVE}?state=handling") == []


def test_two_characters_find_a_case_and_filters_can_be_taken_off_one_by_one(world):
    handling(world, title="限高杆挡路")
    page = text(world, "handler", f"{ARCHIVE}?q=货车&level=general")
    assert "限高杆挡路" in page
    assert "“货车” ×" in page
    assert titles(world, "handler", f"{ARCHIVE}?q=电梯") == []


def test_a_unit_cannot_learn_who_asked_by_searching_the_hidden_name(world):
    case = world.act(
        world.submit(hide_asker=True, title="隐名的事"), "desk", "triage", kind="problem",
        category="park_transport", level="general",
    )  # fmt: skip
    world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    assert titles(world, "handler", f"{WORKLIST}?q=禾川精密") == []
    assert titles(world, "handler", f"{WORKLIST}?q=隐名的事") == ["隐名的事"]
    assert titles(world, "desk", f"{WORKLIST}?q=禾川精密") == ["隐名的事"]
    assert "禾川精密" not in text(world, "handler", WORKLIST)


def test_a_view_is_saved_under_a_name_and_belongs_to_one_person(world):
    world.handling()
    browser = client(world, "handler")
    browser.post("/worklist/views/", {"page": "worklist", "name": "一般的", "query": "level=general&page=3"})
    view = SavedList.objects.get()
    assert view.query == "level=general"
    assert "一般的" in browser.get(WORKLIST).content.decode()
    remove = reverse("cases:view_remove", args=[view.pk])
    assert client(world, "liaison").post(remove).status_code == 404
    assert browser.post(remove).status_code == 302
    assert not SavedList.objects.exists()


def test_the_export_holds_what_the_list_shows_and_is_recorded(world):
    case = handling(world, title="导出的事")
    answer = client(world, "handler").get(f"{WORKLIST}?export=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["办件号", "标题"]
    assert rows[2][:2] == [case.number, "导出的事"]
    assert AuditEntry.objects.filter(action="list_export", subject="list:worklist").exists()


def test_several_cases_are_signed_at_once_and_each_has_its_result(world):
    first, second = assigned(world, title="甲"), assigned(world, title="乙")
    world.act(second, "liaison", "take")
    browser = client(world, "handler")
    ids = {"case": [first.pk, second.pk], "action": "take"}
    assert "2 件一起" in browser.post("/worklist/bulk/", ids).content.decode()
    done = browser.post("/worklist/bulk/", {**ids, "confirmed": "1"}).content.decode()
    assert "2 件里办好 1 件" in done
    assert "刘联刚才已" in done
    first.refresh_from_db()
    assert first.state == "handling"


def test_several_cases_are_handed_to_a_unit_or_a_person_at_once_and_each_has_its_result(world):
    cases = [world.triaged(title=words) for words in ("甲", "乙")] + [world.submit()]
    desk, ids = client(world, "desk"), {"case": [c.pk for c in cases], "action": "assign"}
    assert "几件一起交办" in desk.get("/desk/").content.decode()
    assert 'value="assign"' in desk.get(f"{WORKLIST}?tab=turn").content.decode()
    missing = desk.post("/worklist/bulk/", {**ids, "confirmed": "1"})
    assert missing.status_code == 422
    assert "主办单位" in missing.content.decode()
    bureau = world.units["bureau"].pk
    done = desk.post("/worklist/bulk/", {**ids, "confirmed": "1", "unit_id": bureau}).content.decode()
    assert "3 件里办好 2 件" in done
    assert {c.lead_unit_id for c in Case.objects.filter(pk__in=[c.pk for c in cases[:2]])} == {bureau}
    mine = [handling(world, title=words) for words in ("丙", "丁")]
    ids = {"case": [c.pk for c in mine], "action": "set_handler", "confirmed": "1"}
    liaison = world.people["liaison"].pk
    assert client(world, "handler").post("/worklist/bulk/", {**ids, "handler_id": liaison}).status_code == 422
    done = client(world, "leader").post("/worklist/bulk/", {**ids, "handler_id": liaison}).content.decode()
    assert "2 件里办好 2 件" in done
    assert set(Case.objects.filter(pk__in=ids["case"]).values_list("handler_id", flat=True)) == {liaison}


def test_an_outsider_does_nothing_by_bulk(world):
    case = world.assigned()
    given = {"case": [case.pk], "action": "take", "confirmed": "1"}
    assert client(world, "co_handler").post("/worklist/bulk/", given).status_code == 404
    case.refresh_from_db()
    assert case.state == "assigned"


def counted(browser: Client, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len([q for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_lists_cost_the_same_for_one_row_and_twenty_five(world):
    world.handling()
    browser = client(world, "handler")
    few = counted(browser, WORKLIST), counted(browser, ARCHIVE)
    for n in range(25):
        case = world.submit(text=f"{TEXT}第 {n} 件")
        world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")
        world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    assert (counted(browser, WORKLIST), counted(browser, ARCHIVE)) == few
    assert max(few) <= 6 + 3
