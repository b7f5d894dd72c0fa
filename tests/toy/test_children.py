"""Child cases: opened with their parent, told to it once, read on its page, taken back with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.checks import faults
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case, CaseEvent, Channel
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.cases.tests.toy_children import PART, WHOLE
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.notices.wording import notice_templates
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROCEDURES._by_key, ("toy_part", 1), PART)
    monkeypatch.setitem(PROCEDURES._by_key, ("toy_whole", 1), WHOLE)


@pytest.fixture
def world() -> kit.World:
    units: kit.Units = {"one": ("区市场监管局", ["handling"]), "two": ("区消防大队", ["handling"])}
    people: kit.People = {"one": ("孙一", "one", "handler"), "two": ("孙二", "two", "handler")}
    return kit.World(**kit.cast("海盐县", units, people))


def opened(world: kit.World) -> Case:
    return case_open(
        procedure="toy_whole",
        actor=world.viewer("clerk"),
        data={"title": "开饭店", "unit_ids": [world.units["one"].pk, world.units["two"].pk]},
        now=world.now,
        district_id=world.district.pk,
    )


def told(*cases: Case) -> list[str]:
    channels = {c.pk: c for c in Channel.objects.all()}
    return [d for case in cases for d in differences(Case.objects.get(pk=case.pk), channels)]


def moves(case: Case) -> int:
    return CaseEvent.objects.filter(case=case, action="child_moved").count()


def page(world: kit.World, who: str, case: Case) -> str:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("cases:case", args=[case.number]), follow=True).content.decode()


def test_the_machines_are_sound():
    for machine in (PART, WHOLE):
        assert list(faults(machine, notice_templates())) == []


def test_parts_are_opened_in_the_same_transaction_or_nothing_is(world, monkeypatch):
    case = opened(world)
    first, second = children_of(case)
    assert (first.parent_id, first.enterprise_id) == (case.pk, case.enterprise_id)
    assert first.due_by == second.due_by is not None
    before = Case.objects.count()
    monkeypatch.delitem(PROCEDURES._by_key, ("toy_part", 1))
    with pytest.raises(KeyError):
        opened(world)
    assert Case.objects.count() == before


def test_the_whole_waits_for_every_part_and_is_told_of_each_step_once(world):
    case = opened(world)
    first, second = children_of(case)
    with pytest.raises(GuardFailed, match="还有 2 项没办完：第 1 项（区市场监管局）、第 2 项（区消防大队）"):
        world.act(case, "one", "join")
    world.act(first, "one", "grant")
    assert moves(case) == 1
    case.refresh_from_db()
    assert case.state == "going"
    with pytest.raises(GuardFailed, match="还有 1 项"):
        world.act(case, "one", "join")
    with pytest.raises(NotPermitted):
        world.act(case, "one", "child_moved", number="x", title="x", status="x", state="done")
    world.act(second, "two", "refuse", reason="没有第二个出口")
    case.refresh_from_db()
    assert (case.state, case.turn, moves(case)) == ("joining", "member", 2)
    case = world.act(case, "two", "join")
    assert case.outcome == "done"
    assert told(case, first, second) == []


def test_a_part_that_moves_after_the_end_is_still_told(world):
    case = opened(world)
    first, second = children_of(case)
    world.act(first, "one", "grant")
    world.act(second, "two", "grant")
    world.act(Case.objects.get(pk=case.pk), "one", "join")
    world.act(Case.objects.get(pk=first.pk), "one", "revoke", reason="材料是假的")
    case.refresh_from_db()
    assert (moves(case), case.is_open, case.outcome) == (3, False, "done")
    assert told(case, first) == []


def test_who_takes_back_the_whole_takes_back_its_open_parts(world):
    case = opened(world)
    first, second = children_of(case)
    world.act(first, "one", "grant")
    case = world.act(Case.objects.get(pk=case.pk), "clerk", "withdraw", reason="不开了，换地方")
    assert [c.outcome for c in children_of(case)] == ["granted", "withdrawn"]
    assert (case.state, moves(case)) == ("withdrawn", 1)
    assert told(case, first, second) == []


def test_every_party_reads_the_parts_with_their_days(world):
    case = opened(world)
    for who in ("clerk", "one", "two"):
        text = page(world, who, case)
        assert "同时在办的各项" in text and "第 1 项" in text and "区消防大队" in text and "前办好" in text
    first = children_of(case)[0]
    assert f"/cases/{first.number}/" in page(world, "one", case)
    assert f"/cases/{first.number}/" not in page(world, "two", case)
    assert "开饭店" in page(world, "one", first)
    client = Client()
    client.force_login(world.people["outsider"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("cases:case", args=[case.number])).status_code == 404


def test_a_part_stands_in_the_askers_list_only_within_its_whole(world, client):
    case = opened(world)
    client.force_login(world.people["clerk"])
    text = client.get(reverse("mine:cases")).content.decode()
    assert case.title in text
    assert "第 1 项" not in text


def test_clients_read_the_parts(world):
    case = opened(world)
    secret = api_token_create(
        person=world.people["clerk"], name="测试", days=30, actor=world.viewer("clerk"), at=utc_now()
    )[1]
    client = Client(headers={"authorization": f"Bearer {secret}"})
    found: Any = client.get(f"/api/v1/cases/{case.number}").json()
    assert [c["unit"] for c in found["children"]] == ["区市场监管局", "区消防大队"]


def test_the_program_that_opened_a_part_is_no_other_asker(world):
    first, _ = children_of(opened(world))
    read = page(world, "clerk", first)
    assert "后台程序" in read and "另一位来件人" not in read
    assert "来件人" not in page(world, "one", first).partition("经过")[2]
