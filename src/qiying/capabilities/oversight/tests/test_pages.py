"""Every page of oversight for everybody; nothing typed breaks one; homes say what waits; lists cost the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.oversight import urls
from qiying.capabilities.oversight.models import Finding, ReportHeard
from qiying.capabilities.oversight.services import checks
from qiying.capabilities.oversight.tests.test_checks import check, found, group
from qiying.capabilities.oversight.tests.test_joint import keep, proposed
from qiying.capabilities.oversight.tests.test_routes import listed, opened
from qiying.capabilities.oversight.tests.world import Oversight, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.tests.walking import broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.organisations.waiting import waiting_for

pytestmark = pytest.mark.django_db

KEEPS = "congress congress2"
READS = f"{KEEPS} deputy deputy2 procurator handler leader traffic supervisor district_leader discipline"
PAIR = f"{KEEPS} procurator"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Oversight:
    made = make_world()
    for name, kind in (("congress", "congress"), ("jiancha", "procuratorate"), ("traffic", "town")):
        made.units[name].kind = kind
        made.units[name].save(update_fields=["kind"])
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def stage(world: Oversight) -> dict[str, Any]:
    """Return one row of every register, the check with its checklist."""
    row = check(world)
    congress: dict[str, Any] = {"actor": world.viewer("congress"), "now": world.now}
    checks.checklist_make(row=row, unit=world.units["congress"], **congress)
    values: dict[str, Any] = {"title": "知识产权保护报告", "kind": "work", "unit": world.units["market"]}
    report = world.keep(ReportHeard, **values, meeting_on=world.today + timedelta(days=40))
    joint = proposed(world)
    keep(world, joint, "congress", "代表反映", shared=True)
    rows = {
        "bases": row.basis,
        "articles": world.article(),
        "lists": listed(world, "competent"),
        "checks": row,
    }
    return rows | {
        "groups": group(world, row), "findings": found(world, row), "reports": report, "joints": joint,
    }  # fmt: skip


def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(world: Oversight) -> None:
    rows = stage(world)
    wanted: dict[str, str] = {}
    for name, row in rows.items():
        reads, keeps = (PAIR, PAIR) if name == "joints" else (READS, KEEPS)
        base = reverse(f"oversight:{name}")
        wanted |= {base: reads, f"{base}?export=xlsx": reads, f"{base}new/": keeps, f"{base}{row.pk}/": reads}
    wanted[reverse("oversight:check_report", args=[rows["checks"].pk])] = READS
    wanted[reverse("oversight:group_checklist", args=[rows["groups"].pk])] = "congress deputy"
    people = {**world.people, "nobody": None}
    got = let_in(people, wanted)
    order = list(people)
    assert got == {a: " ".join(sorted(who.split(), key=order.index)) for a, who in wanted.items()}
    kit = ("_view", "_imports", "_template", "_one", "_mapping", "_step", "_act", "_quiet", "_file")
    assert [n for n in unvisited(urls, wanted) if not n.endswith(kit)] == []


def test_nothing_typed_breaks_a_page(world: Oversight, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"visit:12": ("禾川的走访", "/visits/12/")}
    monkeypatch.setattr(
        "qiying.capabilities.oversight.services.checks.links_of", lambda viewer, subjects: told
    )
    rows = stage(world)
    day, later = world.today.isoformat(), (world.today + timedelta(days=90)).isoformat()
    article, market, jiancha = rows["articles"].pk, world.units["market"].pk, world.units["jiancha"].pk
    person = world.people["deputy"].pk
    finding = f"{rows['findings'].pk}/"
    new: dict[str, dict[str, Any]] = {
        "bases/new/": {"name": "决定", "kind": "decision", "issuer": "区人大常委会", "valid_from": day, "source": "样例"},
        "articles/new/": {"basis": rows["bases"].pk, "no": 40, "text": "条文", "duty": "做到", "unit": market,
                          "due_on": later, "valid_from": day},
        "lists/new/": {"name": "新清单", "about": "样例", "route": "led", "days": 5, "source": "样例", "valid_from": day},
        "checks/new/": {"name": "另一次", "basis": rows["bases"].pk, "checked": market, "starts_on": later,
                        "planned_on": day, "ends_on": later, "levels": "市区联动"},
        "groups/new/": {"check_of": rows["checks"].pk, "no": 9, "leader": person, "members": person,
                        "towns": world.units["traffic"].pk},
        "findings/new/": {"check_of": rows["checks"].pk, "group": rows["groups"].pk, "article": article,
                          "source": "online", "text": "重复提交", "unit": market, "found_on": day},
        "reports/new/": {"title": "年度报告", "kind": "environment", "unit": market, "meeting_on": later},
        "joints/new/": {"title": "再一件", "purpose": "一起看", "other": jiancha, "until_on": later},
        f"checks/{rows['checks'].pk}/tool/": {"subject": "visit:12", "label": "走访"},
        f"reports/{rows['reports'].pk}/cite/": {"articles": article},
        f"checks/{rows['checks'].pk}/cite/": {"articles": article},
        f"joints/{rows['joints'].pk}/share/": {"title": "一份", "text": "内容", "is_shared": "on"},
        f"findings/{finding}send/": {"way": "matter", "unit_id": market, "due_on": later, "list_id": rows["lists"].pk},
        f"findings/{finding}fixed/": {"result": "当场改了"},
    }  # fmt: skip
    typed = {f"{reverse('oversight:bases')[:-6]}{path}": ("congress", values) for path, values in new.items()}
    assert broken(world.people, typed, every=False) == []
    asked = {
        reverse("oversight:findings"): ("congress", ("check", "source", "sort", "page")),
        reverse("oversight:articles"): ("deputy", ("q", "basis", "page")),
    }
    assert broken_by_query(world.people, asked, every=False) == []


def test_homes_say_what_waits_and_lists_cost_the_same(world: Oversight) -> None:
    rows = stage(world)
    piles = {p.code: p for p in waiting_for(world.viewer("congress"), world.now).piles}
    assert (piles["findings"].count, piles["checklists"].count) == (1, 1)
    assert waiting_for(world.viewer("procurator"), world.now).pile("joint_supervision") is not None
    owed = waiting_for(world.viewer("leader"), world.now).pile("reports_heard")
    assert owed is not None and owed.items[0].words == "征求意见稿"
    assert owed.items[0].day == world.today + timedelta(days=20)
    assert waiting_for(world.viewer("traffic"), world.now).pile("reports_heard") is None

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser(world.people["congress"]).get(reverse(f"oversight:{name}")).status_code == 200
        return len(seen)

    names = ("findings", "articles", "bases")
    for name in names:
        cost(name)
    before = [cost(name) for name in names]
    for n in range(6):
        found(world, rows["checks"], text=f"又一条问题 {n}")
        world.article(50 + n, duty=f"第 {n} 样职责")
    assert [cost(name) for name in names] == before


def test_a_case_shows_its_articles_and_programs_read_the_lists(world: Oversight) -> None:
    rows = stage(world)
    case = opened(world, "legal", measure="查封设备", article_ids=[rows["articles"].pk])
    page = browser(world.people["leader"]).get(f"/cases/{case.number}/")
    assert "优化营商环境条例第36条" in page.content.decode()
    cited = browser(world.people["deputy"]).get(f"{reverse('oversight:articles')}{rows['articles'].pk}/")
    assert f"/cases/{case.number}/" in cited.content.decode()
    for who, status in (("congress", 200), ("clerk", 404)):
        told: dict[str, Any] = {"actor": world.viewer(who), "name": "程序", "days": 30, "at": world.now}
        token = api_token_create(person=world.people[who], **told)[1]
        got = browser(None).get("/api/v1/registers/oversight_findings", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert got.status_code == status, who
    assert Finding.objects.count() == 1
