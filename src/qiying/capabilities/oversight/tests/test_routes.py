"""Matters on three routes: meetings are counted, a measure is objected to and decided, the congress writes off."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from qiying.capabilities.oversight.models import Citation, RouteList
from qiying.capabilities.oversight.tests.world import Oversight, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Oversight:
    return make_world()


def counted(case: Case) -> dict[str, int]:
    rows = FigureDelta.objects.filter(case_id=case.pk).values_list("measure").annotate(Sum("value"))
    return dict(rows)


def listed(world: Oversight, route: str, **more: Any) -> Any:
    values: dict[str, Any] = {
        "name": f"{route}清单",
        "about": "样例",
        "route": route,
        "days": 10,
        "source": "样例",
    }
    values |= {"valid_from": world.today, **more}
    return world.keep(RouteList, **values)


def opened(world: Oversight, route: str, **more: Any) -> Case:
    data = {
        "title": "华商地块出土难",
        "text": "渣土运不出去，工地停了。",
        "unit_id": world.units["market"].pk,
    }
    data |= {"list_id": listed(world, route).pk, **more}
    return case_start(procedure="supervised_matter", actor=world.viewer("congress"), data=data, now=world.now)


def test_led_by_a_leader_with_counted_meetings_and_written_off_by_the_congress(world: Oversight) -> None:
    with pytest.raises(GuardFailed) as nobody:
        opened(world, "led")
    assert set(nobody.value.fields) == {"official_id"}
    RouteList.objects.all().delete()
    case = opened(world, "led", official_id=world.people["district_leader"].pk)
    for _ in range(5):
        case = world.act(case, "district_leader", "coordinate", on=world.today, text="研究清运方案")
    assert case.extras["meetings"] == counted(case)["meetings"] == 5
    with pytest.raises(ActionNotAvailable):
        world.act(case, "congress", "judge", result="solved", text="现场看过了")
    case = world.act(case, "handler", "answer", text="清运方案定了，每天运出三百车。")
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "judge", result="solved", text="我们自己看过了")
    case = world.act(case, "congress", "judge", result="back", text="现场还没有开始运")
    assert case.state == "handling"
    case = world.act(case, "handler", "answer", text="已经运完，项目复工。")
    case = world.act(case, "congress", "judge", result="solved", text="现场看过，复工了")
    assert (case.state, counted(case)["sent_back"], counted(case)["solved"]) == ("closed", 1, 1)


def test_by_law_a_reasoned_objection_is_decided_by_who_took_the_measure(world: Oversight) -> None:
    article = world.article()
    with pytest.raises(GuardFailed) as named:
        opened(world, "legal")
    assert set(named.value.fields) == {"measure"}
    RouteList.objects.all().delete()
    case = opened(world, "legal", measure="查封生产设备")
    with pytest.raises(GuardFailed):  # it has to name an article
        world.act(case, "congress", "object", reason="措施明显超出必要的限度。", article_ids=[])
    case = world.act(case, "congress", "object", reason="措施明显超出必要的限度。", article_ids=[article.pk])
    assert (case.state, Citation.objects.get().subject) == ("objected", f"case:{case.number}")
    decision = {"decision": "lifted", "reason": "已经解除查封，改为责令改正。"}
    for who in ("congress", "handler"):
        with pytest.raises(NotPermitted):
            world.act(case, who, "decide_objection", **decision)
    case = world.act(case, "leader", "decide_objection", **decision)
    assert (case.state, case.extras["decision"], counted(case)["objection_lifted"]) == (
        "handling",
        "lifted",
        1,
    )


def test_a_plain_route_offers_neither_and_lists_are_data_with_days(world: Oversight) -> None:
    case = opened(world, "competent")
    with pytest.raises(GuardFailed, match="不是领衔办"):
        world.act(case, "congress", "coordinate", on=world.today, text="没有这回事")
    with pytest.raises(GuardFailed, match="不是依法办"):
        world.act(case, "congress", "object", reason="措施明显超出必要的限度。", article_ids=[1])
    with pytest.raises(GuardFailed) as twice:
        listed(world, "competent")
    with pytest.raises(GuardFailed) as days:
        listed(world, "led", days=0)
    assert (set(twice.value.fields), set(days.value.fields)) == ({"name"}, {"days"})
    with pytest.raises(NotPermitted):
        world.keep(RouteList, who="deputy", name="我的清单")
