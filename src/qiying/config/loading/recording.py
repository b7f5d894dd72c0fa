"""Living one life through the real services in a transaction that is rolled back, and keeping what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from qiying.config.loading.ground import Asker, Ground, People, Team
from qiying.config.loading.lives import Life
from qiying.kernel.audit.models import PersonalData
from qiying.kernel.audit.personal import tokens_in_text
from qiying.kernel.cases.context import ROW_MODELS
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake, Intake, Job
from qiying.kernel.cases.world import Matter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.models import SearchEntry

# Numbers and words that occur nowhere else, so that a copy's own can be put in their place wherever they are; the
# phone is one that is accepted.
CASE_ID, INTAKE_ID = 7700000000101, 7700000000102
STAND_INS = People(
    Asker(7700000000201, "ZZFIRMZZ", 7700000000202, "ZZCLERKZZ"),
    Team(7700000000301, "ZZUNITZZ", "/zzunit/", 7700000000302, "ZZLIAISONZZ", 7700000000303, "ZZHANDLERZZ"),
    Team(7700000000401, "ZZCOUNITZZ", "/zzcounit/", 7700000000402, "ZZCOLIAISONZZ", 7700000000403, "ZZCOHANDLERZZ"),
)  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """What one case says of itself."""

    suffix: str
    title: str
    text: str
    contact_name: str
    contact_phone: str


STAND_IN_WORDS = Wording("ZZQZZ", "ZZTITLEZZ", "ZZTEXTZZ", "ZZCONTACTZZ", "17700000501")

KINDS: tuple[type[models.Model], ...] = (
    Intake, PersonalData, Case, CaseEvent, *dict.fromkeys([CaseIntake, *ROW_MODELS.values()]), FigureDelta, Notice, Job,
    SearchEntry,
)  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """Every row one life left, as model instances in the order they were written."""

    instants: tuple[datetime, ...]
    number: str
    rows: Mapping[type[models.Model], Sequence[Any]]


def live(
    life: Life,
    *,
    ground: Ground,
    people: People,
    words: Wording,
    matter: Matter,
    instants: Sequence[datetime],
    viewer: Callable[[str], Viewer] | None = None,
) -> Case:
    """Make one case by the services alone and return it."""
    look = viewer or (lambda who: ground.viewer(who, people))
    given = {
        "title": words.title,
        "text": words.text,
        "enterprise_id": people.asker.enterprise_id,
        "contact_name": words.contact_name,
        "contact_phone": words.contact_phone,
    }
    case = life.of.begin(
        actor=look(life.by), district_id=ground.district_id, channel=life.channel, data=given, now=instants[0],
        suffix=words.suffix,
    )  # fmt: skip
    for step, now in zip(life.steps, instants[1:], strict=True):
        case = case_act(
            case=case, action=step.action, actor=look(step.who), data=step.given(people, matter), now=now
        )
    return case


def next_id(model: type[models.Model], value: int) -> None:
    """Let the database give this id to the next row of a table; undone by a rollback on both databases."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, value - 1])
            return
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        cursor.execute(f"ALTER SEQUENCE {cursor.fetchone()[0]} RESTART WITH {int(value)}")


def record(life: Life, *, ground: Ground, matter: Matter, instants: tuple[datetime, ...]) -> Recording:
    """Live a life with stand-ins and return the rows it left; the database is as before."""
    life.of.forget()  # what is kept about units must not know the stand-ins afterwards
    try:
        with transaction.atomic():
            _stand_in_rows(ground.district_id, instants[0])
            next_id(Case, CASE_ID)
            next_id(Intake, INTAKE_ID)
            last_job = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            case = live(
                life, ground=ground, people=STAND_INS, words=STAND_IN_WORDS, matter=matter, instants=instants
            )
            recording = Recording(instants, case.number, rows_of_case(case, last_job))
            transaction.set_rollback(True)
    finally:
        life.of.forget()
    return recording


def rows_of_case(case: Case, after_job: int = 0) -> dict[type[models.Model], list[Any]]:
    """Return every row a case has in any table, in the order they were written."""
    events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    refs = [ref for e in events for ref, _ in tokens_in_text(e.data)]
    intakes = CaseIntake.objects.filter(case=case).values("intake_id")
    found: dict[type[models.Model], Any] = {
        Intake: Intake.objects.filter(pk__in=intakes),
        PersonalData: PersonalData.objects.filter(ref__in=refs),
        Case: Case.objects.filter(pk=case.pk),
        CaseEvent: events,
        FigureDelta: FigureDelta.objects.filter(case_id=case.pk).order_by("pk"),
        Notice: Notice.objects.filter(subject=f"case:{case.number}").order_by("pk"),
        Job: Job.objects.filter(pk__gt=after_job, payload__case=case.number).order_by("pk"),
        SearchEntry: SearchEntry.objects.filter(kind="case", object_id=case.pk),
    }
    for model in ROW_MODELS.values():
        found[model] = model.objects.filter(case=case).order_by("no")
    return {model: list(found[model]) for model in KINDS}


def _stand_in_rows(district_id: int, at: datetime) -> None:
    """Write the enterprise and units the services look up; people are only mentioned, never read."""
    asker = STAND_INS.asker
    Enterprise.objects.bulk_create(
        [
            Enterprise(
                pk=asker.enterprise_id, district_id=district_id, name=asker.enterprise_name, created_at=at
            )
        ]
    )
    Unit.objects.bulk_create(
        Unit(pk=t.unit_id, district_id=district_id, path=t.path, name=t.unit_name, functions=["handling"])
        for t in (STAND_INS.lead, STAND_INS.co)
    )
