"""From the scan to what was sent, in a real browser: how often one taps and how much a phone fetches the first time."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from qiying.capabilities.feedback.models import QrCard, ServiceRating
from qiying.capabilities.feedback.services.cards import card_save
from qiying.capabilities.feedback.services.ratings import place_save
from qiying.capabilities.feedback.tests.survey_world import SurveyWorld
from qiying.capabilities.integrity.services.keys import key_set
from qiying.config.static import Packer
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.forms.tests.world import layout, question
from qiying.kernel.organisations.tests.factories import NOW
from qiying.ui.tests.browsing import MARKS, static_bytes

pytestmark = MARKS
TAPS, BYTES, HEADERS = 3, 60_000, 350
FIRST = "某科长逼我们买他弟弟的茶叶，每季度一次"


@cache
def packed(name: str, content: bytes) -> int:
    """Return how many bytes production sends of a static file to a browser that takes any packing."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        return min(Path(one).stat().st_size for one in [str(path), *Packer(quiet=True).compress(str(path))])


class Phone:
    """A phone that was never here: its taps and the bytes it fetched, static files packed as production packs them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.taps, self.pages, self.files = 0, list[tuple[str, int]](), dict[str, int]()
        self.page.route("**/static/**", self._file)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        asked: dict[str, str] = {}
        network.on("Network.responseReceived", lambda e: asked.update({e["requestId"]: e["response"]["url"]}))
        network.on("Network.loadingFinished", lambda e: self._answer(asked.get(e["requestId"], ""), e))

    def _file(self, route: Any) -> None:
        """Hand out a static file; the second time the phone has it."""
        name = route.request.url.partition("/static/")[2]
        content = static_bytes(name)
        self.files[name] = packed(name, content) + HEADERS
        route.fulfill(body=content, content_type=guess_type(name)[0])

    def _answer(self, url: str, event: dict[str, Any]) -> None:
        if "/static/" not in url:
            self.pages.append((url, int(event["encodedDataLength"])))

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).first.tap()

    def go(self, selector: str) -> None:
        """Tap what leads to another page."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.tap(selector)

    def write(self, selector: str, words: str) -> None:
        """Tap a field and type."""
        self.tap(selector)
        self.page.keyboard.insert_text(words)

    def has_kept_to_it(self) -> None:
        fetched = [*self.pages, *self.files.items()]
        total = sum(n for _, n in fetched)
        shown = "\n".join(
            [f"{self.taps} taps, {total} bytes", *(f"{n:7} {name[:60]}" for name, n in fetched)]
        )
        print(shown)
        assert {"ui/all.css", "ui/all.js"} <= set(self.files), shown
        assert self.taps <= TAPS and total <= BYTES, shown


@pytest.fixture
def world() -> World:
    units = {"discipline": ("区纪委监委", ["discipline"]), "desk": DESK}
    people = {"officer": ("纪一", "discipline", "discipline"), "desk": ("小受", "desk", "desk")}
    made = World(**cast("卡县", units, people))
    for code in ("qr", "web"):
        Channel.objects.create(
            district=made.district, code=code, name=code, group="线上", silent_after_days=60
        )
    return made


@pytest.fixture
def card(world: World) -> QrCard:
    officer = world.viewer("officer")
    key_set(actor=officer, passphrase="一句 只有 我们知道的 话", now=NOW)
    values = {"unit": world.units["discipline"].pk, "kind": "park", "name": "城南产业园"}
    return card_save(card=None, actor=officer, values=values, now=NOW)


def scanned(opened: Any, path: str) -> Phone:
    phone = Phone(opened(width=390, has_touch=True))
    phone.page.goto(path)
    phone.page.wait_for_load_state("networkidle")
    return phone


def test_an_ordinary_problem_from_a_card(opened: Any, card: QrCard) -> None:
    phone = scanned(opened, f"/k/{card.code}/")
    phone.go("a[href*='/q/']")
    phone.write("textarea[name=text]", "门口的限高杆太低，货车进不来")
    phone.go("form button.btn-primary")
    assert "收到" in phone.page.inner_text("main")
    phone.has_kept_to_it()


def test_a_sealed_report_from_a_card(opened: Any, card: QrCard) -> None:
    phone = scanned(opened, f"/k/{card.code}/")
    phone.go("a[href*='/integrity/']")
    phone.write("textarea[name=text]", FIRST)
    phone.go("form button.btn-primary")
    assert phone.page.locator(".q-code-shown").count() == 1
    phone.has_kept_to_it()


def test_a_survey_by_its_code(opened: Any) -> None:
    made = SurveyWorld()
    made.questions = made.version(layout(question("满意", "scale", required=True), screens="all"), "short")
    survey = made.survey(complaint="", consent="")
    survey.opens_on, survey.closes_on = (
        utc_now().date() - timedelta(days=2),
        utc_now().date() + timedelta(days=9),
    )
    survey.save()
    phone = scanned(opened, survey.url)
    phone.tap("label:has(input[value='4'])")
    phone.go("button[value=next]")
    assert "谢谢" in phone.page.inner_text("main")
    phone.has_kept_to_it()


@pytest.fixture
def window(world: World) -> str:
    """The address of a window's code."""
    values = {"unit": world.units["desk"].pk, "name": "三号窗口", "place": "", "is_active": True}
    return f"/rate/at/{place_save(place=None, actor=world.viewer('desk'), values=values, now=NOW).code}/"


def test_a_rating_at_a_window(opened: Any, window: str) -> None:
    phone = scanned(opened, window)
    phone.tap("label[for=level-5]")
    phone.go("form button.btn-primary")
    assert "收到" in phone.page.inner_text("main")
    phone.has_kept_to_it()


def test_a_rating_asks_for_the_level_first_and_for_aspects_where_it_is_low(opened: Any, window: str) -> None:
    phone = scanned(opened, window)
    page, send = phone.page, phone.page.locator("form button.btn-primary")
    aspects = page.locator(".q-picks label:visible")
    assert (aspects.count(), page.locator("textarea:visible").count()) == (0, 0)
    phone.tap("label[for=level-4]")
    assert (aspects.count(), page.locator("input[name=phone]:visible").count()) == (0, 0)
    phone.tap("label[for=tags-more]")
    assert aspects.count() == 9
    phone.tap("label[for=level-1]")
    assert (aspects.count(), page.locator("input[name=phone]:visible").count()) == (6, 1)
    box = send.bounding_box()
    assert box and box["y"] + box["height"] <= 844  # all of it on one screen
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.tap("label[for=tag-slow]")
    phone.go("form button.btn-primary")
    (kept,) = ServiceRating.objects.all()
    assert (kept.level, kept.tags) == (1, ["slow"])
