"""Loaded cases are the cases the services make: row for row, hash for hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from qiying.capabilities.service_requests.tests.world import make_world
from qiying.config.loading import load
from qiying.config.loading.ground import Ground, NoGround, People, read_ground
from qiying.config.loading.lives import Life, lives
from qiying.config.loading.load import Copy, load_cases
from qiying.config.loading.recording import KINDS, Recording, Wording, live, next_id, record, rows_of_case
from qiying.config.loading.stamping import suffix_of
from qiying.config.loading.two import MARK
from qiying.kernel.audit import personal
from qiying.kernel.audit.models import PersonalData
from qiying.kernel.audit.sealing import seal, verify
from qiying.kernel.cases import engine
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.cases.rebuild import rebuild
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.figures import compaction
from qiying.kernel.figures.compaction import rollups_add
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.recompute import grain_differences, sums_current, sums_of_deltas
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.models import SearchEntry
from qiying.kernel.search.selectors import matching_ids

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Rows = dict[str, list[Any]]


@pytest.fixture
def ground() -> Ground:
    world = make_world()
    for n in range(3):
        make_clerk(make_enterprise(world.district, f"第{n}家机械有限公司"), f"专员{n}")
    return read_ground(world.district, NOW.date())


def words(n: int) -> Wording:
    return Wording(suffix_of(n), "路灯不亮", "厂区门口的路灯不亮。", "陈经理", "13800001111")


def test_successive_cases_get_different_suffixes() -> None:
    assert len({suffix_of(n) for n in range(50_000)}) == 50_000


def test_sixty_loaded_cases_equal_those_made_by_services(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(ground, monkeypatch, cases=60, open_cases=20, days=1)


@pytest.mark.prove
def test_a_thousand_loaded_cases_equal_those_made_by_services(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(ground, monkeypatch, cases=1000, open_cases=200, days=6)


def test_a_loaded_set_verifies_is_counted_and_is_found(ground: Ground) -> None:
    before = structure()
    made = load_cases(total=40, open_cases=20, now=NOW, days=1, indexes_last=True)
    assert structure() == before
    seal(NOW)
    assert verify().is_sound
    assert rebuild(cases=Case.objects.all(), write=False).problems == ()
    assert (Case.objects.count(), Case.objects.filter(is_open=True).count()) == (40, 20)
    assert FigureDelta.objects.filter(measure="received").count() == 40
    newest = Case.objects.order_by("-pk")[0]
    assert matching_ids("case", newest.number, made.district_id, None, 5) == [newest.pk]
    connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_what_is_loaded_is_folded_by_its_sums(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    by_sums = []

    def seen(cursor: Any, since: int, top: int, summed: str = "", number: int | None = None) -> None:
        by_sums.append(bool(summed) and (number is None or since <= number < top))
        rollups_add(cursor, since, top, summed, number)

    monkeypatch.setattr(compaction, "rollups_add", seen)
    before = structure()
    load_cases(total=40, open_cases=20, now=NOW, days=1, indexes_last=True)
    assert structure() == before
    assert by_sums == [True]
    assert sums_current() == sums_of_deltas()
    assert grain_differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_load_in_transactions_of_its_own_writes_the_same_rows(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL writes them over two connections there."""
    kept: dict[str, Recording] = {}

    def once(life: Life, **given: Any) -> Recording:  # a recording draws references of its own
        key = f"{life.code} {given['instants']}"
        if key not in kept:
            kept[key] = record(life, **given)
        return kept[key]

    monkeypatch.setattr(load, "record", once)
    with transaction.atomic():
        load_cases(total=40, open_cases=20, now=NOW, days=1)
        expected = {case.pk: told(case) for case in Case.objects.all()}
        transaction.set_rollback(True)
    before = counts()
    made = load_cases(total=40, open_cases=20, now=NOW, days=1, indexes_last=True)
    assert {case.pk: told(case) for case in Case.objects.all()} == expected
    assert made.rows == sum(n - before[model] for model, n in counts().items() if model in KINDS)


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_all_as_it_was(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    before = structure(), counts()
    with monkeypatch.context() as patch:
        patch.setattr(load, "ids_taken", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load_cases(total=40, open_cases=20, now=NOW, days=1, indexes_last=True)
    assert (structure(), counts()) == before
    assert load_cases(total=3, open_cases=1, now=NOW, days=1, indexes_last=True).cases == 3


@pytest.mark.django_db(transaction=True)
def test_a_database_where_a_load_died_is_refused(ground: Ground) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (statement text)")
    try:
        with pytest.raises(CommandError, match="中断"):
            call_command("bench_load", cases=3, open=1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {MARK}")


def test_the_services_go_on_after_a_load(ground: Ground) -> None:
    load_cases(total=3, open_cases=1, now=NOW, days=1)
    top = Case.objects.order_by("-pk")[0].pk
    life = lives("open")[0]
    matter = life.of.matters[0]
    case = live(life, ground=ground, people=somebody(ground), words=words(0), matter=matter, instants=[NOW])
    assert case.pk > top


def test_a_life_writes_to_no_table_the_loader_does_not_copy(ground: Ground) -> None:
    first = NOW.date() - timedelta(days=60)
    for n, life in enumerate((*lives("finished"), *lives("open"))):
        before = counts()
        case = live(
            life, ground=ground, people=somebody(ground), words=words(n), matter=life.of.matters[0],
            instants=life.instants(first, calendar_for(ground.district_id)),
        )  # fmt: skip
        grew = {m: n - before[m] for m, n in counts().items() if n != before[m]}
        assert grew == {m: len(rows) for m, rows in rows_of_case(case).items() if rows}, life.code


def test_a_district_without_handlers_cannot_be_loaded_into() -> None:
    world = make_world()
    world.units["town"].functions = []
    world.units["town"].save()
    with pytest.raises(NoGround, match="承办单位"):
        load_cases(total=2, open_cases=1, now=NOW, days=1)


def structure() -> list[Any]:
    """Return every index, constraint and trigger of the database in its own words.

    PostgreSQL writes the same condition of an index in two ways, so conditions are left out there.
    """
    sqlite = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY 1, 2"
    postgres = (
        "SELECT 'index', indexname, split_part(indexdef, ' WHERE ', 1) FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint UNION ALL "
        "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgres)
        return list(cursor.fetchall())


def somebody(ground: Ground) -> People:
    return People(ground.askers[0], *ground.teams[:2])


def counts() -> dict[type[models.Model], int]:
    return {m: m._default_manager.count() for m in apps.get_models() if m._meta.managed}


def compare(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, *, cases: int, open_cases: int, days: int
) -> None:
    """Load, keep what was written, undo; then let the services make the same cases and compare.

    The services are given the loaded cases' ids, numbers, references and salts; everything else, commitments and
    hashes included, they work out themselves. Only row ids and `recorded_at`, which the database gives, may differ.
    """
    with transaction.atomic():
        made = load_cases(total=cases, open_cases=open_cases, now=NOW, days=days, keep=True)
        loaded = {c.case_id: told(Case.objects.get(pk=c.case_id)) for c in made.copies}
        kept = {(p.stored_at, p.value, p.ref): p for p in PersonalData.objects.all()}
        transaction.set_rollback(True)
    assert len(loaded) == cases
    assert not Case.objects.exists()
    viewers: dict[int | None, Viewer] = {p.pk: viewer_for(p, NOW.date()) for p in Person.objects.all()}
    for copy in made.copies:
        refs = {r["ref"] for r in loaded[copy.case_id]["PersonalData"]}
        mine = [p for (_, _, ref), p in kept.items() if ref in refs]
        monkeypatch.setattr(engine, "personal_put", putting_with(mine, monkeypatch))
        expected = by_services(ground, copy, viewers)
        for table, rows in expected.items():
            assert loaded[copy.case_id][table] == rows, (copy.life.code, table)


def putting_with(kept: Sequence[PersonalData], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return `personal_put` drawing the references and salts these values already had."""

    def put(values: Sequence[str], *, at: datetime) -> list[str]:
        found = [next(p for p in kept if (p.stored_at, p.value) == (at, v)) for v in values]
        drawn = iter([part for p in found for part in (p.ref[12:], p.salt)])
        with monkeypatch.context() as patch:
            patch.setattr("secrets.token_hex", lambda n: next(drawn))
            return personal.personal_put(values, at=at)

    return put


def by_services(ground: Ground, copy: Copy, viewers: dict[int | None, Viewer]) -> Rows:
    """Return the rows of the case the services make of the same data, its people as the register knows them."""
    next_id(Case, copy.case_id)
    next_id(Intake, copy.intake_id)
    who = {
        "clerk": copy.people.asker.clerk_id,
        "liaison": copy.people.lead.liaison_id,
        "handler": copy.people.lead.handler_id,
        "co_handler": copy.people.co.handler_id,
        **{name: v.person_id for name, v in ground.office.items()},
    }
    case = live(
        copy.life, ground=ground, people=copy.people, words=copy.words, matter=copy.matter,
        instants=[at + timedelta(seconds=copy.seconds) for at in copy.instants],
        viewer=lambda name: viewers[who[name]],
    )  # fmt: skip
    return told(case)


def told(case: Case) -> Rows:
    """Return every row of a case as the database holds it, ids and the database's clock left out."""
    case.refresh_from_db()
    found: Rows = {}
    for model, rows in rows_of_case(case).items():
        given = {"recorded_at"} if model in {Case, Intake} else {"recorded_at", "id"}
        names = [f.attname for f in model._meta.concrete_fields if f.name not in given]
        found[model.__name__] = [{n: getattr(r, n) for n in names} for r in rows]
    found["PersonalData"].sort(key=lambda r: str(r["ref"]))
    entry = SearchEntry.objects.get(kind="case", object_id=case.pk)
    sqlite = "SELECT tokens FROM search_fts WHERE rowid = %s"
    postgres = "SELECT tokens::text FROM search_searchentry WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgres, [entry.pk])
        found["index"] = cursor.fetchall()
    return found
