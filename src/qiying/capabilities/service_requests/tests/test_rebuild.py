"""Everything a case shows can be told again from its events."""

import pytest
from django.db import connection

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.append_only import suspended
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.rebuild import differences, rebuild
from qiying.kernel.figures.models import FigureDelta

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def told(case: Case) -> list[str]:
    fresh = Case.objects.get(pk=case.pk)
    return list(differences(fresh, {c.pk: c for c in Channel.objects.all()}))


def test_tables_equal_what_events_tell_after_a_long_life(world: World) -> None:
    case = world.handling(co_unit_ids=[world.units["bureau"].pk])
    world.act(case, "co_handler", "co_answer", text="路口归街道管，我们配合画线。")
    world.act(case, "handler", "answer", text="限高杆已经往东挪了十米，货车可以进出了。", result="solved")
    world.later(days=3)
    world.act(case, "clerk", "give_verdict", value="not_solved", comment="还是进不去")
    world.act(case, "desk", "correct", category="facilities", reason="其实是设施问题")
    world.act(case, "handler", "answer", text="又挪了五米，请再看看能不能进出。", result="solved")
    world.act(case, "clerk", "give_verdict", value="solved", satisfaction=4)
    assert told(case) == []
    assert FigureDelta.objects.filter(case_id=case.pk, value__lt=0).exists()


def test_a_changed_table_is_named_and_can_be_put_right(world: World) -> None:
    case = world.assigned()
    Case.objects.filter(pk=case.pk).update(title="改过的标题")
    assert any("title" in d for d in told(case))
    rebuild(cases=[Case.objects.get(pk=case.pk)], write=True)
    assert told(case) == []


def test_a_missing_figure_is_named(world: World) -> None:
    case = world.assigned()
    with suspended(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM figures_figuredelta WHERE case_id = %s AND measure = 'accepted'", [case.pk]
        )
    assert any("统计明细" in d for d in told(case))
