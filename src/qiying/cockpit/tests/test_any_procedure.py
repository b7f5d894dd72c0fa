"""A procedure that declared measures has a page, definitions, lists behind figures, a report, a workbook, a league."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from qiying.capabilities.service_requests.tests.test_api import Api
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.proofs import figures_prove
from qiying.cockpit.scope import boards_of
from qiying.cockpit.tests.story import live_through, told
from qiying.cockpit.tests.test_numbers_page import client, panels, text_of
from qiying.kernel.figures import boards, definitions
from qiying.kernel.figures.definitions import Term, declare_measure, declare_rate
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.periods import Period, period_of, period_read

pytestmark = pytest.mark.django_db
P = "policy_application"
"""Registered in every installation; here its page is taken away and it declares three measures alone."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture
def plain(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A procedure with measures and nothing else."""
    boards.boards()
    monkeypatch.setattr(boards, "_boards", {k: v for k, v in boards._boards.items() if k != P})
    monkeypatch.setattr(
        definitions, "_measures", {k: v for k, v in definitions._measures.items() if k[0] != P}
    )
    monkeypatch.setattr(definitions, "_rates", {k: v for k, v in definitions._rates.items() if k[0] != P})
    monkeypatch.setattr("qiying.cockpit.reading.provided", lambda name: None)
    declare_measure(P, "came", "来调解", "来调解的。")
    declare_measure(P, "agreed", "谈成", "谈成的。")
    declare_measure(P, "agree_days", "几个工作日谈成", "从来到谈成。", bucket="工作日")
    declare_rate(P, "agreeing", "谈成率", "谈成的占多少。", part=("agreed",), whole=("came",))
    declare_rate(
        P, "quick", "五天谈成", "五天以内的。", part=(Term("agree_days", at_most=5),), whole=("agree_days",)
    )
    case = told(world)
    same = {
        "district": world.district,
        "procedure": P,
        "month": date(2026, 11, 1),
        "unit": world.units["town"],
    }
    for measure, bucket, value in (
        ("came", 0, 12),
        ("agreed", 0, 9),
        ("agree_days", 3, 6),
        ("agree_days", 9, 3),
    ):
        FigureDelta.objects.create(
            **same,
            measure=measure,
            bucket=bucket,
            value=value,
            case_id=case.pk,
            event_seq=1,
            category="labour",
        )
    return world


URL = f"/numbers/?procedure={P}&month=2026-11"


def test_measures_alone_make_a_page_with_everything(plain):
    browser = client(plain, "supervisor")
    page = browser.get(URL)
    words = text_of(page)
    assert "来调解" in words
    assert "9 / 12" in words
    assert "几个工作日谈成" in words
    found = panels(page)
    assert {"line", "units", "stuck", "categories", "days", "rates"} <= set(found)
    assert found["units"].chart is not None
    assert found["units"].chart["rows"][0]["cells"][0] == "城南街道"
    for p in found.values():
        assert p.chart is None or p.chart["sentence"], p.code
    for card in page.context["cards"]:
        assert browser.get(card.url).status_code == 200
    for address in ("definitions/", "league/", "report/"):
        assert browser.get(f"/numbers/{address}?procedure={P}&month=2026-11").status_code == 200
    behind = browser.get(f"/numbers/cases/?procedure={P}&month=2026-11&measure=agree_days&at_most=5")
    assert behind.context["found"].count == 6
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(f"{URL}&export=xlsx").content))
    assert {r[0]: r[2] for r in book.get_sheet_by_name("件数").to_python()[2:]}["来调解"] == 12


def test_nobody_without_the_right_sees_it(plain):
    assert client(plain, "clerk").get(URL).status_code == 404


def test_a_procedure_that_declares_a_right_is_for_those_who_hold_it(world):
    assert client(world, "supervisor").get(f"/numbers/?procedure={P}").status_code == 200
    assert client(world, "desk").get(f"/numbers/?procedure={P}").status_code == 404
    assert P not in [b.procedure for b in boards_of(world.viewer("desk"))]


def test_quarters_and_years_are_the_sums_of_their_months(world):
    live_through(world)
    browser = client(world, "supervisor")

    def of(code: str) -> int:
        return int(browser.get(f"/numbers/?month={code}").context["cards"][0].value)

    months = [of(f"2026-{m:02d}") for m in range(1, 13) if m <= world.now.month]
    assert of("2026") == sum(months) == 6
    assert of("2026-Q4") == sum(months[9:])
    for code in ("2026", "2026-Q3"):
        page = browser.get(f"/numbers/?month={code}")
        card = page.context["cards"][0]
        assert browser.get(card.url).context["found"].count == int(card.value)
        assert page.context["asked"].period.code == code


def test_periods_are_read_and_said():
    today = date(2026, 11, 29)
    assert period_read("2026-Q5") is None
    assert period_read("2026-Q3") == Period(date(2026, 7, 1), 3) == period_of(date(2026, 9, 30), 3)
    assert [Period(date(2026, 7, 1), n).words(today) for n in (1, 3, 12)] == ["7月", "三季度", "2026年"]
    assert Period(date(2025, 10, 1), 3).moved(1).code == "2026-Q1"
    assert [period_read(p.code) for p in (Period(date(2026, 2, 1)), Period(date(2026, 1, 1), 12))] == [
        Period(date(2026, 2, 1)),
        Period(date(2026, 1, 1), 12),
    ]


def test_one_definition_of_overdue_on_board_numbers_desk_and_home(world):
    late = world.act(world.triaged(), "desk", "assign", unit_id=world.units["town"].pk)
    told(world)
    world.later(days=15)
    browser = client(world, "supervisor")
    numbers = browser.get("/numbers/?month=2026-11").context["cards"][-2]
    assert numbers.status_words == "超期 1"
    assert "只数涉企诉求" in numbers.than
    assert browser.get("/board/").context["board"].counts["late"] == 1
    assert f'href="/cases/{late.number}/"' in browser.get("/worklist/?tab=late").content.decode()
    assert figures_prove().problems == ()


def test_a_shared_part_and_what_is_left_make_the_whole(world):
    live_through(world)
    for month in ("2026-09", "2026-10", "2026"):
        found = panels(client(world, "supervisor").get(f"/numbers/?month={month}"))
        for code in ("channels", "categories"):
            chart = found[code].chart
            assert chart is not None
            bars = chart["options"]["bars"]
            said = int(chart["note"].split(" 件")[0].split()[-1])
            assert sum(b["value"] for b in bars) == said, (month, code)


def test_the_api_says_what_the_page_says(plain):
    live_through(plain)
    for procedure, month in (("service_request", "2026-10"), (P, "2026-11")):
        page = client(plain, "supervisor").get(f"/numbers/?procedure={procedure}&month={month}")
        answer = Api(plain, "supervisor").get("/numbers", procedure=procedure, month=month)
        told_ = answer.json()
        counts = {c["code"]: c["value"] for c in told_["counts"]}
        assert counts[page.context["board"].came] == int(page.context["cards"][0].value)
        rates = {r["label"]: f"{r['numerator']} / {r['denominator']}" for r in told_["rates"]}
        for card in page.context["cards"][1:2]:
            assert card.of.startswith(rates[card.label])
    assert Api(plain, "clerk").get("/numbers").status_code == 404
    unit = Api(plain, "handler").get("/numbers", month="2026-10").json()
    assert {c["code"]: c["value"] for c in unit["counts"]}["answered"] == 3
