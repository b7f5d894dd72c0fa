"""One known environment for every test: own data folder, own database, nothing of the developer's shell."""

import atexit
import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).parent


def _data_dir() -> Path:
    """Return a fresh folder for this process; with --reuse-db one that stays, under var/test."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if "--reuse-db" in sys.argv or "QIYING_TEST_DATA_DIR" in os.environ:
        place = Path(os.environ.get("QIYING_TEST_DATA_DIR") or ROOT / "var" / "test")
        os.environ["QIYING_TEST_DATA_DIR"] = str(place)
        (place / worker).mkdir(parents=True, exist_ok=True)
        return place / worker
    place = Path(tempfile.mkdtemp(prefix="qiying-test-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _prepare_environment() -> Path:
    """Set the `QIYING_…` variables before Django reads them; return the data folder."""
    for name in [n for n in os.environ if n.startswith("QIYING_") and not n.startswith("QIYING_TEST_")]:
        del os.environ[name]
    data_dir = _data_dir()
    (data_dir / "static").mkdir(exist_ok=True)  # WhiteNoise warns when it is absent
    os.environ.update(
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright keeps an event loop in the thread that uses the ORM
        QIYING_DATA_DIR=str(data_dir),
        QIYING_DEBUG="1",  # plain static storage; Django's runner itself sets DEBUG to False
        QIYING_SECRET_KEY="only-for-tests-" + "x" * 50,
        QIYING_ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
    )
    if url := os.environ.get("QIYING_TEST_DATABASE_URL"):
        os.environ["QIYING_DATABASE_URL"] = url
    return data_dir


def _start_django() -> None:
    """Read the settings now and leave no DJANGO_SETTINGS_MODULE behind.

    By it xdist's workers would read theirs before this file gave them a folder of their own.
    """
    import django
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: tests choose their own environment")
    os.environ["DJANGO_SETTINGS_MODULE"] = "qiying.config.settings"
    django.setup()
    logging.getLogger().handlers.clear()  # pytest captures logs itself; ours would write to a closed stream
    del os.environ["DJANGO_SETTINGS_MODULE"]


DATA_DIR = _prepare_environment()
_start_django()

# Few examples: the whole suite has to end in ten minutes. `make prove` looks longer.
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile(
    "test", deadline=None, max_examples=30, suppress_health_check=_QUIET, derandomize=True
)
hypothesis_settings.register_profile("prove", deadline=None, max_examples=1500, suppress_health_check=_QUIET)
hypothesis_settings.load_profile(os.environ.get("QIYING_TEST_HYPOTHESIS", "test"))


def pytest_configure(config: pytest.Config) -> None:
    """Make the test database a file, so that several connections see the same rows as in production."""
    from django.conf import settings
    from django.test import TransactionTestCase

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default.setdefault("TEST", {})["NAME"] = str(DATA_DIR / "test.sqlite3")
        default["OPTIONS"]["init_command"] += (
            "PRAGMA synchronous=OFF;"  # nothing of a test outlives a power cut
        )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    _empty_tables_plainly(TransactionTestCase)
    _keep_by_the_test_not_by_the_clock()
    _find_static_files_once()
    from qiying.kernel.audit.tests.kept import Keeping
    from qiying.ui.tests import browsing

    config.pluginmanager.register(Keeping())
    config.pluginmanager.register(browsing)


def _empty_tables_plainly(test_case: Any) -> None:
    """Empty the tables after a transactional test with the append-only triggers suspended, and nothing else.

    Django's flush sends `post_migrate` then, which makes content types and permissions anew: half of such a test's
    time. They belong to the models, no test changes them, and so they stay.
    """
    from django.core.management.color import no_style
    from django.db import connection

    def teardown(self: Any) -> None:
        with _append_only_suspended():
            tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
            emptied = sorted(set(tables) - {"django_content_type", "auth_permission"})
            connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))
            _empty_full_text()

    test_case._fixture_teardown = teardown


def _empty_full_text() -> None:
    """SQLite's full-text table is no model's, and its rows would stay with the ids that the next rows get."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts")


def _keep_by_the_test_not_by_the_clock() -> None:
    """What a process keeps is forgotten after each test; how slow the machine is must not count queries anew."""
    from qiying.kernel.audit import keeping

    keeping.SECONDS = float("inf")


def _find_static_files_once() -> None:
    """Each test client loads the middleware anew; the static files it serves stay the same."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add_files_from_finders(self: Any) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add_files_from_finders


def _append_only_suspended() -> Any:
    try:
        from qiying.kernel.audit.append_only import suspended
    except ImportError:
        return nullcontext()
    return suspended()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long; leave long proofs to `make prove`, which asks for them by `-m prove`.

    The last ones should be short; tests in a browser follow one another and share it.
    """
    items.sort(key=lambda item: [item.get_closest_marker(mark) is None for mark in ("slow", "browser")])
    if "prove" in (config.getoption("-m") or ""):
        return
    chosen = [item for item in items if item.get_closest_marker("prove") is None]
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("prove")])
        items[:] = chosen


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through it for cycles every few tests costs a tenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 1000)


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    """Throttles and cached settings of one test must not meet the next."""
    from django.core.cache import cache

    from qiying.kernel.audit.keeping import forget_all

    yield
    cache.clear()
    forget_all()
