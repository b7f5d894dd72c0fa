"""A district with its people, templates of our own, and a program of others that listens."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.notices import wording
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit

TEMPLATES = {
    "answered": "{{ case }} 有答复了\n您在 {{ case }} 的答复到了。\n",
    "answered.clerk": "您的事有答复了：{{ case }}\n请您评价。\n<b>{{ said }}</b>",
    "answered.robot": "{{ case }} 已答复",
    "broken": "{% include 'no/such/file' %}",
    "assigned": "新交办：{{ case }}",
}


class Cast(NamedTuple):
    """Who takes part in every test."""

    district: District
    unit: Unit
    handler: Person
    liaison: Person
    leader: Person
    clerk: Person
    enterprise: Enterprise
    admin: Person
    outsider: Person


@pytest.fixture
def cast(db: None) -> Cast:
    return _cast()


@kept
def _cast() -> Cast:
    district, elsewhere = make_district("明川区"), make_district("别处")
    unit = make_unit(district, "区经信局")
    enterprise = make_enterprise(district, "云拓智能装备")
    made = Cast(
        district,
        unit,
        make_person("方启明", unit, "handler"),
        make_person("何建平", unit, "liaison"),
        make_person("沈岚", unit, "leader"),
        make_clerk(enterprise, "谢工", phone="13800138000"),
        enterprise,
        make_person("周敏", unit, "admin"),
        make_person("外人", make_unit(elsewhere, "别处局"), "admin"),
    )
    Notice.objects.all().delete()  # what binding the clerk told is another test's matter
    return made


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    files = {}
    for name, text in TEMPLATES.items():
        files[name] = tmp_path / f"{name}.txt"
        files[name].write_text(text, encoding="utf-8")
    wording._compiled.cache_clear()
    monkeypatch.setattr(wording, "_files", lambda: files)
    yield
    wording._compiled.cache_clear()


class Listener(HTTPServer):
    """Keeps what it was sent, and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.answer: Any = {"errcode": 0}
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?key=1"


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers.items()), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(self.server.answer).encode())

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
