"""The kit by its shortest example, and what every declared register keeps: who gets in, what it costs, what leaves."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.tests.walking import frameless
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import make_person, make_unit
from qiying.kernel.registers.models import SavedList
from qiying.kernel.registers.register import all_registers
from qiying.kernel.registers.saved import MAX_VIEWS
from qiying.kernel.tables.files.sniff import read_sheets

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[5]
PAGE = ROOT / "docs" / "kits" / "registers.md"
FILE = ROOT / "src" / "qiying" / "kernel" / "organisations" / "views" / "posts.py"
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
WHO, LIST = 3, 3  # who asks; rows with what stands in the tabs, what hangs on them, the frame


@pytest.fixture
def people() -> Any:
    return make_cast()


def test_the_page_shows_the_example_as_it_runs() -> None:
    (shown,) = re.findall(r"```python\n(.*?)\n```", PAGE.read_text(), re.S)
    assert shown in FILE.read_text(), "docs/kits/registers.md shows another posts.py"
    assert len(shown.splitlines()) <= 60


def test_every_heading_is_in_words() -> None:
    get_resolver().url_patterns  # noqa: B018  reads every page, and with them every register
    parts = ("columns", "filters", "tabs")
    shown = {
        (r.name, one.label) for r in all_registers() for part in parts for one in getattr(r.listing, part)
    }
    assert [told for told in sorted(shown) if not re.search("[\u4e00-\u9fff]", told[1])] == []


def test_a_row_ends_on_a_day_with_a_reason_and_stands_in_its_tab(people: Any) -> None:
    admin = client_of(people.admin)
    row = Membership.objects.get(person=people.handler)
    end = reverse("organisations:posts_act", args=[row.pk, "end"])
    assert admin.post(end, {"on": "2026-10-31", "reason": ""}).status_code == 422
    assert client_of(people.desk).post(end, {"on": "2026-10-31", "reason": "调走"}).status_code == 404
    admin.post(end, {"on": str(row.valid_from + timedelta(days=1)), "reason": "调走"})
    row.refresh_from_db()
    assert row.ended_reason == "调走"
    late = admin.post(end, {"on": "2026-10-31", "reason": "再调走"}, follow=True).content.decode()
    assert "不能再结束任职" in late
    listed = reverse("organisations:posts")
    for tab, there in (("now", False), ("ended", True), ("nonsense", False)):
        page = admin.get(listed, {"show": tab}).content.decode().partition("<main")[2]
        assert (people.handler.name in page) == there, tab
    page = client_of(people.desk).get(reverse("organisations:posts_row", args=[row.pk])).content.decode()
    assert "调走" in page and "结束任职</a>" not in page


def test_the_history_of_a_row_is_for_who_may_change_it(people: Any) -> None:
    page = reverse("organisations:people_row", args=[people.handler.pk])
    stop = reverse("organisations:people_act", args=[people.handler.pk, "stop"])
    client_of(people.admin).post(stop, {"reason": "借调到市里"})
    assert "借调到市里" in client_of(people.admin).get(page).content.decode()
    assert "借调到市里" not in client_of(people.desk).get(page).content.decode()


def test_a_workbook_holds_every_tab_and_the_letters_of_a_filter_narrow_it(people: Any) -> None:
    desk = client_of(people.desk)
    listed = reverse("organisations:posts")
    every = read_sheets(desk.get(listed, {"export": "xlsx"}).content)[0].rows
    assert len(every) == 1 + Membership.objects.filter(unit__district=people.district).count()
    one = read_sheets(desk.get(listed, {"export": "xlsx", "q": people.handler.name}).content)[0].rows
    assert len(one) == 2


def test_each_list_opens_for_who_sees_it_and_for_nobody_else(people: Any) -> None:
    names = ("admin", "desk", "handler", "clerk", "unverified")
    everybody = {name: client_of(getattr(people, name)) for name in names}
    for one in all_registers():
        for name, client in everybody.items():
            answer = client.get(one.address()).status_code
            assert answer in ((404,) if name == "unverified" else (200, 404)), (one.name, name, answer)
            assert client.get(one.address("view")).status_code in (404, 405)
        assert client_of(None).get(one.address()).status_code == 302, one.name


def test_where_two_kinds_of_rows_have_one_name_each_history_says_which_acts_are_its_own(people: Any) -> None:
    kinds = Counter(m().subject for m in apps.get_models() if issubclass(m, HasSubject))
    assert kinds["sitting:None"] == 2
    viewer, today = viewer_for(people.desk, date(2026, 11, 30)), date(2026, 11, 30)
    shared = [
        one.name
        for one in all_registers()
        if issubclass(model := one.rows(viewer, today).model, HasSubject)
        and kinds[model().subject] > 1
        and not one.noted
    ]
    assert shared == []


@pytest.mark.slow
def test_each_list_sorts_by_each_column_both_ways_and_opens_any_page_of_any_tab(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first tab as a page, everything else up to what the page's template is given."""
    frameless(monkeypatch)
    today = date(2026, 11, 30)
    for one in all_registers():
        for person in (people.admin, people.desk, people.handler, people.clerk):
            if client_of(person).get(one.address(), {"page": "2"}).status_code == 200:
                break
        else:
            continue
        asked = [{"sort": f"{way}{c.key}"} for c in one.listing.columns if c.sort for way in ("", "-")]
        asked += [{"show": tab.code, "page": "2"} for tab in one.listing.tabs]
        for query in asked:
            request: Any = RequestFactory().get(one.address(), query)
            request.viewer, request.today, request.now = viewer_for(person, today), today, NOW
            context, _ = one.listing.respond(request, one.rows(request.viewer, today))
            assert "table" in context, (one.name, query)


