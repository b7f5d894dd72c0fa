"""The style guide in a real Chromium: accessible, inside the screen, and its scripts do what they say."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import include, path

from qiying.ui import assets
from qiying.ui.tests import browsing

pytestmark = [
    *browsing.SHARED,
    pytest.mark.skipif(not assets.node_modules().is_dir(), reason="needs `npm ci --ignore-scripts`"),
]
urlpatterns = [path("ui/", include("qiying.ui.urls"))]


PROCESSORS = ["django.template.context_processors.request", "qiying.ui.context.preferences"]
ALONE: dict[str, Any] = {
    "DEBUG": True,
    "ROOT_URLCONF": __name__,
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "MIDDLEWARE": [
        "csp.middleware.CSPMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": PROCESSORS,
                "loaders": [("qiying.ui.layout.Loader", ["django.template.loaders.app_directories.Loader"])],
            },
        }
    ],
    "STORAGES": settings.STORAGES
    | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the style guide alone, under the product's content security policy, without a database."""
    with override_settings(**ALONE):
        yield from browsing.served()


@pytest.fixture
def page(opened) -> Any:
    return opened()


@pytest.mark.parametrize(
    ("face", "width", "large"),
    [("office", 1366, False), ("office", 390, True), ("phone", 390, False), ("phone", 390, True)],
)
def test_the_style_guide_is_accessible_and_never_wider_than_the_screen(opened, face, width, large):
    page = opened(width=width)
    page.goto(f"/ui/style-guide/?face={face}")
    if large:
        browsing.enlarge(page, contrast=True)
    browsing.sound(page, is_strict=True)


@pytest.mark.parametrize("in_parts", [False, True])
def test_nothing_on_the_page_breaks_the_security_policy(page, settings, in_parts):
    settings.WHITENOISE_USE_FINDERS = in_parts  # as while developing
    page.goto("/ui/style-guide/")
    page.wait_for_selector("[data-chart] svg")
    assert page.complaints == []


def test_keys_rest_while_typing_and_the_list_names_them(page):
    page.goto("/ui/style-guide/")
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("c?")
    assert page.input_value("input[name=q]") == "c?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert "催供电公司" in page.inner_text("#q-keys")


def test_a_draft_comes_back_and_can_be_thrown_away(page):
    page.goto("/ui/style-guide/")
    page.fill("#draft", "写到一半")
    page.wait_for_selector("[data-draft-state]:has-text('已存')")
    page.reload()
    assert page.input_value("#draft") == "写到一半"
    page.get_by_role("button", name="不要了，重写").click()
    assert page.input_value("#draft") == ""


def test_signing_out_keeps_a_draft_and_the_sign_in_page_says_so(page):
    page.goto("/ui/style-guide/")
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


def test_a_draft_is_gone_once_the_form_was_sent(page):
    page.goto("/ui/style-guide/")
    page.fill("#draft", "写完了")
    page.eval_on_selector("#draft", "field => field.form.requestSubmit()")
    page.wait_for_url("**?draft=*")
    page.wait_for_load_state()
    assert page.input_value("#draft") == ""


def test_a_verdict_can_be_sent_only_after_a_choice(page):
    page.goto("/ui/style-guide/")
    button = page.get_by_role("button", name="提交评价")
    assert button.get_attribute("aria-disabled") == "true"
    page.get_by_role("radio", name="没解决").check()
    assert button.get_attribute("aria-disabled") == "false"


def test_a_long_select_is_filtered_by_typing_and_sends_the_choice(page):
    page.goto("/ui/style-guide/")
    box = page.locator("#clean_unit-text")
    box.fill("单位 17")
    box.press("Enter")
    assert box.input_value() == "样例单位 17"
    assert page.eval_on_selector("#clean_unit", "select => select.value") == "17"


def test_large_text_applies_at_once_and_is_remembered(page):
    page.goto("/ui/style-guide/?face=phone")
    with page.expect_response("**/preferences/") as answer:
        page.get_by_role("button", name="大字").click()
    assert answer.value.status == 204
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.reload()
    assert page.get_attribute("html", "data-text") == "large"


def test_a_confirmation_is_asked_beside_the_button(page):
    page.goto("/ui/style-guide/")
    page.get_by_role("button", name="撤回").click()
    question = page.get_by_role("group", name="撤回后要重新送审，确定撤回？")
    question.wait_for()
    page.get_by_role("button", name="先不").click()
    browsing.has(question, 0)


def test_chosen_photos_show_and_can_be_taken_out(page, tmp_path):
    photo = tmp_path / "厂门口.txt"
    photo.write_text("x")
    page.goto("/ui/style-guide/")
    page.set_input_files("#clean_photo", str(photo))
    page.get_by_role("button", name="拿掉 厂门口.txt").click()
    assert page.eval_on_selector("#clean_photo", "input => input.files.length") == 0
