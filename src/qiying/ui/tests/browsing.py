"""Pages in a real Chromium: one for all tests that follow one another, and what holds for every page in it.

`conftest.py` makes this file a plugin. The fixture `opened` signs somebody in and gives a page. Cookies and storage are
as new each time, but what was fetched before is still there, as for everybody who comes a second time; `fresh=True`
and any option of Playwright's `new_context` ask for a context that nobody used: offline, service workers, a clock.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from wsgiref.handlers import BaseHandler

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import Http404, HttpRequest, HttpResponse

SHARED = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MARKS = [*SHARED, pytest.mark.django_db(transaction=True)]
PROGRAMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""The shell draws no window and needs a third less."""
PATIENCE = 30_000
"""Milliseconds until a word or an element that does not come is given up, as for everything else."""
SERIOUS = {"serious", "critical"}
SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame), until = performance.now() + 5000;
    await document.fonts.ready;
    do { await frame(); await frame(); } while (document.querySelector(".htmx-request") && performance.now() < until);
    const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
}"""
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map((one) => [
    one.id, one.impact, one.nodes.map((node) => node.html.slice(0, 120)),
])"""
LARGE = """(contrast) => {
    document.documentElement.dataset.text = "large";
    if (contrast) { document.documentElement.dataset.contrast = "more"; }
    window.dispatchEvent(new Event("resize"));
    return new Promise((done) => window.setTimeout(done, 200));  // charts are drawn anew 120 ms after the last resize
}"""


class Chromium:
    """The running browser, and contexts that were used and cleaned."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        program = next((name for name in PROGRAMS if Path(name).exists()), PROGRAMS[-1])
        self.playwright = sync_playwright().start()
        self.process = self.playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        self.waiting: dict[str, list[Any]] = {}

    def context(self, url: str) -> Any:
        """Return a clean context for a site."""
        waiting = self.waiting.setdefault(url, [])
        return waiting.pop() if waiting else self.process.new_context(base_url=url)

    def give_back(self, context: Any, url: str) -> None:
        """Leave nothing of a test in a context but what it fetched."""
        kept, *others = context.pages or [context.new_page()]
        for page in others:
            page.close()
        kept.goto("about:blank")  # a page that is left may still write its draft
        everything = {"origin": url, "storageTypes": "all"}
        context.new_cdp_session(kept).send("Storage.clearDataForOrigin", everything)
        context.clear_cookies()
        kept.close()
        self.waiting[url].append(context)

    def close(self) -> None:
        self.process.close()
        self.playwright.stop()


_running: list[Chromium] = []


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close before a test without a browser: Playwright's event loop would stay in the thread."""
    if _running and (nextitem is None or nextitem.get_closest_marker("browser") is None):
        _running.pop().close()


@pytest.fixture
def chromium() -> Chromium:
    if _running and not _running[0].process.is_connected():
        _running.pop().close()  # it broke; only the test that met it fails
    if not _running:
        _running.append(Chromium())
    return _running[0]


@cache
def static_bytes(name: str) -> bytes:
    """Return a file as `collectstatic` hands it out."""
    for finder in get_finders():
        for found, storage in finder.list(None):
            if found == name:
                return bytes(storage.open(found).read())
    raise Http404(name)


class StaticHandler(StaticFilesHandler):
    """Static files as production sends them: bundles, and no browser asks twice."""

    def serve(self, request: HttpRequest) -> HttpResponse:
        name = self.file_path(request.path)
        headers = {"Cache-Control": "max-age=86400"}
        return HttpResponse(static_bytes(name), content_type=guess_type(name)[0], headers=headers)


def send_bodies_late(seconds: float) -> None:
    """Let every page begin and stay empty for a while, as on a busy machine: what does not wait is found out."""
    plainly = BaseHandler.send_headers

    def send_headers(self: Any) -> None:
        plainly(self)
        if "text/html" in (self.headers or {}).get("Content-Type", ""):
            self._flush()
            time.sleep(seconds)

    BaseHandler.send_headers = send_headers  # type: ignore[method-assign]


def served() -> Iterator[str]:
    """Serve the product, with the settings of now, until told to go on."""
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


if _late := os.environ.get("QIYING_TEST_LATE_BODIES"):
    send_bodies_late(float(_late))

site = pytest.fixture(scope="session")(served)
"""Where pages are; a module may serve its own."""


@pytest.fixture
def opened(chromium: Chromium, site: str, settings: Any) -> Iterator[Callable[..., Any]]:
    """Open a page in which a person is signed in, or nobody; addresses begin at the site."""
    settings.WHITENOISE_USE_FINDERS = False  # pages ask for the bundles, as in production
    warm, new = [], []

    def page(person: Any = None, width: int = 1366, *, fresh: bool = False, **options: Any) -> Any:
        if fresh or options:
            context = chromium.process.new_context(base_url=site, **options)
            new.append(context)
        else:
            context = chromium.context(site)
            warm.append(context)
        if person is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(person), "url": site}])
        made: Any = context.new_page()
        made.set_viewport_size(screen(width))
        made.complaints = []
        made.on("console", lambda line: made.complaints.append(line.text) if line.type == "error" else None)
        made.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    yield page
    for context in new:
        context.close()
    for context in warm:
        chromium.give_back(context, site)


def session_of(person: Any) -> str:
    """Sign a person in and return the session's key."""
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def screen(width: int) -> Any:
    return {"width": width, "height": 844 if width < 800 else 768}


def enlarge(page: Any, *, contrast: bool = False) -> None:
    """Let large letters apply at once, as the button does."""
    page.evaluate(LARGE, contrast)


def sound(page: Any, *, axe: bool = True, is_strict: bool = False) -> None:
    """Assert that a page fits its screen, has nothing serious for axe (or nothing at all) and no complaint.

    With QIYING_TEST_PICTURES=folder it is kept as a picture.
    """
    page.wait_for_load_state()
    page.evaluate(SETTLED)
    width = page.viewport_size["width"]
    if place := os.environ.get("QIYING_TEST_PICTURES"):
        name = re.sub(r"\W+", "-", page.url.partition("//")[2].partition("/")[2]).strip("-") or "home"
        page.screenshot(path=str(Path(place) / f"{name}-{width}.png"), full_page=True)
    if axe:
        found = [one for one in violations(page) if is_strict or one[1] in SERIOUS]
        assert found == [], (page.url, found)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.complaints == [], (page.url, page.complaints)


def shows(page: Any, *texts: str) -> None:
    """Assert that a page comes to say words: after a press the next page is there, but may still be empty."""
    from playwright.sync_api import expect

    for text in texts:
        expect(page.locator("body")).to_contain_text(text, timeout=PATIENCE)


def has(found: Any, number: int) -> None:
    """Assert that a locator comes to find a number of elements."""
    from playwright.sync_api import expect

    expect(found).to_have_count(number, timeout=PATIENCE)


def violations(page: Any) -> list[Any]:
    """Return what axe finds: rule, impact, the first words of each element."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(VIOLATIONS))


def look(page: Any, addresses: Sequence[str], *, every: bool, widths: Sequence[int] = (1366, 390)) -> None:
    """Open pages at each width: axe at the width whose turn it is, at all of them in `make prove`.

    It is first the turn of the width that the page was opened with.
    """
    first = widths.index(page.viewport_size["width"])
    for turn, address in enumerate(addresses, start=first):
        for n, width in enumerate(widths):
            page.set_viewport_size(screen(width))
            answer = page.goto(address)
            assert answer and answer.status == 200, address
            sound(page, axe=every or turn % len(widths) == n)
