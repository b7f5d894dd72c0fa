"""Records stay: the ORM refuses, and the database refuses behind its back."""

from datetime import UTC, datetime

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, models, transaction

from qiying.kernel.audit import append_only
from qiying.kernel.audit.append_only import missing_protections, protect, protect_all, suspended
from qiying.kernel.audit.models import AppendOnlyError, AuditEntry, PersonalData
from qiying.kernel.audit.personal import personal_put
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.triggers import Protection
from qiying.kernel.permissions.viewer import system_viewer

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def entry() -> AuditEntry:
    return record_act(actor=system_viewer("worker"), action="tested", subject="test:1", data={"n": 1}, at=NOW)


def refused(sql: str, params: list[str] | None = None) -> bool:
    """Tell whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params or [])
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET actor_name = 'nobody'",
        "UPDATE audit_auditentry SET id = id + 1",
        "DELETE FROM audit_auditentry",
    ],
)
def test_raw_sql_cannot_change_or_delete_a_record(entry, sql):
    assert refused(sql)
    assert AuditEntry.objects.get().hash == entry.hash


def test_truncate_or_replace_cannot_remove_a_record(entry):
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE audit_auditentry")
    else:
        assert refused("INSERT OR REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry")
        assert refused("INSERT OR IGNORE INTO audit_auditentry SELECT * FROM audit_auditentry")
    assert AuditEntry.objects.count() == 1


def test_the_orm_says_clearly_that_records_are_only_added(entry):
    entry.actor_name = "别人"
    with pytest.raises(AppendOnlyError, match="只能追加"):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    for change in (
        lambda: AuditEntry.objects.update(actor_name=""),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.bulk_update([entry], ["actor_name"]),
        lambda: AuditEntry.objects.update_or_create(id=entry.id),
        lambda: AuditEntry._base_manager.filter(id=entry.id).update(actor_name=""),
    ):
        with pytest.raises(AppendOnlyError):
            change()


def test_personal_data_may_only_be_erased_whole():
    (ref,) = personal_put(["张三 13800000000"], at=NOW)
    for change in (
        "value = 'x'",
        "value = NULL",
        "value = NULL, salt = NULL",
        "commitment = 'x'",
        "value = NULL, salt = NULL, erased_at = CURRENT_TIMESTAMP, commitment = 'x'",
    ):
        assert refused(f"UPDATE audit_personaldata SET {change} WHERE ref = %s", [ref]), change
    assert refused("DELETE FROM audit_personaldata")
    erase = "UPDATE audit_personaldata SET value = NULL, salt = NULL, erased_at = CURRENT_TIMESTAMP"
    assert not refused(erase)
    assert refused(erase), "an erased value may not be touched again"
    assert refused("UPDATE audit_personaldata SET value = 'x', salt = 'y', erased_at = NULL")
    assert PersonalData.objects.get(ref=ref).value is None


def test_a_missing_trigger_is_named_and_stops_the_start():
    assert missing_protections() == []
    assert run_checks(tags=["database"], databases=["default"]) == []
    drop_one_trigger("audit_auditentry")
    assert missing_protections() == ["audit_auditentry"]
    (error,) = run_checks(tags=["database"], databases=["default"])
    assert error.id == "audit.E001"
    assert "audit_auditentry" in error.msg
    protect_all()
    assert missing_protections() == []


def test_a_disabled_or_weakened_trigger_counts_as_missing():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER qiying_keep_delete_audit_seal")
            cursor.execute(
                "CREATE TRIGGER qiying_keep_delete_audit_seal BEFORE DELETE ON audit_seal WHEN 0 "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    assert missing_protections() == ["audit_seal"]
    protect_all()
    assert missing_protections() == []


class Diary(models.Model):
    text = models.TextField()
    is_read = models.BooleanField(default=False)

    class Meta:
        app_label = "audit"
        db_table = "audit_test_diary"
        managed = False


@pytest.fixture
def diary(monkeypatch):
    monkeypatch.setattr(append_only, "_PROTECTIONS", dict(append_only._PROTECTIONS))
    with connection.schema_editor(atomic=connection.features.can_rollback_ddl) as editor:
        editor.create_model(Diary)
    protect("audit_test_diary", allow_update=("is_read",))
    protect_all()
    return Diary._base_manager.create(text="a")


@pytest.mark.django_db(transaction=True)
def test_allowed_columns_change_while_the_others_stay_and_an_alter_is_noticed(diary):
    try:
        assert not refused("UPDATE audit_test_diary SET is_read = NOT is_read")
        assert refused("UPDATE audit_test_diary SET is_read = NOT is_read, text = 'b'")
        mood = models.TextField(default="")
        mood.set_attributes_from_name("mood")
        with connection.schema_editor() as editor:  # on SQLite this rebuilds the table and drops triggers
            editor.add_field(Diary, mood)
        assert missing_protections() == ["audit_test_diary"]
        protect_all()
        assert missing_protections() == []
        assert refused("UPDATE audit_test_diary SET mood = 'x'")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE audit_test_diary")


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_tests_passes_and_leaves_protection_behind(entry):
    with suspended():
        assert not refused("DELETE FROM audit_auditentry")
        assert "audit_auditentry" in missing_protections()
    assert missing_protections() == []


def test_two_different_declarations_of_one_table_are_refused(monkeypatch):
    monkeypatch.setattr(append_only, "_PROTECTIONS", {})
    protect("t", ("a",))
    protect("t", ("a",))
    with pytest.raises(ValueError, match="两次"):
        protect("t")


def drop_one_trigger(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER qiying_keep_update_{table}")
            return
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname LIKE '%%keep_update%%'",
            [table],
        )
        cursor.execute(f"DROP TRIGGER {cursor.fetchone()[0]} ON {table}")


def test_a_column_that_a_migration_still_has_to_bring_stops_nothing_before_it_and_is_missed_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    awaiting = Protection("audit_auditentry", ("coming",), "")
    monkeypatch.setattr(append_only, "_PROTECTIONS", {awaiting.table: awaiting})
    assert append_only.missing_protections() == []
    with pytest.raises(ValueError, match="coming"):
        append_only.protect_all()
