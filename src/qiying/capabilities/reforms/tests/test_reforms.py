"""A micro-reform from its figure to what a jury and the firms say; who may do what; every page as every role."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.reforms import urls
from qiying.capabilities.reforms.models import Reform
from qiying.capabilities.reforms.services import (
    reform_decide,
    reform_elsewhere,
    reform_mark,
    reform_measure,
    reform_propose,
    reform_spread,
    reform_try,
)
from qiying.capabilities.reforms.views import REFORMS
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PROPOSAL = {
    "title": "证照联办免交复印件",
    "text": "原来每件交三份复印件，改成系统里调",
    "figure": "task.in_time",
}


@pytest.fixture
def world() -> World:
    return World(
        **cast(
            "改革区",
            {
                "desk": DESK,
                "permit": ("区行政审批局", ["handling"]),
                "police": ("公安分局", ["handling"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "handler": ("经办", "permit", "handler"),
                "leader": ("局长", "permit", "leader"),
                "police": ("政委", "police", "leader"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "deputy": ("代表", "leaders", "deputy"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )


def counted(world: World, month: date, part: int, whole: int) -> None:
    """Let the figure be so much in a month."""
    for measure, value in {"claimed": whole, "claimed_in_time": part}.items():
        FigureDelta.objects.create(
            district_id=world.district.pk, procedure="task", month=month, measure=measure, value=value, case_id=1,
            event_seq=1,
        )  # fmt: skip


def proposed(world: World) -> Reform:
    counted(world, date(2026, 9, 1), 3, 8)
    counted(world, date(2026, 10, 1), 5, 8)
    return reform_propose(actor=world.viewer("handler"), values=PROPOSAL, now=world.now)


def adopted(world: World, firms: str = "禾川精密机械有限公司") -> Reform:
    row = proposed(world)
    until = world.now.date() + timedelta(days=60)
    reform_try(actor=world.viewer("supervisor"), reform=row, where="园区窗口", until=until, now=world.now)
    counted(world, date(2026, 12, 1), 9, 10)
    world.later(days=40)
    reform_measure(actor=world.viewer("handler"), reform=row, story="没有人再交复印件", now=world.now)
    told: dict[str, Any] = {"adopt": True, "reason": "按期率高了二十多个点", "firms": firms}
    return reform_decide(actor=world.viewer("supervisor"), reform=row, now=world.now, **told)


def test_no_figure_no_proposal(world: World) -> None:
    with pytest.raises(GuardFailed) as refused:
        reform_propose(actor=world.viewer("handler"), values=PROPOSAL, now=world.now)
    assert set(refused.value.fields) == {"figure"}
    with pytest.raises(NotPermitted):
        reform_propose(actor=world.viewer("district_leader"), values=PROPOSAL, now=world.now)


def test_measured_by_the_figure_it_was_proposed_for_and_decided_by_others(world: World) -> None:
    row = proposed(world)
    assert (row.before_part, row.before_whole) == (8, 16)
    with pytest.raises(NotPermitted):
        reform_decide(actor=world.viewer("leader"), reform=row, adopt=False, reason="不想办", now=world.now)
    with pytest.raises(ActionNotAvailable):
        reform_decide(
            actor=world.viewer("supervisor"), reform=row, adopt=True, reason="先用着", now=world.now
        )
    until = world.now.date() + timedelta(days=60)
    with pytest.raises(GuardFailed):
        reform_try(
            actor=world.viewer("supervisor"), reform=row, where="园区", until=world.now.date(), now=world.now
        )
    reform_try(actor=world.viewer("supervisor"), reform=row, where="园区", until=until, now=world.now)
    with pytest.raises(GuardFailed, match="还没有数"):
        reform_measure(actor=world.viewer("handler"), reform=row, story="还不错吧", now=world.now)
    counted(world, date(2026, 11, 1), 0, 5)  # the month it began in does not count once whole ones are there
    counted(world, date(2026, 12, 1), 9, 10)
    world.later(days=40)
    with pytest.raises(NotPermitted):
        reform_measure(actor=world.viewer("police"), reform=row, story="不是我办的", now=world.now)
    row = reform_measure(actor=world.viewer("handler"), reform=row, story="没有人再交复印件", now=world.now)
    assert (row.after_part, row.after_whole, row.state) == (9, 10, "measured")
    told: dict[str, Any] = {"adopt": True, "reason": "按期率高了", "now": world.now}
    with pytest.raises(GuardFailed) as refused:
        reform_decide(actor=world.viewer("supervisor"), reform=row, firms="没有的公司", **told)
    assert set(refused.value.fields) == {"firms"}
    assert reform_decide(actor=world.viewer("supervisor"), reform=row, **told).state == "adopted"


def test_spread_as_tasks_and_used_elsewhere(world: World) -> None:
    row = adopted(world)
    due = world.now.date() + timedelta(days=90)
    chosen = [world.units["police"].pk, world.units["permit"].pk]
    made = reform_spread(
        actor=world.viewer("supervisor"), reform=row, units=chosen, due_on=due, now=world.now
    )
    task = made[0].task
    assert task and (len(made), task.lead_unit_id, task.extras["judge_unit"]) == (1, chosen[0], chosen[1])
    with pytest.raises(GuardFailed):
        reform_spread(actor=world.viewer("supervisor"), reform=row, units=chosen, due_on=due, now=world.now)
    told = {"place": "邻县", "source": "邻县政府办 2026 年 12 月简报"}
    reform_elsewhere(actor=world.viewer("handler"), reform=row, on=world.now.date(), now=world.now, **told)
    for on in (world.now.date(), world.now.date() + timedelta(days=1)):
        with pytest.raises(GuardFailed):
            reform_elsewhere(actor=world.viewer("handler"), reform=row, on=on, now=world.now, **told)


def test_ranked_only_when_enough_jurors_and_a_firm_spoke_and_the_rest_is_not_satisfied(world: World) -> None:
    row = adopted(world, "禾川精密机械有限公司、别家有限公司")
    for who in ("leader", "handler", "desk", "admin"):
        with pytest.raises(NotPermitted):
            reform_mark(actor=world.viewer(who), reform=row, points=100, said="", now=world.now)
    pile = waiting_for(world.viewer("clerk"), world.now).pile("reforms")
    assert pile
    assert pile.count == 1
    for who, points in {"deputy": 80, "police": 90, "clerk": 60}.items():
        reform_mark(actor=world.viewer(who), reform=row, points=points, said="", now=world.now)
    assert total(world, row) == "还不能排（评委 2 / 3）"
    reform_mark(actor=world.viewer("district_leader"), reform=row, points=70, said="", now=world.now)
    assert total(world, row) == "72.0"  # 80 × 60 % + 60 × 40 %
    assert row.__dict__["standing"].firms == "60.0 分，1 / 2 家"
    assert waiting_for(world.viewer("clerk"), world.now).pile("reforms") is None


def total(world: World, row: Reform) -> str:
    request: Any = type("R", (), {"viewer": world.viewer("desk"), "today": world.now.date()})()
    asked: ViewerRequest = request
    assert REFORMS.listing.prepare is not None
    REFORMS.listing.prepare(asked, [row])
    return str(row.__dict__["standing"].total)


def test_every_page_as_every_role_and_what_is_typed_breaks_nothing(world: World) -> None:
    row = adopted(world)
    inside = "desk handler leader police supervisor district_leader deputy"
    base = f"/reforms/{row.pk}/"
    wanted = {
        "/reforms/": inside,
        base: inside,
        f"{base}rate/": "clerk",
        "/reforms/new/": "desk handler leader police",
        f"{base}spread/": "supervisor district_leader",
        f"{base}mark/": "police supervisor district_leader deputy",
        f"{base}elsewhere/": "desk handler leader police",
    }
    assert let_in(world.people, dict.fromkeys(wanted)) == wanted
    assert not {"rate", "reforms_row"} & set(unvisited(urls, wanted))
    other = make_person("别区", world.units["desk"], "desk")
    assert browser(other).get("/reforms/").status_code == 200
    typed: dict[str, Any] = {
        "/reforms/new/": ("handler", {**PROPOSAL, "title": "另一个小切口"}),
        f"{base}rate/": ("clerk", {"points": "80", "said": "快多了"}),
        f"{base}elsewhere/": ("handler", {"place": "邻县", "on": "2026-11-20", "source": "邻县简报"}),
    }
    counted(world, date(2026, 10, 1), 1, 2)
    assert broken(world.people, dict(list(typed.items())[:1]), every=False) == []
    for address, (who, values) in list(typed.items())[1:]:
        assert browser(world.people[who]).post(address, values).status_code == 302


def test_an_outsider_rates_nothing(world: World) -> None:
    row = adopted(world)
    with pytest.raises((Http404, NotPermitted)):
        reform_mark(actor=world.viewer("outsider"), reform=row, points=1, said="", now=world.now)
    row.state = "dropped"
    with pytest.raises(ActionNotAvailable):
        reform_mark(actor=world.viewer("clerk"), reform=row, points=1, said="", now=world.now)
