"""`python -m bench.board`: how soon fifty screens of the hall show a call, on SQLite, with the real server.

A hall of its own is made; every screen asks once a second with the tag it has. Windows call and serve meanwhile.
Measured is the time from the commit of a call to each screen having it; promised are two seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

ROOT = Path(__file__).parents[1]
SCREENS, CALLS, EVERY, PORT, PROMISED = 50, 30, 1.0, 8697, 2.0
CLI = [sys.executable, "-m", "qiying.config.cli"]
seen: dict[int, dict[str, float]] = {}
asked = [0] * SCREENS


def screen(number: int, path: str, over: Event) -> None:
    """Ask as the page's script does; note when each call was first seen."""
    line = HTTPConnection("127.0.0.1", PORT, timeout=10)
    tag, mine = "", seen.setdefault(number, {})
    over.wait(Random(number).random() * EVERY)
    while not over.is_set():
        line.request("GET", path, headers={"If-None-Match": tag} if tag else {})
        answer = line.getresponse()
        body = answer.read()
        asked[number] += 1
        if answer.status == 200:
            tag = answer.headers["ETag"]
            for one in json.loads(body)["say"]:
                mine.setdefault(one["key"], time.monotonic())
        over.wait(EVERY)


def hall() -> tuple[str, Callable[[], str], Callable[[], None]]:
    """Make a district with a hall and one window; return the screen's path and what calls once."""
    import django

    django.setup()
    from qiying.capabilities.service_centre.models import Hall, Ticket
    from qiying.capabilities.service_centre.services.hall import (
        hall_save,
        window_open,
        window_save,
        zone_save,
    )
    from qiying.capabilities.service_centre.services.tickets import ticket_call_next, ticket_step, ticket_take
    from qiying.kernel.enterprises.viewers import viewer_for
    from qiying.kernel.organisations.services import (
        district_create,
        membership_start,
        person_create,
        unit_create,
    )
    from qiying.kernel.permissions.viewer import system_viewer

    now = datetime.now(UTC)
    maker = system_viewer("import_service")
    district = district_create(actor=maker, code="330499", name="大厅", at=now, settings={})
    maker = system_viewer("import_service", district_id=district.pk)
    unit = unit_create(actor=maker, district_id=district.pk, parent=None, name="服务中心", kind="department",
                       functions=["desk"], at=now)  # fmt: skip
    person = person_create(actor=maker, login="desk", name="许静", at=now, district_id=district.pk)
    membership_start(actor=maker, person=person, unit=unit, role="desk", valid_from=now.date(), at=now)
    desk = viewer_for(person, now.date())
    values = {"name": "大厅", "unit_id": unit.pk, "hours": "周一 09:00-17:00", "off_hours": ""}
    hall_save(actor=desk, values=values, now=now)
    zones = [
        zone_save(
            actor=desk,
            row=None,
            values={"letter": letter, "name": f"{letter} 区", "kind": "windows"},
            now=now,
        )
        for letter in "ABCDEF"
    ]
    values = {"number": 1, "name": "综合", "zone_id": zones[0].pk, "unit_id": unit.pk, "items": []}
    window = window_save(actor=desk, row=None, values=values, now=now)
    window_open(actor=desk, window=window, now=now)
    for n in range(CALLS + 40):
        ticket_take(zone=zones[0], way=Ticket.Way.DESK, actor=desk, phone=f"138{n:08d}", now=now)

    def call() -> str:
        at = datetime.now(UTC)
        ticket = ticket_call_next(actor=desk, window=window, now=at)
        assert ticket is not None
        return f"{ticket.number}-{ticket.hands}-{ticket.calls}"

    def serve() -> None:
        ticket_step(actor=desk, window=window, step="start", now=datetime.now(UTC))

    assert Hall.objects.count() == 1
    return "/hall/at/330499/screen/?zone=0&look", call, serve


def main() -> None:
    with TemporaryDirectory() as place:
        os.environ.update(DJANGO_SETTINGS_MODULE="qiying.config.settings", QIYING_DATA_DIR=place, QIYING_DEBUG="0",
                          QIYING_LOG_LEVEL="ERROR", QIYING_ALLOWED_HOSTS="127.0.0.1", PYTHONPATH=f"{ROOT}/src:{ROOT}")  # fmt: skip
        subprocess.run([*CLI, "setup", "--quiet"], check=True)
        path, call, serve = hall()
        server = subprocess.Popen([*CLI, "serve", "--port", str(PORT), "--no-worker"])
        try:
            told = measured(path, call, serve)
        finally:
            server.terminate()
            server.wait(20)
    waits = sorted(told)
    late = sum(1 for wait in waits if wait > PROMISED)
    middle, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    sys.stdout.write(
        f"{SCREENS} 块屏，叫号 {CALLS} 次，共看到 {len(waits)} 次；一共问了 {sum(asked)} 次。\n"
        f"从叫号写完到屏上有：中位 {middle:.2f} 秒，95% 在 {most:.2f} 秒内，最慢 {waits[-1]:.2f} 秒；"
        f"超过 {PROMISED:.0f} 秒的 {late} 次。\n开始时系统负载 {os.getloadavg()[0]:.1f}，{os.cpu_count()} 核。\n"
    )
    if late:
        sys.exit(1)


def measured(path: str, call: Callable[[], str], serve: Callable[[], None]) -> list[float]:
    """Let the screens watch while the window calls; return every screen's delay of every call."""
    for _ in range(100):
        try:
            HTTPConnection("127.0.0.1", PORT, timeout=2).request("GET", path)
            break
        except OSError:
            time.sleep(0.3)
    over = Event()
    screens = [Thread(target=screen, args=(n, path, over)) for n in range(SCREENS)]
    for one in screens:
        one.start()
    time.sleep(3)
    called: dict[str, float] = {}
    for _ in range(CALLS):
        key = call()
        called[key] = time.monotonic()
        time.sleep(2.4)  # nobody is called for less, so that every screen sees every call
        serve()
    over.set()
    for one in screens:
        one.join()
    missed = sum(1 for key in called for mine in seen.values() if key not in mine)
    if missed:
        sys.exit(f"{missed} 次叫号有屏没看到")
    return [mine[key] - at for key, at in called.items() for mine in seen.values()]


if __name__ == "__main__":
    main()