@pytest.mark.parametrize("name", ["units", "people", "posts", "roster"])
def test_a_list_costs_the_same_for_one_row_as_for_twenty_five(people: Any, name: str) -> None:
    def cost() -> int:
        client = client_of(people.admin)
        client.get(reverse(f"organisations:{name}"))
        with CaptureQueriesContext(connection) as spent:
            assert client.get(reverse(f"organisations:{name}")).status_code == 200
        return len(spent)

    few = cost()
    for number in range(25):
        make_person(f"甲{number}", make_unit(people.district, f"新单位{number}"), "handler")
    assert cost() == few <= WHO + LIST


@pytest.mark.both_databases
def test_a_page_knows_what_stands_in_every_tab_whichever_page_of_it_is_asked_for(people: Any) -> None:
    for number in range(30):
        make_person(f"乙{number}", make_unit(people.district, f"另一单位{number}"), "handler")
    admin, listed = client_of(people.admin), reverse("organisations:posts")
    standing = Membership.objects.filter(unit__district=people.district).count()
    asked = {"": 25, "1": 25, "2": standing - 25, "99": standing - 25, "-3": 25, "x": 25}
    for page, rows in asked.items():
        found = admin.get(listed, {"page": page}).context["listed"]
        assert (len(found.on_page), found.total, found.counts["now"]) == (rows, standing, standing), page
    for narrowed, rows in (({"q": "乙7"}, 1), ({"q": "没有这个人"}, 0), ({"show": "ended"}, 0)):
        found = admin.get(listed, narrowed).context["listed"]
        assert len(found.on_page) == rows, narrowed
        assert found.total == (standing if "show" in narrowed else rows), narrowed


@pytest.mark.both_databases
def test_views_are_read_only_where_there_are_any(people: Any) -> None:
    admin = client_of(people.admin)
    listed, views = reverse("organisations:posts"), reverse("organisations:posts_view")

    def reads() -> int:
        with CaptureQueriesContext(connection) as spent:
            admin.get(listed)
        return sum("savedlist" in q["sql"] for q in spent.captured_queries)

    assert reads() == 0
    admin.post(views, {"name": "处长", "query": "q=长"})
    assert reads() == 1
    assert Person.objects.get(pk=people.admin.pk).prefs == {"views": ["posts"]}
    admin.post(reverse("organisations:units_view"), {"name": "局", "query": "q=局"})
    assert Person.objects.get(pk=people.admin.pk).prefs == {"views": ["posts", "units"]}
    foreign = client_of(people.foreign_admin)
    foreign.post(views, {"remove": str(SavedList.objects.get(register="posts").pk)})
    assert reads() == 1
    admin.post(views, {"remove": str(SavedList.objects.get(register="posts").pk)})
    assert (reads(), Person.objects.get(pk=people.admin.pk).prefs) == (0, {"views": ["units"]})
    for number in range(MAX_VIEWS + 2):
        admin.post(views, {"name": f"第{number}", "query": "q=长"})
    admin.post(views, {"name": "第0", "query": "q=科长"})
    mine = SavedList.objects.filter(register="posts")
    assert (mine.count(), mine.get(name="第0").query) == (MAX_VIEWS, "q=%E7%A7%91%E9%95%BF")


def test_a_rows_page_says_days_and_amounts_as_a_person_reads_them_and_a_program_gets_them_plain() -> None:
    values = {
        "哪天": date(2027, 1, 4),
        "几时": datetime(2026, 11, 10, 7, 39, tzinfo=UTC),
        "哪一年": 2026,
        "总投资": 250_000,
        "审核": "程法 2025-12-05",
    }

    def column(label: str) -> Column[Any]:
        return Column(label, lambda row: values[label])

    listing: Listing[Any] = Listing([column(label) for label in values], "told", "台账")
    said = dict(listing.told(None, date(2026, 11, 30)))
    assert list(said.values()) == [
        "2027年1月4日（周一）",
        "11月10日 15:39",
        2026,
        "250,000",
        "程法 2025年12月5日",
    ]
    assert (
        dict(listing.facts(None))["哪天"] == "2027-01-04" and dict(listing.facts(None))["总投资"] == 250_000
    )
