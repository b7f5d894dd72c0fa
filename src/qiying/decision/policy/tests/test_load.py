"""Mistakes in a policy file: where, what, and what to write."""

from datetime import date

import pytest

from qiying.decision.indicators import load_registry, standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.load import read_policy

GOOD = """id: t
name: 测试
document: {number: 测试1号}
department: 测试局
delivery: 申报
requires:
  - when: 职工人数 >= 10
table:
  hit: U
  inputs: [企业规模]
  rows:
    - when: ['"小型"']
      then: "100"
    - when: ['"微型"']
      then: "50"
"""


def problems(text):
    """The problems of reading and compiling a text."""
    with pytest.raises(FileError) as caught:
        compile_policy(read_policy(text, "t.yaml"), standard_registry(), date(2026, 1, 1))
    return caught.value.problems


def test_a_good_file_compiles():
    assert compile_policy(read_policy(GOOD), standard_registry(), date(2026, 1, 1)).indicators


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "says"),
    [
        ("delivery: 申报", "delivery: 申请", 5, 11, "申报、免申即享、即申即享"),
        ("department", "departments", 4, 1, "department"),
        ("hit: U", "hit: X", 9, 8, "U、A、P、F、R、C"),
        ("职工人数 >= 10", "职工数 >= 10", 7, 11, "职工人数"),
        ("职工人数 >= 10", '职工人数 >= "十"', 7, 11, "数字与数字比"),
        ("职工人数 >= 10", "职工人数 >= 10 and", 7, 25, ""),
        ("'\"微型\"'", "'\"巨型\"'", 14, 15, "大型、中型、小型、微型"),
        ("'\"微型\"'", "'\"小型\"'", 14, 15, "F"),
        ('then: "50"', 'then: "50 +"', 15, 18, ""),
        ("when: ['\"微型\"']", "when: ['\"微型\"', '-']", 14, 7, "每列写一个"),
        ("- when: 职工人数 >= 10", "- when: 职工人数 < 0", 1, 1, "互相矛盾"),
    ],
)
def test_a_mistake_is_told_with_line_column_and_advice(before, after, line, column, says):
    first = problems(GOOD.replace(before, after, 1))[0]
    assert (first.line, first.column) == (line, column), first
    assert says in first.message + first.advice


def test_broken_yaml_names_its_line():
    assert problems("id: t\nname: [1, 2\n")[0].line == 3


def test_all_mistakes_of_a_file_are_told_at_once():
    text = GOOD.replace("职工人数 >= 10", "职工数 >= 10").replace('then: "50"', 'then: "某数"')
    assert len(problems(text)) == 2


def test_a_comparison_that_can_never_hold_is_a_warning():
    text = GOOD.replace("职工人数 >= 10", "职工人数 >= 10 or 职工人数 < 0")
    found = compile_policy(read_policy(text), standard_registry(), date(2026, 1, 1)).findings
    assert [one.message for one in found] == ["这个比较永远不会成立"]


def test_a_threshold_too_fine_for_64_bits_is_refused_when_compiling():
    text = GOOD.replace("职工人数 >= 10", "研发费用 / 营业收入 >= 0.0500000000001")
    assert "64 位" in problems(text)[0].message


def test_a_registry_with_a_repeated_indicator_is_refused():
    with pytest.raises(FileError, match="写了两次"):
        load_registry(
            "indicators:\n  - {name: 甲, type: count, source: x}\n  - {name: 甲, type: count, source: x}\n"
        )


def test_hit_policy_a_accepts_equal_results_and_refuses_different_ones():
    same = GOOD.replace("hit: U", "hit: A").replace('"微型"', '"小型", "微型"').replace('"50"', '"100"')
    assert compile_policy(read_policy(same), standard_registry(), date(2026, 1, 1)).rows
    assert (
        "结果"
        in problems(
            same.replace('- when: [\'"小型"\']\n      then: "100"', '- when: [\'"小型"\']\n      then: "9"')
        )[0].advice
    )
