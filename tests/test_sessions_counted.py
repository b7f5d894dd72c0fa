"""What sessions and visits count stands beside what cases count, and is proved with it."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from tests.sessions import held, make_sessions

from qiying.capabilities.engagement.services.sessions import (
    outcome_note,
)
from qiying.capabilities.service_requests.tests.world import World
from qiying.capabilities.visits.models import Visit, VisitProblem, VisitPromise
from qiying.capabilities.visits.selectors.visits import Wish
from qiying.capabilities.visits.services.reporting import (
    problem_closed,
    promise_keep,
    visit_report,
)
from qiying.capabilities.visits.services.visits import visit_plan
from qiying.kernel.audit.append_only import suspended
from qiying.kernel.audit.clock import local_date
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.models import Gathering

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_sessions()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def visit(world: World) -> Visit:
    """A visit of today with a problem and a promise kept in time."""
    today = local_date(world.now)
    wish = Wish(world.enterprise, world.units["town"].pk, today, world.people["liaison"].pk)
    planned = visit_plan(actor=world.viewer("liaison"), wish=wish, now=world.now).visit
    assert planned is not None
    promise = {"text": "送一份政策清单过来", "promised_by": today + timedelta(days=1)}
    data = {
        "talk": "看了车间，订单比去年多",
        "problems": [{"text": "招工难，夜班公交停了"}],
        "promises": [promise],
    }
    made = visit_report(
        actor=world.viewer("liaison"), visit=planned, key="phone-0001", data=data, now=world.now
    )
    promised = VisitPromise.objects.get()
    promise_keep(actor=world.viewer("liaison"), promise=promised, result="清单送到了", now=world.now)
    return made


def number_from(last: int, *models: type[Model]) -> None:
    """Let the next rows of these tables have the number after this one, whatever other tests drew before."""
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def test_what_sessions_and_visits_count_is_proved_beside_what_cases_count(world):
    number_from(500, Visit, Gathering)
    made = visit(world)
    one = held(world)
    assert made.pk == one.pk, "facts of what is no case are told apart by more than a number"
    outcome_note(
        gathering=one, actor=world.viewer("desk"), now=world.now, kind="policy", title="实施办法",
        issued_on=date(2026, 12, 20), firms=15,
    )  # fmt: skip
    problem_closed({"case": VisitProblem.objects.get().case.number, "outcome": "solved"}, world.now)
    call_command("figures_check", stdout=StringIO())
    connection.check_constraints()  # PostgreSQL alters no table whose triggers still wait
    with suspended():
        FigureDelta.objects.filter(measure__in=("heads", "person_times")).update(value=7)
        connection.check_constraints()
    with pytest.raises(CommandError, match="2 处"):
        call_command("figures_check", stdout=(said := StringIO()))
    assert "heads 2026-12 表里有 2，明细是 7" in said.getvalue()
