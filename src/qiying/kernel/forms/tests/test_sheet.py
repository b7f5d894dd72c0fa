"""One reading of answers: what is asked, missing is unknown and not null, what is wrong is said at its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qiying.kernel.forms.checking import compiled, layout_problems
from qiying.kernel.forms.definition import definition_of
from qiying.kernel.forms.sheet import Held, Sheet, sheet
from qiying.kernel.forms.tests.world import layout, page_layout, question
from qiying.kernel.forms.values import schema_of
from qiying.kernel.forms.words import feel_of, readout

NUMBER = question("人数", "number", least=0, most=100, unit="人")


def read(content: dict[str, Any], answers: dict[str, Any], **facts: Held) -> Sheet:
    assert layout_problems(content) == []
    return sheet(compiled(content), answers, facts)


@pytest.mark.parametrize(
    ("one", "raw", "words"),
    [
        (NUMBER, "x", "请填数字"),
        (NUMBER, "1.5", "请填整数"),
        (NUMBER, "1e400", "请填数字"),
        (NUMBER, True, "请填数字"),
        (NUMBER, 101, "不能大于 100 人"),
        (question("甲", "number", decimals=1), "0.25", "最多 1 位小数"),
        (question("甲", "one", options=["是", "否"]), "也许", "请从列出的里面选"),
        (question("甲", "one", options=["是", "否"], other=True), "其他：", "选了“其他”请写明是什么"),
        (question("甲", "many", options=["是", "否"], most=1), ["是", "否"], "最多 1 项"),
        (question("甲", "many", options=["是", "否"]), ["是", "是"], "有一项选了两次"),
        (question("甲", "date"), "2026-02-30", "日期写成 2026-11-18 这样"),
        (question("甲", "short"), "长" * 201, "最多 200 个字，现在 201 个"),
        (question("甲", "short"), {"乱": "写"}, "这样填读不懂"),
        (question("甲", "scale"), 6, "不能大于 5"),
        (
            question("甲", "matrix", rows=["一", "二"], options=["好", "坏"], required=True),
            {"一": "好"},
            "每一行都请选",
        ),
        (question("甲", "photo", most=1), [1, 2], "最多 1 张"),
    ],
)
def test_what_cannot_be_used_is_said_in_words_and_not_kept(one: dict[str, Any], raw: Any, words: str) -> None:
    found = read(layout(one), {one["code"]: raw})
    assert found.complaints == {one["code"]: [words]}
    assert found.values == {}


def test_missing_is_unknown_so_what_hangs_on_it_is_neither_asked_nor_computed() -> None:
    content = layout(
        NUMBER,
        question("乙", shown_when="人数 >= 10", required=True),
        question("丙", shown_when="not(人数 >= 10)", required=True),
        question("丁", "computed", compute="人数 * 2"),
        question("戊", shown_when="人数 = null"),
    )
    assert [f.question.code for f in read(content, {}).fields] == ["人数", "丁"]
    assert read(content, {}).computed == {}
    assert read(content, {"人数": "12"}).open == ["乙"]
    assert read(content, {"人数": 3}).open == ["丙"]
    assert read(content, {"人数": "很多"}).open == []


def test_what_is_held_stands_until_it_is_changed_or_emptied() -> None:
    held = Held(20, "2025 统计")
    assert read(layout(NUMBER), {}, 人数=held).sources == {"人数": "2025 统计"}
    assert read(layout(NUMBER), {"人数": "20"}, 人数=held).sources == {"人数": "2025 统计"}
    changed = read(layout(NUMBER), {"人数": "21"}, 人数=held)
    assert (dict(changed.values), dict(changed.sources)) == ({"人数": 21}, {})
    assert read(layout(NUMBER), {"人数": None}, 人数=held).values == {}


def test_conditions_within_a_row_see_that_row() -> None:
    inner = [question("金额", "number"), question("说明", shown_when="金额 > 10", required=True)]
    content = layout(
        question("项目", "group", questions=inner), question("合计", "computed", compute="sum(项目.金额)")
    )
    found = read(content, {"项目": [{"金额": 5, "说明": "多余的"}, {"金额": 50}]})
    assert found.open == ["项目.1.说明"]
    assert found.dropped == ("项目.0.说明",)
    assert found.computed == {"合计": 55}


def test_endless_sums_run_out_of_their_budget_and_nothing_else_is_lost() -> None:
    endless = "count(for 甲 in 1..100000, 乙 in 1..100000 return 甲)"
    content = layout(NUMBER, question("丙", "computed", compute=endless), question("丁"))
    found = read(content, {"人数": 1, "丁": "好"})
    assert found.computed == {}
    assert found.values == {"人数": 1, "丁": "好"}


WRONG = [
    ([question("甲", shown_when="甲 = 1")], "不能看自己的答案"),
    ([question("甲", shown_when='乙 = "1"'), question("乙", shown_when='甲 = "1"')], "绕成了圈"),
    ([question("甲", shown_when='乙 = "1"'), question("乙")], "在后面才问"),
    ([question("甲", shown_when='没有 = "1"')], "没有名为“没有”的题目"),
    ([NUMBER, question("甲", shown_when="人数 +")], "显示条件：第1行"),
    ([NUMBER, question("甲", shown_when="人数 + 1")], "结果应为是否"),
    ([NUMBER, question("甲", shown_when="人数 > 200")], "永远不成立"),
    ([question("甲", "one", options=["是", "否"]), question("乙", shown_when='甲 = "对"')], "不会有这样的值"),
    ([question("甲"), question("甲")], "用了两次"),
    ([question("for")], "保留字"),
    ([question("甲 乙")], "编号用字母或汉字开头"),
    ([question("甲", "one", options=["是"])], "至少要有两个选项"),
    ([question("甲", "number", least=3, most=1)], "最小的比最大的还大"),
    ([question("甲", "group", questions=[question("乙", "group", questions=[question("丙")])])], "不能再放"),
    (
        [question("项目", "group", questions=[question("乙")]), question("丙", shown_when='乙 = "1"')],
        "项目.乙",
    ),
    ([question("甲", fact="没有的指标")], "没有名为“没有的指标”的企业指标"),
    ([question("甲", "nonsense")], "只能是"),
    ([], "还没有题目"),
]


@pytest.mark.parametrize(("questions", "words"), WRONG)
def test_what_cannot_be_asked_is_refused_at_its_question(questions: list[dict[str, Any]], words: str) -> None:
    problems = layout_problems(layout(*questions))
    assert any(words in p.words for p in problems), problems


def test_ten_thousand_questions_are_counted_and_not_read() -> None:
    problems = layout_problems(layout(*[question(f"q{n}", shown_when=f"q{n}") for n in range(10_000)]))
    assert [p.words for p in problems] == ["一份表单最多 300 题，这里有 10,000 题，请分成几份"]


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=4), lambda c: st.lists(c, max_size=3) | st.dictionaries(
    st.sampled_from(["title", "sections", "questions", "code", "kind", "options", "least", "score"]), c, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_is_answered_with_sentences(content: Any) -> None:
    assert all(p.words for p in layout_problems(content))


@given(st.dictionaries(st.sampled_from(["职工人数", "渠道", "走访", "别的"]), st.none() | st.text(max_size=5) | st.integers() | st.floats()
    | st.lists(st.text(max_size=5) | st.sampled_from(["微信", "上门走访"]), max_size=3) | st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=2)))  # fmt: skip
def test_whatever_is_given_the_values_kept_satisfy_the_schema(answers: dict[str, Any]) -> None:
    definition = definition_of(page_layout())
    found = sheet(compiled(page_layout()), answers)
    kept = json.loads(json.dumps(dict(found.values)))
    assert Draft202012Validator(schema_of(definition)).is_valid(kept)
    assert {f.question.code for f in found.fields} >= set(kept)


def test_conditions_are_read_out_and_typed_in_chinese() -> None:
    definition = definition_of(
        layout(
            NUMBER,
            question("渠道", "many", options=["微信", "网站"]),
            question("行业", "one", options=["制造", "服务"]),
        )
    )
    said = readout('人数 >= 10 and list contains(渠道, "微信") and 行业 in ("制造", "服务")', definition)
    assert said == "“人数是什么”不低于10 人，且“渠道是什么”选了“微信”，且“行业是什么”属于“制造”、“服务”"
    assert feel_of("人数不少于10人", list(definition)) == "人数 >= 10"
    assert feel_of("人数 >= 10", list(definition)) == "人数 >= 10"
