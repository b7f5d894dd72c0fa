"""Every page as every role, what nobody's typing breaks, and the analysis that names nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.legal_environment import urls
from qiying.capabilities.legal_environment.models import Bid, FieldRule, Manual, Measure
from qiying.capabilities.legal_environment.selectors import analysis, meaning
from qiying.capabilities.legal_environment.tests.test_complaints import complain, decided
from qiying.capabilities.legal_environment.tests.test_ip import ask
from qiying.capabilities.legal_environment.tests.test_registers import agent, out, tender
from qiying.capabilities.legal_environment.tests.world import Legal, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, let_in, unvisited

pytestmark = pytest.mark.django_db
OFFICE = "drafter drafter2 market market2 justice justice2 officer court procurate services reform"
OVER = "supervisor district_leader discipline"


@pytest.fixture
def world() -> Legal:
    return make_world()


def rows(world: Legal) -> dict[str, Any]:
    """Return one row of each register."""
    world.act(world.review(), "drafter2", "conclude", result="pass", text="符合标准")
    told = {"title": "海外手册", "edition": "一", "region": "", "about": "先看", "text": "# 查\n先查商标。"}
    manual = {**told, "unit": world.units["market"], "valid_from": world.today, "valid_to": None}
    rule = {"name": "评标办法", "number": "1 号", "unit": world.units["reform"], "reason": "上位法改了"}
    sent = out(world, tender(world, agent=agent(world)))
    return {
        "measures": Measure.objects.get(),
        "manuals": world.keep(Manual, "market", **manual),
        "agents": sent.agent,
        "tenders": sent,
        "bids": world.keep(Bid, "drafter", tender=sent, bidder="甲", price=100),
        "rules": world.keep(FieldRule, "reform", **rule, decision="kept", decided_on=world.today),
    }


@both_ways
def test_every_page_lets_in_who_may_and_stands_hostile_values(world: Legal, every: bool) -> None:
    made = rows(world)
    people: dict[str, Any] = {**world.people, "nobody": None}
    everybody = " ".join(world.people)
    offices, watch = f"{OFFICE} {OVER}", f"{OFFICE} agency {OVER}"
    expected = {
        "/legal/measures/": offices,
        f"/legal/measures/{made['measures'].pk}/": offices,
        "/legal/agents/": watch,
        f"/legal/agents/{made['agents'].pk}/": watch,
        "/legal/tenders/": watch,
        f"/legal/tenders/{made['tenders'].pk}/": f"drafter drafter2 reform agency {OVER}",
        "/legal/bids/": offices,
        f"/legal/bids/{made['bids'].pk}/": f"drafter drafter2 reform {OVER}",
        "/legal/rules/": watch,
        f"/legal/rules/{made['rules'].pk}/": watch,
        "/legal/manuals/": offices,
        f"/legal/manuals/{made['manuals'].pk}/": offices,
        "/legal/analysis/": f"justice justice2 {OVER}",
        "/legal/handbooks/": everybody,
        f"/legal/handbooks/{made['manuals'].pk}/": everybody,
    }
    found = let_in(people, expected)
    assert {k: set(v.split()) for k, v in found.items()} == {k: set(v.split()) for k, v in expected.items()}
    reached = {f"{a}{step}" for a in expected for step in ("",)}
    assert not {
        n for n in unvisited(urls, dict.fromkeys(reached)) if n in {"analysis", "handbook", "handbooks"}
    }
    typed: dict[str, tuple[str, Any]] = {
        f"/legal/handbooks/{made['manuals'].pk}/": ("clerk", {"text": "照着做了，有用"}),
        f"/legal/measures/{made['measures'].pk}/issue/": (
            "drafter2",
            {"number": "1 号", "on": str(world.today)},
        ),
        f"/legal/tenders/{tender(world, number='T-2').pk}/first_check/": (
            "drafter",
            {"text": "没有地域限制"},
        ),
        "/open/enforcement_complaint/": (
            "clerk",
            {"unit_id": world.units["enforcement"].pk, "kind": "other", "account": "三天来了五拨人检查"},
        ),
    }
    assert broken(people, typed, every) == []
    asked = {
        a: ("reform" if "anal" not in a else "justice", ("q", "show", "sort", "kind", "page"))
        for a in expected
    }
    assert broken_by_query(people, asked, every) == []


def test_the_analysis_counts_by_kind_and_month_and_names_nobody(world: Legal) -> None:
    for kind in ("inspection", "inspection", "fee"):
        case = world.act(complain(world, kind=kind), "justice", "take", summary="请说明近期检查的次数。")
    decided(world, case)
    months, lines = analysis(world.district.pk, world.today)
    assert len(months) == 6 and [(x.code, x.total, x.founded, x.concluded) for x in lines] == [
        ("inspection", 2, 0, 0),
        ("fee", 1, 1, 1),
    ]
    assert "反映 3 件" in meaning(lines) and "2 / 3 件" in meaning(lines) and "属实 1 件" in meaning(lines)
    assert "没有反映不等于没有问题" in meaning([])
    client = world.browser("supervisor")
    page = client.get("/legal/analysis/").content.decode()
    assert "禾川" not in page and "综合行政执法" not in page.split("<main", 1)[1].split("</main", 1)[0]
    assert client.get("/legal/analysis/?export=xlsx").content[:2] == b"PK"


def test_registers_answer_the_api_and_their_queries_do_not_grow(world: Legal) -> None:
    rows(world)
    client = world.browser("drafter")
    for name in ("measures", "agents", "tenders", "bids", "rules", "manuals"):
        with CaptureQueriesContext(
            connection,
        ) as one:
            assert client.get(f"/legal/{name}/?show=out").status_code == 200
        assert len(one) <= 24, name
    for n in range(5):
        out(world, tender(world, number=f"MC-{n}"))
    with CaptureQueriesContext(connection) as more:
        client.get("/legal/tenders/?show=out")
    with CaptureQueriesContext(connection) as same:
        client.get("/legal/tenders/?show=out&page=1")
    assert len(more) == len(same)


def test_the_office_sees_the_text_with_its_flags_and_the_part_leads_to_the_record(world: Legal) -> None:
    case = world.review(text="首次上规的工业企业奖励20万元。")
    page = world.browser("drafter2").get(f"/cases/{case.number}/").content.decode()
    assert "首次上规、升规的奖励" in page and "逐句核对" in page
    whole = ask(world)
    part = Case.objects.get(parent=whole, kind="court")
    page = (
        world.browser({"court": "court"}.get(part.kind, "court"))
        .get(f"/cases/{whole.number}/")
        .content.decode()
    )
    assert "海外商标被抢注" in page
