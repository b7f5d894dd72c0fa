"""Child processes: a crash is followed by a new start, a stop ends all of them."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic, sleep

from qiying.config.supervising import Child, Supervisor

PATIENCE = 60
STAYS = [sys.executable, "-c", "import time; time.sleep(60)"]


def wait_for(condition):
    limit = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < limit, "it did not happen in time"
        sleep(0.02)


def test_a_crashed_child_is_started_again(tmp_path: Path):
    marks = tmp_path / "marks"
    code = f"open({str(marks)!r}, 'a').write('x')"
    child = Child("crashing", [sys.executable, "-c", code])
    limit = monotonic() + PATIENCE
    while not (marks.exists() and marks.read_text() == "xx"):
        assert monotonic() < limit
        child.look()
        sleep(0.02)
    assert child.crashes >= 1


def test_the_pause_between_starts_grows_but_not_for_ever(monkeypatch):
    monkeypatch.setattr("qiying.config.supervising.monotonic", lambda: 100.0)
    child = Child("crashing", [sys.executable, "-c", "raise SystemExit(1)"])
    pauses = []
    for _ in range(3):
        child.start()
        assert child.process is not None
        child.process.wait()
        child.start_at = 0
        child.look()
        pauses.append(child.start_at - 100.0)
    assert pauses == [0.5, 1.0, 2.0]


def test_children_end_when_only_their_parent_is_killed(tmp_path: Path):
    marks = tmp_path / "pid"
    child = (
        "import os, time; from qiying.config.supervising import end_with_parent; end_with_parent();"
        f"open({str(marks)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    code = (
        "import sys; from qiying.config.supervising import Child, Supervisor;"
        f"Supervisor([Child('one', [sys.executable, '-c', {child!r}])]).run()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    wait_for(lambda: marks.exists() and marks.read_text())
    pid = int(marks.read_text())
    parent.kill()
    parent.wait()
    wait_for(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_waits_at_the_door_until_it_is_opened(tmp_path: Path):
    marks = tmp_path / "marks"
    code = (
        "from qiying.config.supervising import wait_at_the_door as wait; from pathlib import Path;"
        f"marks = Path({str(marks)!r}); marks.write_text('came'); wait(); marks.write_text('went in')"
    )
    reads, shuts = os.pipe()
    child = Child("waiting", [sys.executable, "-c", code], door=reads)
    child.start()
    wait_for(lambda: marks.exists() and marks.read_text() == "came")
    assert child.process is not None and child.process.poll() is None
    os.close(shuts)
    assert child.process.wait(PATIENCE) == 0
    assert marks.read_text() == "went in"
    child.start()  # later ones do not wait
    assert child.process.wait(PATIENCE) == 0
    os.close(reads)


def test_a_signal_ends_every_child():
    children = [Child("one", STAYS), Child("two", STAYS)]
    handlers = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}

    def stop_when_running():
        wait_for(lambda: all(c.process is not None for c in children))
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop_when_running)
    stopper.start()
    try:
        Supervisor(children).run()
    finally:
        stopper.join()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert all(c.process is not None and c.process.returncode == -signal.SIGTERM for c in children)
