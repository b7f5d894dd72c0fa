"""How much a phone has to fetch, and that what was left out is not missed."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from qiying.capabilities.service_requests.tests.world import make_world
from qiying.kernel.audit.clock import utc_now
from qiying.ui import assets
from qiying.ui.purging import purged
from qiying.ui.tests.browsing import static_bytes

ROOT = Path(__file__).parents[2]
HEADERS = 350  # of one answer, more or less


@pytest.mark.django_db
def test_the_home_of_an_enterprise_is_at_most_60_kb_cold_in_one_chain(settings):
    settings.WHITENOISE_USE_FINDERS = False  # as in production
    world = make_world()
    world.now = utc_now()
    world.handling()
    world.answered()
    client = Client()
    client.force_login(world.people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    names = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert {"ui/all.css", "ui/all.js"} <= set(names)
    contents = {name: static_bytes(name) for name in names}
    assert not any(b"@import" in content for content in contents.values())
    weight = len(answer.content) + sum(len(gzip.compress(c, 9)) for c in contents.values())
    assert len(names) <= 6
    assert weight + HEADERS * (1 + len(names)) <= 60_000


def test_a_rule_stays_when_its_classes_are_used_somewhere():
    css = (
        "@charset 'utf-8';:root{--a:1px;--b:var(--a);--gone:2px}.btn,.carousel{margin:var(--b)}"
        "p{color:red}.btn:not(.carousel){top:0}@media print{.carousel{left:0}.btn{right:0}}"
        ".card .carousel{x:y}@keyframes turn{to{top:0}}@keyframes still{to{top:0}}.card{animation:turn 1s}"
    )
    assert purged(css, {"btn", "card"}) == (
        "@charset 'utf-8';:root{--a:1px;--b:var(--a);}.btn{margin:var(--b)}p{color:red}.btn:not(.carousel){top:0}"
        "@media print{.btn{right:0}}@keyframes turn{to{top:0}}.card{animation:turn 1s}"
    )


def test_a_bundle_holds_every_part_in_order():
    script = assets.bundle_bytes("ui/all.js").decode()
    places = [script.index(Path(str(find(name))).read_text()[:200]) for name in assets.SCRIPTS]
    assert places == sorted(places)
    assert b"/*" not in assets.bundle_bytes("ui/all.css")


def test_our_stylesheets_use_nothing_newer_than_chromium_96():
    newer = re.compile(
        r":has\(|@container|@layer|@scope|(?:^|[{};])\s*&|color-mix\(|oklch\(|\bdvh\b|\binset-area\b"
    )
    found = {
        sheet.name: newer.findall(re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))
        for sheet in ROOT.glob("**/static/**/*.css")
        if "vendor" not in sheet.parts
    }
    assert {name: uses for name, uses in found.items() if uses} == {}
