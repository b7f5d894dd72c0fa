"""The numbers page: scope, sums, cases behind each figure, filters, export, and the same few queries at any size."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.tests.story import answered, live_through, told
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.figures.boards import Panel
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.tests.factories import make_person

pytestmark = pytest.mark.django_db
SIGNED_IN = ("django_session", 'organisations_person"')


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def client(world: World, who: str) -> Client:
    browser = Client()
    browser.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def panels(page) -> dict[str, Panel]:
    """Return the panels of a page or of its context by their code."""
    return {p.code: p for p in getattr(page, "context", page)["panels"]}


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def statements(world: World, url: str) -> list[str]:
    browser = client(world, "supervisor")
    browser.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return [
        q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
    ]


def many(world: World, count: int) -> None:
    """Copy an answered and an overdue case as rows: what the page reads, not how it came about."""
    first = Case.objects.count()
    patterns = [told(world, satisfaction=5), world.handling()]
    copies = []
    for i in range(count):
        case = Case.objects.get(pk=patterns[i % 2].pk)
        case.pk, case.number = None, f"QY-COPY-{first + i:05d}"
        if case.is_open:
            case.due_by, case.clock_state = world.now.date().replace(day=2), "running"
        copies.append(case)
    Case.objects.bulk_create(copies)
    parties, facts = [], []
    for i, case in enumerate(copies):
        pattern = patterns[i % 2]
        for p in CaseParty.objects.filter(case=pattern):
            p.pk, p.case = None, case
            parties.append(p)
        for f in FigureDelta.objects.filter(case_id=pattern.pk):
            f.pk, f.case_id = None, case.pk
            facts.append(f)
    CaseParty.objects.bulk_create(parties)
    FigureDelta.objects.bulk_create(facts)


MONTH = "/numbers/?month=2026-11"


def test_the_page_costs_the_same_few_statements_with_one_case_and_with_four_hundred(world):
    many(world, 2)
    few = statements(world, MONTH)
    many(world, 400)
    lots = statements(world, MONTH)
    assert len(lots) == len(few), lots
    assert len(lots) <= 11 + 3 - 1, lots  # session and user stand apart; throttling asks nothing here
    own = [
        s for s in lots if not any(t in s for t in ("django_session", 'FROM "organisations_person" WHERE'))
    ]
    assert len(own) <= 11, own


def test_figures_and_the_cases_behind_them_are_the_same(world):
    live_through(world)
    browser = client(world, "supervisor")
    board = browser.get("/numbers/?month=2026-10").context
    for card in board["cards"][:3]:
        found = browser.get(card.url).context["found"]
        whole = int(re.findall(r"\d+", card.of.partition("/")[2] or card.value)[0])
        assert found.count == whole, card
    live = board["cards"][3]
    assert browser.get(live.url).context["found"].count == int(live.value)


def test_every_link_of_the_page_leads_to_a_page(world):
    live_through(world)
    browser = client(world, "supervisor")
    html = browser.get("/numbers/?month=2026-10").content.decode()
    links = {u.replace("&amp;", "&") for u in re.findall(r'href="([^"#]+)', html)}
    for url in sorted(
        u for u in links if u.startswith(("/numbers/cases/", "/numbers/d", "/numbers/l", "/cases/"))
    ):
        assert browser.get(url).status_code == 200, url


def test_every_definition_that_is_linked_exists(world):
    live_through(world)
    browser = client(world, "supervisor")
    html = browser.get("/numbers/?month=2026-10").content.decode()
    anchors = set(re.findall(r'href="/numbers/definitions/#([^"]+)"', html))
    defined = set(re.findall(r'id="([^"]+)"', browser.get("/numbers/definitions/").content.decode()))
    assert anchors
    assert anchors <= defined


def test_silence_is_not_counted_as_solved_or_satisfied(world):
    told(world, "solved")
    answered(world)
    page = client(world, "supervisor").get(MONTH)
    solved = page.context["cards"][2]
    assert solved.of == "1 / 1 件有评价"
    words = text_of(page)
    assert "现在等企业评价 1 件 还没评价" in words
    assert "评价了没打分 1 件 不算进来" in words


def test_a_late_answer_lowers_the_rate_and_stays_late_after_an_extension(world):
    case = world.handling()
    world.act(case, "handler", "ask_extension", workdays=3, reason="等外线工程验收")
    world.act(case, "supervisor", "decide_extension", decision="approved")
    world.later(days=6)
    world.act(case, "handler", "answer", text="限高杆已经往东挪了十米，货车可以进出了。", result="solved")
    card = client(world, "supervisor").get(MONTH).context["cards"][1]
    assert card.of == "0 / 1 件答复"


class TestWhoSeesWhat:
    def test_an_outsider_finds_no_page(self, world):
        for url in (
            "/numbers/",
            "/numbers/cases/?now=open",
            "/numbers/definitions/",
            "/numbers/report/",
            "/method/",
        ):
            assert client(world, "clerk").get(url).status_code == 404, url
            assert Client().get(url).status_code == 302, url

    def test_the_wall_and_the_league_are_for_the_district(self, world):
        for url in ("/wall/", "/numbers/league/"):
            assert client(world, "supervisor").get(url).status_code == 200
            assert client(world, "handler").get(url).status_code == 404

    def test_a_unit_sees_its_own_numbers_beside_the_districts(self, world):
        told(world, "solved")
        other = world.act(world.triaged(), "desk", "assign", unit_id=world.units["bureau"].pk)
        world.act(other, "co_handler", "take")
        page = client(world, "handler").get(MONTH)
        assert page.context["cards"][0].label == "交办来的"
        assert page.context["cards"][0].value == "1"
        assert "全区交办 2 件" in page.context["cards"][0].of
        assert "units" not in panels(page)
        assert "区住建局" not in text_of(page)

    def test_a_unit_cannot_ask_for_another_units_numbers(self, world):
        other = world.act(world.triaged(), "desk", "assign", unit_id=world.units["bureau"].pk)
        world.act(other, "co_handler", "take")
        url = f"{MONTH}&unit={world.units['bureau'].pk}"
        page = client(world, "handler").get(url)
        assert page.context["cards"][0].value == "0"
        behind = f"/numbers/cases/?measure=assigned&month=2026-11&unit={world.units['bureau'].pk}"
        assert client(world, "handler").get(behind).context["found"].count == 0

    def test_another_district_is_not_in_the_sums(self, world):
        told(world)
        elsewhere = make_world("别处县")
        elsewhere.now = world.now
        told(elsewhere)
        assert client(world, "supervisor").get(MONTH).context["cards"][0].value == "1"

    def test_cases_one_takes_no_part_in_are_counted_and_not_listed(self, world):
        told(world)
        world.people["policy"] = make_person("钱策", world.units["bureau"], "policy")
        page = client(world, "policy").get("/numbers/cases/?measure=received&month=2026-11")
        assert page.context["found"].count == 1
        assert page.context["rows"] == []
        assert "您都没有参与" in text_of(page)

    def test_stuck_cases_hide_what_the_reader_must_not_know(self, world):
        case = world.act(world.triaged(is_sensitive=True), "desk", "assign", unit_id=world.units["town"].pk)
        world.later(days=15)
        world.people["policy"] = make_person("钱策", world.units["bureau"], "policy")
        mine = client(world, "supervisor").get(MONTH).context
        other = client(world, "policy").get(MONTH).context
        mine, other = (panels(c)["stuck"].shares[0] for c in (mine, other))
        assert (mine["title"], mine["url"]) == (case.title, f"/cases/{case.number}/")
        assert (other["title"], other["enterprise"], other["url"]) == ("（限制件）", "", "")


def test_filters_narrow_every_figure(world):
    told(world)
    told(world, category="labour")
    page = client(world, "supervisor").get(f"{MONTH}&category=labour")
    assert page.context["cards"][0].value == "1"
    assert page.context["cards"][1].of == "1 / 1 件答复"
    assert [p["text"] for p in page.context["parts"]] == ["用工"]


def test_an_unreadable_address_shows_last_month(world):
    page = client(world, "supervisor").get("/numbers/?month=2026-99&unit=x&than=nobody")
    assert page.context["asked"].period.first.isoformat() == "2026-10-01"
    assert page.context["asked"].than == "before"


def test_a_district_in_its_first_month_shows_this_month_unasked(world):
    told(world)
    page = client(world, "supervisor").get("/numbers/")
    assert page.context["asked"].period.first.isoformat() == "2026-11-01"
    assert page.context["cards"][0].value == "1"


def test_a_finished_district_shows_its_last_month_unasked(world):
    world.now -= timedelta(days=400)
    told(world)
    world.later(days=400)
    page = client(world, "supervisor").get("/numbers/")
    assert page.context["asked"].period.first.isoformat() == "2025-10-01"


def test_an_unknown_measure_is_no_page(world):
    assert client(world, "supervisor").get("/numbers/cases/?measure=nobody").status_code == 404
    assert client(world, "supervisor").get("/numbers/cases/").status_code == 404


def test_a_restated_month_says_so(world):
    live_through(world)
    browser = client(world, "supervisor")
    assert "后来改过类型或类别" in text_of(browser.get("/numbers/?month=2026-10"))
    assert "后来改过类型或类别" not in text_of(browser.get("/numbers/?month=2026-09"))


def test_the_export_holds_the_same_figures_and_is_recorded(world):
    live_through(world)
    browser = client(world, "supervisor")
    page = browser.get("/numbers/?month=2026-10")
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get("/numbers/?month=2026-10&export=xlsx").content))
    counts = {row[0]: row[2] for row in book.get_sheet_by_name("件数").to_python()[2:]}
    assert counts["来件"] == int(page.context["cards"][0].value)
    rates = {row[0]: row[1:3] for row in book.get_sheet_by_name("比率").to_python()[2:]}
    part, whole = page.context["cards"][2].of.split(" 件")[0].split(" / ")
    assert rates["企业说解决了"] == [int(part), int(whole)]
    assert AuditEntry.objects.filter(action="numbers_export").exists()


def test_the_report_tells_the_month_in_sentences(world):
    live_through(world)
    words = text_of(client(world, "supervisor").get("/numbers/report/?month=2026-10"))
    assert "2026年10月涉企问题办理情况" in words
    assert "按时答复 100.0%（3 / 3）" in words
    assert "现在卡着的" in words
