"""A phone page has one `h1`: its own, or the title in its head."""

import re
from typing import Any

import pytest
from django.template import engines

PAGE = '{% extends "ui/phone.html" %}{% block heading %}题目{% endblock %}{% block main %}BODY{% endblock %}'


@pytest.mark.parametrize(
    ("body", "tag"), [("<p>正文</p>", "h1"), ('<h1 class="q-phone-hello">自己的题目</h1>', "p")]
)
def test_the_title_in_the_head_gives_way_to_a_heading_of_the_page(body: str, tag: str, settings: Any) -> None:
    shown = engines["django"].from_string(PAGE.replace("BODY", body)).render({"back_url": "/"})
    assert re.search(rf'<{tag} class="q-phone-title">题目</{tag}>', shown)
    assert shown.count("<h1") == 1
    assert shown.index("题目") < shown.index("<main")
