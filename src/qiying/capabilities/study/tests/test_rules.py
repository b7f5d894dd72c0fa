"""What a question holds, what is drawn, when a mark is enough: without a database."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from qiying.capabilities.study.rules import drawn, is_enough, question_faults, rights


@dataclass
class Q:
    pk: int
    kind: str
    text: str
    options: str = "甲\n乙\n丙"
    answer: str = "A"


def test_a_question_is_whole_or_says_what_lacks() -> None:
    good = [
        ("one", "甲\n乙", "B"),
        ("many", "甲\n乙\n丙", "AC"),
        ("judge", "", "A"),
        ("judge", "不用填", "B"),
    ]
    assert [question_faults(*g) for g in good] == [{}] * 4
    bad = {
        ("one", "甲", "A"): "options", ("one", "甲\n甲", "A"): "options", ("one", "甲\n乙", "C"): "answer",
        ("one", "甲\n乙", "AB"): "answer", ("many", "甲\n乙", "A"): "answer", ("many", "甲\n乙", "AA"): "answer",
        ("judge", "", "C"): "answer", ("judge", "", ""): "answer", ("one", "甲\n乙", "a"): "answer",
        ("one", "\n".join("一二三四五六七八九"), "A"): "options", ("one", f"{'字' * 91}\n乙", "A"): "options",
    }  # fmt: skip
    for given, name in bad.items():
        assert list(question_faults(*given)) == [name], given


def test_a_paper_holds_what_was_asked_for_once_each_and_its_key_is_beside_it() -> None:
    bank = {k: [Q(n + 10 * i, k, f"{k}{n}", answer="AB" if k == "many" else "A") for n in range(5)]
            for i, k in enumerate(("one", "many", "judge"))}  # fmt: skip
    for seed in range(20):
        paper = drawn("卷", bank, {"one": 3, "many": 2, "judge": 0}, Random(seed))
        questions = [q for s in paper.layout["sections"] for q in s["questions"]]
        assert len(questions) == 5 == len({q["title"] for q in questions})
        assert [q["kind"] for q in questions] == ["one"] * 3 + ["many"] * 2
        assert set(paper.key) == {q["code"] for q in questions}
        assert all(set(paper.key[q["code"]][0]) <= set(q["options"]) for q in questions)
        answers = {c: (w if len(w) > 1 else w[0]) for c, (w, _) in paper.key.items()}
        assert rights(paper.key, answers) == set(paper.key)
        assert rights(paper.key, {}) == set()
        many = next(q["code"] for q in questions if q["kind"] == "many")
        for given in (["A. 甲"], ["A. 甲", "B. 乙", "C. 丙"], ["A. 甲", "C. 丙"], [], None):
            assert many not in rights(paper.key, {**answers, many: given})


def test_a_mark_is_reached_exactly_or_not() -> None:
    assert [is_enough(r, a, m) for r, a, m in ((3, 5, 60), (2, 5, 60), (0, 0, 60), (2, 3, 66), (2, 3, 67))] == [
        True, False, False, True, False,
    ]  # fmt: skip
