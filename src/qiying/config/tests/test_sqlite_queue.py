"""Writers on SQLite stand in a queue: nobody is passed by for long, and a place is always given back."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep

import pytest
from django.db import DatabaseError, connection, transaction

from qiying.config.sqlite3.queue import WriterQueue, queue_for
from qiying.kernel.api_access.tests.factories import person_make

PATIENCE = 60
"""Seconds that mean “for ever”: a busy machine holds a test up, a lost place would not be given back at all."""


def test_a_database_in_memory_needs_no_queue():
    assert queue_for(":memory:", 1) is None
    assert queue_for("file:memorydb_default?mode=memory&cache=shared", 1) is None


def test_the_second_waits_until_the_first_left(tmp_path):
    first, second = WriterQueue(str(tmp_path / "db"), 5), WriterQueue(str(tmp_path / "db"), 5)
    first.enter()
    entered = threading.Event()

    def follow() -> None:
        second.enter()
        entered.set()

    thread = threading.Thread(target=follow)
    thread.start()
    assert not entered.wait(0.1)
    first.leave()
    assert entered.wait(PATIENCE)
    second.leave()
    thread.join()


def test_another_process_is_waited_for_and_its_death_frees_the_place(tmp_path):
    code = (
        "from qiying.config.sqlite3.queue import WriterQueue; import sys, time\n"
        f"WriterQueue({str(tmp_path / 'db')!r}, 5).enter(); print('in', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    threading.Timer(0.3, process.kill).start()
    queue, start = WriterQueue(str(tmp_path / "db"), PATIENCE), monotonic()
    queue.enter()
    assert 0.1 < monotonic() - start < PATIENCE
    queue.leave()
    process.wait()


def test_patience_ends(tmp_path):
    first, second = WriterQueue(str(tmp_path / "db"), 5), WriterQueue(str(tmp_path / "db"), 0.1)
    first.enter()
    start = monotonic()
    second.enter()
    assert 0.1 <= monotonic() - start < PATIENCE
    second.leave()
    first.leave()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_gives_its_place_back_however_it_ends():
    def fail() -> None:
        with transaction.atomic():
            person_make("lost")
            raise DatabaseError

    person_make("one")
    with pytest.raises(DatabaseError):
        fail()
    with transaction.atomic():
        person_make("two")
        with transaction.atomic():
            person_make("three")
    queue = getattr(connection, "_queue", None)
    assert queue is None or not queue.has_process_lock


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_eight_writers_without_pause_wait_for_their_turn_only():
    waits: list[float] = []

    def write(writer: int) -> None:
        try:
            for n in range(15):
                start = monotonic()
                with transaction.atomic():
                    person_make(f"w{writer}-{n}")
                    sleep(0.001)
                waits.append(monotonic() - start)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert len(waits) == 120
    assert max(waits) < PATIENCE


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own marks")
def test_a_text_is_turned_into_marks_and_keeps_its_percent_signs():
    with connection.cursor() as cursor:
        for given in (7, 8):
            cursor.execute("SELECT %s, '100%%'", [given])
            assert cursor.fetchone() == (given, "100%")
        cursor.execute("SELECT %(a)s, '100%%'", {"a": 9})
        assert cursor.fetchone() == (9, "100%")


@transaction.atomic
def _lose(name, tell):
    tell(name)
    with transaction.atomic():
        tell(f"{name}-inside")
    raise KeyError


@pytest.mark.django_db
def test_each_savepoint_takes_back_its_own_and_no_other():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own")

    def tell(name: str) -> None:
        person_make(name)
        transaction.on_commit(partial(print, name))

    with transaction.atomic():
        with transaction.atomic():
            tell("kept")
        for name in ("lost", "lost-too"):
            with pytest.raises(KeyError):
                _lose(name, tell)
        outer, inner = transaction.savepoint(), transaction.savepoint()
        person_make("taken-back")
        transaction.savepoint_commit(inner)
        transaction.savepoint_rollback(outer)
        transaction.savepoint_commit(outer)
        with transaction.atomic():
            tell("kept-too")
    assert set(type(person_make("x")).objects.values_list("login", flat=True)) == {"kept", "kept-too", "x"}
    assert [call.args for _, call, _ in connection.run_on_commit] == [("kept",), ("kept-too",)]  # type: ignore[misc]


@pytest.mark.django_db
def test_what_the_database_refuses_is_told_as_by_django_and_whoever_listens_hears_all():
    heard: list[str] = []

    def listen(execute, sql, params, many, context):
        heard.append(sql)
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, '%%'", [5])
        assert cursor.fetchone() == (5, "%")
        assert cursor.fetchall() == []
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SELECT nothing_like_it", [])
        with connection.execute_wrapper(listen):
            cursor.execute("SELECT 1")
            assert cursor.fetchmany() == [(1,)]
    assert heard == ["SELECT 1"]
