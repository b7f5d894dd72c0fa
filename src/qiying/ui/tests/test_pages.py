"""Shells, preferences and error pages."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from lxml import html

from qiying.ui import views
from qiying.ui.context import preferences

urlpatterns = [path("ui/", include("qiying.ui.urls"))]
ERRORS = ["400", "403", "403_csrf", "404", "405", "409", "413", "422", "429", "500"]


def parsed(text: str) -> Any:
    return html.fromstring(text)


def request_to(method="get", url="/", data=None, **headers):
    request = getattr(RequestFactory(), method)(url, data or {}, headers=headers)
    request.session = {}
    return request


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_no_context_and_says_what_to_do(name):
    page = parsed(render_to_string(f"{name}.html"))
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//main//p")[0].text_content().strip()
    assert page.xpath("//*[@data-error-page]")
    assert page.xpath("//main//a|//main//button")


def test_a_missing_page_does_not_tell_whether_it_exists():
    words = render_to_string("404.html", {"exception": "Case MC-2026-0001 exists", "error": "x"})
    assert "MC-2026" not in words


def test_refused_reasons_are_all_listed():
    class Refused(Exception):
        reasons = ("缺营业执照", "还没签收")

    page = render_to_string("422.html", {"error": Refused()})
    assert "缺营业执照" in page
    assert "还没签收" in page


@pytest.mark.parametrize("shell", ["office", "phone", "public", "print", "wall"])
def test_every_shell_has_one_main_a_skip_link_and_a_polite_region(shell):
    page = parsed(render_to_string(f"ui/{shell}.html", {"today": None}, request=None))
    assert [main.get("id") for main in page.xpath("//main")] == ["main"]
    assert page.xpath("//a[@href='#main']")
    assert page.xpath("//*[@aria-live='polite']")
    assert page.get("lang") == "zh-CN"


def test_the_phone_never_shows_more_than_four_tabs_and_marks_the_current():
    tabs = [{"label": str(n), "url": f"/{n}", "icon": "home", "current": n == 1} for n in range(6)]
    page = parsed(render_to_string("ui/phone.html", {"phone_tabs": tabs}))
    links = page.xpath("//nav//a")
    assert len(links) == 4
    assert [link.get("aria-current") for link in links] == [None, "page", None, None]


@pytest.mark.urls(__name__)
def test_preferences_are_remembered_and_only_known_values_are(rf):
    request = request_to(
        "post", "/ui/preferences/", {"text": "large", "contrast": "<script>", "next": "/here/?a=1"}
    )
    answer: Any = views.preferences(request)
    assert (answer.status_code, answer.url) == (302, "/here/?a=1")
    assert preferences(request) == {"ui_prefs": {"text": "large"}}
    again = request_to("post", "/ui/preferences/", {"text": "normal"}, **{"X-Requested-With": "fetch"})
    again.session = request.session
    assert views.preferences(again).status_code == 204
    assert preferences(again) == {"ui_prefs": {}}


@pytest.mark.urls(__name__)
def test_preferences_never_lead_to_another_host(rf):
    answer: Any = views.preferences(request_to("post", "/", {"next": "https://evil.example/x"}))
    assert answer.url == "/"
    assert views.preferences(request_to("get")).status_code == 405


def test_a_chosen_preference_is_written_to_the_page():
    page = html.fromstring(
        render_to_string(
            "ui/office.html", {"ui_prefs": {"text": "large", "contrast": "more", "density": "comfortable"}}
        )
    )
    assert (page.get("data-text"), page.get("data-contrast"), page.get("data-density")) == (
        "large",
        "more",
        "comfortable",
    )
    assert parsed(render_to_string("ui/office.html")).get("data-density") == "compact"
    assert parsed(render_to_string("ui/phone.html")).get("data-density") == "comfortable"
