"""The whole product under load: web processes and worker of `qiying serve`, eight clients without pause."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.prove,
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("load"),
]

SECONDS = int(os.environ.get("QIYING_TEST_LOAD_SECONDS", "60"))
CLIENTS = 8
SLOWEST = 3.0
CLI = [sys.executable, "-m", "qiying.config.cli"]
START = 'import os; os.environ["DJANGO_SETTINGS_MODULE"] = "qiying.config.settings"\nimport django; django.setup()\n'
MAKE = (
    START
    + """
from qiying.capabilities.service_requests.tests.world import make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
world = make_world()
print(api_token_create(person=world.people["desk"], name="load", days=1, actor=world.viewer("desk"), at=utc_now())[1])
"""
)
COUNT = (
    START
    + """
from django.db.models import Count, F, Max
from qiying.kernel.cases.models import Case, CaseEvent
by_action = dict(CaseEvent.objects.values_list("action").annotate(n=Count("id")))
gaps = Case.objects.annotate(n=Count("events"), last=Max("events__seq")).exclude(n=F("seq"), last=F("seq")).count()
print(Case.objects.count(), by_action.get("submit", 0), by_action.get("triage", 0), by_action.get("note", 0), gaps)
"""
)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation of its own: SQLite as `make run` has it, or PostgreSQL with eight workers."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("QIYING_") or k == "QIYING_DATABASE_URL"}
    env |= {"QIYING_DATA_DIR": str(tmp_path), "QIYING_API_RATE": "1000000/m", "QIYING_LOG_LEVEL": "ERROR"}
    if connection.vendor != "postgresql":
        yield env
        return
    name = f"load_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(os.environ["QIYING_DATABASE_URL"])
    yield {**env, "QIYING_DATABASE_URL": url._replace(path=f"/{name}").geturl(), "QIYING_WEB_WORKERS": "8"}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def said_by(env: dict[str, str], code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def wait_until_ready(port: int) -> None:
    limit = monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
        except OSError:
            assert monotonic() < limit, "not ready in 60 s"
            sleep(0.2)
        else:
            return


class Client(threading.Thread):
    """Submits one problem after the other, accepts and notes it, and remembers each answer and how long it took."""

    def __init__(self, number: int, port: int, token: str, until: float) -> None:
        super().__init__()
        self.number, self.port, self.until = number, port, until
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.slowest = 0.0

    def run(self) -> None:
        self.web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        turn = 0
        while monotonic() < self.until:
            turn += 1
            text = f"第 {self.number} 家第 {turn} 次说：厂区门口的路灯不亮，夜班工人看不清路"
            made = self.post("submit", "/api/v1/service-requests", {"text": text, "channel": "api"})
            if made is None:
                continue
            acts = f"/api/v1/cases/{made['case_number']}/actions"
            found = {"kind": "problem", "category": "park_transport", "level": "general"}
            self.post("triage", f"{acts}/triage", {"data": found})
            self.post("note", f"{acts}/note", {"data": {"text": "已经联系过园区"}})

    def post(self, kind: str, path: str, body: dict[str, object]) -> dict[str, str] | None:
        """Send one write; return the answer if it was taken."""
        start = monotonic()
        self.web.request("POST", path, json.dumps(body).encode(), self.headers)
        answer = self.web.getresponse()
        said = answer.read()
        self.slowest = max(self.slowest, monotonic() - start)
        self.statuses[kind, answer.status] += 1
        return json.loads(said) if answer.status in {200, 201} else None


def test_eight_clients_without_pause_lose_nothing_and_nobody_waits_long(installation: dict[str, str]) -> None:
    subprocess.run([*CLI, "setup", "--quiet"], env=installation, check=True)
    token = said_by(installation, MAKE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*CLI, "serve", "--port", str(port)], env=installation)
    try:
        wait_until_ready(port)
        until = monotonic() + SECONDS
        clients = [Client(number, port, token, until) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    finally:
        server.terminate()
        server.wait(60)
    statuses = sum((client.statuses for client in clients), Counter())
    slowest = max(client.slowest for client in clients)
    sys.stdout.write(f"{connection.vendor}: {dict(statuses)} in {SECONDS} s, slowest {slowest:.2f} s\n")
    assert set(statuses) == {("submit", 201), ("triage", 200), ("note", 200)}
    kept = [int(n) for n in said_by(installation, COUNT).split()]
    submitted, *acts = statuses["submit", 201], statuses["triage", 200], statuses["note", 200]
    assert kept == [submitted, submitted, *acts, 0]
    assert slowest < SLOWEST
    subprocess.run([*CLI, "verify"], env=installation, check=True, stdout=subprocess.DEVNULL)
