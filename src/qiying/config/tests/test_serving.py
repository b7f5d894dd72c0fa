"""`qiying serve` as an operator sees it: pages, a worker, a clean stop, no demo accounts in earnest."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serving")]

PATIENCE = 300  # seconds; tells a hang from a busy machine, and no result depends on it
CLI = [sys.executable, "-m", "qiying.config.cli"]
DEMO_PERSON = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "qiying.config.settings"
import django; django.setup()
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.organisations.models import Person
Person.objects.create(login="desk", name="演示", is_demo=True, created_at=utc_now())
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> dict[str, str]:
    """The environment of a migrated installation of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("QIYING_")}
    env |= {"QIYING_DATA_DIR": str(tmp_path_factory.mktemp("served"))}
    subprocess.run([*CLI, "setup", "--quiet"], env=env, check=True, timeout=PATIENCE)
    return env


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_health(port: int, process: "subprocess.Popen[str]", but: str = "") -> None:
    """Return once all is well, or all but one part that this test does not have."""
    limit, last = monotonic() + PATIENCE, ""
    while monotonic() < limit:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
                assert json.load(answer) == {"status": "ready"}
                return
        except urllib.error.HTTPError as error:
            last = error.read().decode()
            if json.loads(last)["problems"].keys() == {but}:
                return
        except OSError as error:
            last = str(error)
        sleep(0.1)
    raise AssertionError(f"it never became ready: {last}")


def children_of(pid: int) -> set[int]:
    return {int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_web_and_worker_run_survive_a_crash_and_stop_cleanly(installation, port):
    command = [*CLI, "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=installation, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for_health(port, process)
        before = children_of(process.pid)
        assert len(before) == 2
        victim = max(before)
        os.kill(victim, signal.SIGKILL)
        limit = monotonic() + PATIENCE
        while (now := children_of(process.pid)) <= before or len(now) < 2:
            assert monotonic() < limit, "the killed process was not started again"
            sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert f"http://127.0.0.1:{port}/" in out
        assert not any(Path(f"/proc/{pid}").exists() for pid in before | now)
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
    finally:
        if process.poll() is None:
            process.kill()


def test_it_refuses_demo_accounts_outside_demo_mode(installation, tmp_path, port):
    place = shutil.copytree(installation["QIYING_DATA_DIR"], tmp_path / "with_demo")
    env = {**installation, "QIYING_DATA_DIR": str(place)}
    subprocess.run([sys.executable, "-c", DEMO_PERSON], env=env, check=True, timeout=PATIENCE)
    done = subprocess.run(
        [*CLI, "serve", "--port", str(port)],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 78
    assert "演示账号" in done.stderr


def test_what_comes_first_is_done_before_it_opens(installation, tmp_path, port):
    place = tmp_path / "made_first"
    first = f"cp -rT {installation['QIYING_DATA_DIR']} {place}"
    with (tmp_path / "log").open(
        "w"
    ) as log:  # a pipe that nobody empties would be full one day, and hold up who writes
        process = subprocess.Popen(
            [*CLI, "serve", "--port", str(port), "--no-worker", "--first", first],
            env={**installation, "QIYING_DATA_DIR": str(place)},
            stdout=log,
            stderr=log,
            text=True,
        )
    try:
        wait_for_health(port, process, but="worker")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_it_does_not_open_when_what_comes_first_failed(installation, port):
    done = subprocess.run(
        [*CLI, "serve", "--port", str(port), "--first", "bash -c 'exit 3'"],
        env=installation,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")


def test_a_taken_port_is_named_and_nothing_is_started(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*CLI, "serve", "--port", str(port)]
        done = subprocess.run(
            command, env=installation, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
