"""Components keep the promises of the design language."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from lxml import html

from qiying.ui import icons
from qiying.ui.style_guide import VERDICTS


def render(source: str, **context: Any) -> Any:
    return html.fromstring(
        "<div>" + Template("{% load qiying_ui %}" + source).render(Context(context)) + "</div>"
    )


@pytest.mark.parametrize("kind", sorted(icons.STATUS_SHAPES))
def test_a_status_has_a_shape_and_a_word(kind):
    page = render("{% status kind '还有 2 天' %}", kind=kind)
    assert page.xpath("//svg[@aria-hidden='true']/*")
    assert page.text_content() == "还有 2 天"


def test_no_two_statuses_share_a_shape():
    assert len(set(icons.STATUS_SHAPES.values())) == len(icons.STATUS_SHAPES)


def test_an_unknown_icon_or_status_names_the_known_ones():
    with pytest.raises(KeyError, match="known: alert"):
        render("{% icon 'nonsense' %}")
    with pytest.raises(KeyError, match="known: ontime"):
        render("{% status 'green' 'x' %}")


def test_words_in_a_status_are_escaped():
    assert render("{% status 'done' words %}", words="<b>x").text_content() == "<b>x"


def test_a_button_that_cannot_be_pressed_stays_focusable_and_says_why():
    page = render("{% action_button '提交' id='a' disabled_reason='还差 1 样' %}")
    button = page.xpath("//button")[0]
    assert button.get("aria-disabled") == "true"
    assert button.get("disabled") is None
    assert page.get_element_by_id(button.get("aria-describedby")).text_content() == "还差 1 样"


def test_a_verdict_has_nothing_preselected_and_states_every_consequence():
    page = render(
        "{% verdict_bar 'verdict' options '解决了没有？' comment_name='comment' %}", options=VERDICTS
    )
    assert len(page.xpath("//input[@type='radio' and @required]")) == 3
    assert not page.xpath("//input[@checked]")
    assert all(option["consequence"] in page.text_content() for option in VERDICTS)
    assert not page.xpath("//textarea[@required]")


def test_a_figure_without_denominator_is_refused():
    assert "608 / 646" in render("{% figure '按时' '94.1' '608 / 646 件' unit='%' %}").text_content()
    with pytest.raises(ValueError, match="denominator"):
        render("{% figure '按时' '94.1' '' %}")


def test_a_clock_strip_carries_its_explanation_as_text():
    cells = [{"top": "五", "day": "13", "note": "收件", "states": ["receipt"], "strong": True, "wide": False}]
    shown = render("{% clock_strip cells '收件不计' %}", cells=cells)
    hidden = render("{% clock_strip cells '收件不计' show=False %}", cells=cells)
    assert shown.xpath("//ol[@aria-hidden='true']")
    assert (
        shown.xpath("//figcaption")[0].text
        == hidden.xpath("//figcaption[@class='q-sr']")[0].text
        == "收件不计"
    )


def test_sorting_turns_round_and_forgets_the_page():
    request = RequestFactory().get("/?sort=due&page=3&view=mine")
    page = render(
        "<table><tr>{% sort_head 'due' '期限' %}{% sort_head 'name' '名字' %}</tr></table>", request=request
    )
    heads = page.xpath("//th")
    assert heads[0].get("aria-sort") == "ascending"
    assert heads[0].xpath("./a/@href") == ["?view=mine&sort=-due"]
    assert heads[1].get("aria-sort") is None
    assert heads[1].xpath("./a/@href") == ["?view=mine&sort=name"]


def test_minor_acts_fold_but_are_not_lost():
    items = [
        {"actor": "甲", "text": "办了", "when": "今天"},
        {"actor": "系统", "text": "提醒", "when": "昨天", "minor": True},
    ]
    folded = render("{% timeline items more_label='系统提醒' %}", items=items)
    assert "提醒" in folded.xpath("string(//details/ol)")
    assert not render("{% timeline items %}", items=items).xpath("//details")


def test_rows_of_a_table_escape_their_words_and_name_their_cells():
    cells = [
        {"text": "<b>甲", "url": "/a/?x=1&y=2", "sub": "<i>"},
        {"text": 1234, "numeric": True, "label": '件"数'},
        {"text": "办结", "status": "done", "label": "状态"},
        {},
    ]
    page = render("<table>{% table_rows rows %}</table>", rows=[{"cells": cells, "current": True}])
    head, number, state, empty = page.xpath("//tr[@class='q-current']/*")
    assert (head.tag, head.get("scope"), head.text_content()) == ("th", "row", "<b>甲<i>")
    assert head.xpath("a/@href") == ["/a/?x=1&y=2"]
    assert (number.get("class"), number.get("data-label"), number.text_content()) == (
        "q-num",
        '件"数',
        "1234",
    )
    assert "q-cell-status" in state.get("class")
    assert state.xpath(".//svg")
    assert empty.text_content() == ""
