"""What is fixed in a template is text when it is read; a word reads as Django would have written it."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, engines
from django.template.base import TextNode
from django.utils.safestring import mark_safe

from qiying.ui.folding import Word
from qiying.ui.layout import LayoutTemplate


def made(source: str) -> LayoutTemplate:
    return LayoutTemplate(f"{{% load i18n qiying_ui %}}{source}", engine=Engine.get_default())


def kinds(found: LayoutTemplate) -> list[str]:
    return [type(node).__name__ for node in found.nodelist if not isinstance(node, TextNode)]


def test_fixed_words_and_icons_are_one_text() -> None:
    found = made('<b>{% translate "满 100%" %}</b>{% icon "x" %}{# nothing #}!')
    assert len(found.nodelist) == 1
    assert kinds(found) == []
    assert found.render(Context()).startswith("<b>满 100%</b><svg")


def test_what_depends_on_the_page_stays_a_node() -> None:
    found = made('{% icon name %}{% translate words %}{% translate "甲" as kept %}{{ kept }}')
    assert kinds(found) == ["SimpleNode", "TranslateNode", "TranslateNode", "Word"]
    assert found.render(Context({"name": "x", "words": "乙"})).endswith("乙甲")


def test_with_several_languages_nothing_translated_is_fixed(settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    assert kinds(made('{% translate "甲" %}')) == ["TranslateNode"]


@pytest.mark.parametrize("value", ["<i>", mark_safe("<i>"), 1234.5, None, "", True])
def test_a_word_is_written_as_django_writes_it(value) -> None:
    found = made("{{ value }}")
    plain = engines["django"].from_string("{{ value }}")
    assert isinstance(found.nodelist[-1], Word)
    assert found.render(Context({"value": value})) == plain.render({"value": value})
