"""The style guide in a real Chromium: accessible, inside the screen, and its scripts do what they say."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.urls import include, path

from qiying.ui import assets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not assets.node_modules().is_dir(), reason="needs `npm ci --ignore-scripts`"),
]
urlpatterns = [path("ui/", include("qiying.ui.urls"))]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(settings) -> Iterator[str]:
    """Serve the style guide alone, under the product's content security policy, without a database."""
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.MIDDLEWARE = [
        "csp.middleware.CSPMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    processors = ["django.template.context_processors.request", "qiying.ui.context.preferences"]
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": processors,
                "loaders": [("qiying.ui.layout.Loader", ["django.template.loaders.app_directories.Loader"])],
            },
        }
    ]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ui"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda line: opened.complaints.append(line.text) if line.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


@pytest.mark.parametrize(
    ("face", "width", "large"),
    [("office", 1366, False), ("office", 390, True), ("phone", 390, False), ("phone", 390, True)],
)
def test_the_style_guide_is_accessible_and_never_wider_than_the_screen(browser, site, face, width, large):
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    opened = context.new_page()
    opened.goto(f"{site}/style-guide/?face={face}")
    if large:
        opened.evaluate("document.documentElement.dataset.text = 'large'")
        opened.evaluate("document.documentElement.dataset.contrast = 'more'")
        opened.evaluate("window.dispatchEvent(new Event('resize'))")
    opened.wait_for_timeout(400)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(opened).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    context.close()


def test_nothing_on_the_page_breaks_the_security_policy(page, site):
    page.goto(f"{site}/style-guide/")
    page.wait_for_selector("[data-chart] svg")
    assert page.complaints == []


def test_keys_rest_while_typing_and_the_list_names_them(page, site):
    page.goto(f"{site}/style-guide/")
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("c?")
    assert page.input_value("input[name=q]") == "c?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert "催供电公司" in page.inner_text("#q-keys")


def test_a_draft_comes_back_and_can_be_thrown_away(page, site):
    page.goto(f"{site}/style-guide/")
    page.fill("#draft", "写到一半")
    page.wait_for_selector("[data-draft-state]:has-text('已存')")
    page.reload()
    assert page.input_value("#draft") == "写到一半"
    page.get_by_role("button", name="不要了，重写").click()
    assert page.input_value("#draft") == ""


def test_signing_out_keeps_a_draft_and_the_sign_in_page_says_so(page, site):
    page.goto(f"{site}/style-guide/")
    page.fill("#draft", "写到一半")
    page.wait_for_selector("[data-draft-state]:has-text('已存')")
    page.evaluate(
        """() => {
            const out = document.createElement("form");
            out.dataset.signsOut = ""; out.addEventListener("submit", (event) => event.preventDefault());
            document.body.appendChild(out); out.requestSubmit();
        }"""
    )
    kept = page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text))")
    assert [one["values"]["draft"] for one in kept if "draft" in one["values"]] == [["写到一半"]]
    assert all(one["left"] for one in kept)
    page.reload()
    assert page.input_value("#draft") == "写到一半"
    assert "照片" not in page.inner_text("form[data-draft] .q-note")


def test_a_draft_is_gone_once_the_form_was_sent(page, site):
    page.goto(f"{site}/style-guide/")
    page.fill("#draft", "写完了")
    page.eval_on_selector("#draft", "field => field.form.requestSubmit()")
    page.wait_for_url("**?draft=*")
    page.wait_for_load_state()
    assert page.input_value("#draft") == ""


def test_a_verdict_can_be_sent_only_after_a_choice(page, site):
    page.goto(f"{site}/style-guide/")
    button = page.get_by_role("button", name="提交评价")
    assert button.get_attribute("aria-disabled") == "true"
    page.get_by_role("radio", name="没解决").check()
    assert button.get_attribute("aria-disabled") == "false"


def test_a_long_select_is_filtered_by_typing_and_sends_the_choice(page, site):
    page.goto(f"{site}/style-guide/")
    box = page.locator("#clean_unit-text")
    box.fill("单位 17")
    box.press("Enter")
    assert box.input_value() == "样例单位 17"
    assert page.eval_on_selector("#clean_unit", "select => select.value") == "17"


def test_large_text_applies_at_once_and_is_remembered(page, site):
    page.goto(f"{site}/style-guide/?face=phone")
    with page.expect_response("**/preferences/") as answer:
        page.get_by_role("button", name="大字").click()
    assert answer.value.status == 204
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.reload()
    assert page.get_attribute("html", "data-text") == "large"


def test_a_confirmation_is_asked_beside_the_button(page, site):
    page.goto(f"{site}/style-guide/")
    page.get_by_role("button", name="撤回").click()
    question = page.get_by_role("group", name="撤回后要重新送审，确定撤回？")
    assert question.is_visible()
    page.get_by_role("button", name="先不").click()
    assert question.count() == 0


def test_chosen_photos_show_and_can_be_taken_out(page, site, tmp_path):
    photo = tmp_path / "厂门口.txt"
    photo.write_text("x")
    page.goto(f"{site}/style-guide/")
    page.set_input_files("#clean_photo", str(photo))
    page.get_by_role("button", name="拿掉 厂门口.txt").click()
    assert page.eval_on_selector("#clean_photo", "input => input.files.length") == 0
