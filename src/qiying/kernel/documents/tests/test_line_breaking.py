"""Lines are flush, never over the measure, and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.documents.letter_layout import (
    attachment_items,
    copies_text,
    heading_level,
    sign_off_indents,
    title_lines,
)
from qiying.kernel.documents.line_breaking import break_lines
from qiying.kernel.tables.cells import text_width

TEXT = st.text(alphabet="企业用地通电，。；（）“”—…《》abc12.3% 年月日", max_size=150)


def width_of(char: str) -> float:
    return 1.0 if ord(char) > 0x2000 else 0.5


@given(TEXT, st.sampled_from([0.0, 2.0]), st.sampled_from([0.0, 5.0]))
def test_lines_keep_the_measure_fill_it_and_lose_no_character(text: str, first: float, indent: float) -> None:
    lines = break_lines(text, width_of, measure=28, first_indent=first, indent=indent)
    assert "".join(x.text for x in lines).replace(" ", "") == text.replace(" ", "")
    for i, line in enumerate(lines):
        width = line.indent + sum(map(width_of, line.text))
        assert line.indent == (indent if i else first)
        assert width <= 28 + 1e-6
        if i < len(lines) - 1 and len(line.text) > 1:
            assert width + line.spread * (len(line.text) - 1) == pytest.approx(28)


def test_a_full_line_holds_28_characters() -> None:
    lines = break_lines("企" * 60, width_of, measure=28, first_indent=2)
    assert [len(x.text) for x in lines] == [26, 28, 6]
    assert [x.spread for x in lines] == [0, 0, 0]


def test_punctuation_never_begins_a_line_and_brackets_never_end_one() -> None:
    for n in range(20, 30):
        lines = break_lines("企" * n + "（区供电公司），" + "业" * 30 + "。", width_of, measure=28)
        assert all(x.text[0] not in "，。）" for x in lines)
        assert all(not x.text.endswith("（") for x in lines)


def test_a_year_or_amount_is_not_torn_apart() -> None:
    for n in range(20, 30):
        joined = [x.text for x in break_lines("企" * n + "2026年共1,234.56万元", width_of, measure=28)]
        assert any("2026" in x for x in joined)
        assert any("1,234.56" in x for x in joined)


def test_an_endless_word_is_cut_rather_than_running_over() -> None:
    lines = break_lines("x" * 200, width_of, measure=28, first_indent=2)
    assert all(x.indent + sum(map(width_of, x.text)) <= 28 for x in lines)


def test_titles_break_between_words_into_even_lines() -> None:
    lines = title_lines("关于办理云拓智能装备有限公司新厂房通电延期问题的交办函")
    assert lines == ["关于办理云拓智能装备有限公司", "新厂房通电延期问题的交办函"]
    assert title_lines("催办函") == ["催办函"]


@given(st.text(alphabet="企业用地问题的关于办理", min_size=1, max_size=60))
def test_titles_lose_nothing(title: str) -> None:
    assert "".join(title_lines(title)) == title


def test_the_date_stands_four_characters_in_with_the_name_above_its_middle() -> None:
    from datetime import date

    name_right, date_right = sign_off_indents("区营商办", date(2026, 11, 18))
    day = text_width("2026年11月18日")
    assert date_right == 4
    assert name_right + 2 == pytest.approx(date_right + day / 2)
    long_right, long_date = sign_off_indents("明川区营商环境建设工作领导小组办公室", date(2026, 1, 8))
    assert long_right == 1
    assert long_date > 4


def test_headings_are_told_from_running_text() -> None:
    assert heading_level("一、办理要求") == 1
    assert heading_level("（二）办理时限") == 2
    assert heading_level("一、请签收。二、请办理。") == 0
    assert heading_level("请于周五前答复。") == 0


def test_attachments_are_numbered_only_when_there_are_several() -> None:
    assert attachment_items(("来件",)) == [(2, "附件：", "来件")]
    assert attachment_items(("甲", "乙")) == [(2, "附件：1. ", "甲"), (5, "2. ", "乙")]
    assert attachment_items(()) == []
    assert copies_text(("甲局", "乙局。")) == "甲局，乙局。"
