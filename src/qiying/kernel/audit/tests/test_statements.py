"""Kept statements write and read what Django's own would."""

import datetime as dt
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.statements import (
    MOMENTS,
    _do_insert,
    _do_update,
    _prepared,
    row_insert,
    row_update,
    rows_insert,
)
from qiying.kernel.organisations.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = dt.datetime(2026, 4, 1, 2, 3, 4, 567000, tzinfo=dt.UTC)


def _entry(action: str) -> AuditEntry:
    return AuditEntry(
        at=AT, actor_name="甲", action=action, subject="case:1", data="{}", hash="h", algorithm="sm3"
    )


def _district(code: str = "330400") -> District:
    district = District(code=code, name="明川区", settings={"word": "“引号”", "n": [1, None]})
    row_insert(district)
    return district


def test_rows_inserted_together_learn_their_keys_and_read_back_as_written() -> None:
    rows = [_entry(f"act{i}") for i in range(250)]
    rows_insert(rows)
    read = {e.pk: e for e in AuditEntry.objects.filter(pk__in=[r.pk for r in rows])}
    assert len({r.pk for r in rows}) == 250
    assert [read[r.pk].action for r in rows] == [r.action for r in rows]
    assert {e.at for e in read.values()} == {AT}


@pytest.mark.parametrize("moment", [AT, AT.replace(microsecond=0), AT.date(), None])
@pytest.mark.parametrize("kind", [models.DateTimeField, models.DateField])
def test_days_and_instants_are_stored_as_django_stores_them(
    kind: "type[models.DateField[Any, Any]]", moment: dt.date | None
) -> None:
    for model in apps.get_models():
        for f in model._meta.concrete_fields:
            if (
                isinstance(f, models.DateField)
                and type(f) is kind
                and type(moment) in (MOMENTS[kind], type(None))
            ):
                row = model(**{f.attname: moment})
                for here in (connection, connection):  # the second time from what was kept
                    djangos = f.get_db_prep_save(f.pre_save(row, True), connection)
                    if not (f.auto_now or f.auto_now_add):
                        assert _prepared([row], (f,), here, adds=True) == [djangos]


def test_a_new_row_of_every_model_is_saved_as_django_saves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    seen = 0
    for model in apps.get_models():
        fields = [f for f in model._meta.local_concrete_fields if not f.generated and not f.primary_key]
        row: Any = model()
        asked: list[Any] = []

        def ask(execute: Any, sql: str, values: Any, many: bool, context: Any, asked: Any = asked) -> Any:
            asked.append(
                (
                    sql.partition(" RETURNING ")[0],
                    [repr(bytes(v) if isinstance(v, memoryview) else v) for v in values],
                )
            )
            raise ZeroDivisionError  # a row without its values would be refused

        given = (model._base_manager, "default", fields, model._meta.db_returning_fields, False)
        for insert in (row._do_insert, partial(_do_insert, row)):
            with connection.execute_wrapper(ask), suppress(ZeroDivisionError):
                insert(*given)
        assert asked[0] == asked[1] and row._do_insert.__func__ is not _do_insert
        seen += 1
    assert seen > 200


def test_a_changed_row_of_every_model_is_saved_as_django_saves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        row: Any = model()
        fields = [f for f in model._meta.local_concrete_fields if not f.generated and not f.primary_key]
        values = [(f, None, f.pre_save(row, False)) for f in fields]
        asked: list[Any] = []

        def ask(execute: Any, sql: str, values: Any, many: bool, context: Any, asked: Any = asked) -> Any:
            asked.append(
                [repr(bytes(v) if isinstance(v, memoryview) else v) for v in values if v is not None]
            )
            raise ZeroDivisionError

        for update in (row._do_update, partial(_do_update, row)):
            with connection.execute_wrapper(ask), suppress(ZeroDivisionError):
                update(model._base_manager.using("default"), "default", 1, values, None, False)
        assert asked[0] == asked[1], model
        assert row._do_update.__func__ is not _do_update


def test_what_is_saved_of_a_row_that_is_there() -> None:
    district: Any = _district()
    district.name, district.settings, district.is_demo = "新名", {"n": [2]}, True
    district.save()
    district.name = Concat(models.F("name"), models.Value("！"))
    district.save(update_fields=["name"])
    stored = District.objects.get(pk=district.pk)
    assert (stored.name, stored.settings, stored.is_demo) == ("新名！", {"n": [2]}, True)
    gone = District.objects.get(pk=district.pk)
    District.objects.filter(pk=district.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        gone.save(update_fields=["name"])
    gone.save()
    assert District.objects.get(pk=district.pk).name == "新名！"


def test_a_saved_row_learns_its_key_and_reads_back() -> None:
    row = _entry("saved")
    row.save()
    assert AuditEntry.objects.get(pk=row.pk).at == AT
    assert AuditEntry.objects.create(at=AT, actor_name="乙", action="b", data="{}").recorded_at is not None


def test_nothing_to_insert_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        rows_insert([])
    assert len(asked) == 0


def test_a_json_value_survives() -> None:
    assert District.objects.get(pk=_district().pk).settings == {"word": "“引号”", "n": [1, None]}


def test_an_update_writes_the_named_fields_and_no_other() -> None:
    district = _district()
    district.name, district.code = "新名", "999999"
    row_update(district, ["name"])
    stored = District.objects.get(pk=district.pk)
    assert (stored.name, stored.code) == ("新名", "330400")


def test_an_update_of_a_row_that_is_gone_is_told() -> None:
    district = _district()
    District.objects.filter(pk=district.pk).delete()
    with pytest.raises(models.ObjectDoesNotExist):
        row_update(district, ["name"])
