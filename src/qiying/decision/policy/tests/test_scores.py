"""Scores: every part's interval is what all completions of the facts give; sizes that are refused."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from qiying.decision.indicators import load_registry, standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.load import load_policy, read_policy

REGISTRY = standard_registry()
POINTS = Path(__file__).parents[5] / "policies" / "patterns" / "tech-points.yaml"
VALUES: dict[str, list[Any]] = {
    "发展阶段": ["初创期", "成长期", "稳定期"], "研发费用增速": [-0.1, 0, 0.2], "研发人员占比": [0.05, 0.1, 0.3],
    "当年发明专利申请数": [0, 1, 5],
}  # fmt: skip


def intervals(score, facts):
    """Lowest and highest points by part."""
    return {p.name: (p.low, p.high) for p in score.contributions(REGISTRY.stored(facts))}


@pytest.mark.parametrize("known", [(), ("发展阶段",), ("研发费用增速",), ("发展阶段", "研发人员占比")])
def test_the_interval_of_a_part_is_what_every_completion_of_the_facts_gives(known):
    score = compile_policy(load_policy(POINTS), REGISTRY, date(2026, 6, 30)).score
    assert score is not None
    for values in product(*(VALUES[name] for name in known)):
        facts = dict(zip(known, values, strict=True))
        worlds = [
            intervals(score, {**dict(zip(VALUES, rest, strict=True)), **facts})
            for rest in product(*VALUES.values())
        ]
        for name, ends in intervals(score, facts).items():
            assert all(world[name][0] == world[name][1] for world in worlds)
            assert ends == (min(w[name][0] for w in worlds), max(w[name][1] for w in worlds))


def many_parts(count):
    """A score of that many yes-or-no parts used as a condition, and its registry."""
    names = [f"项{i:02d}" for i in range(count)]
    registry = load_registry(
        "indicators:\n" + "".join(f"  - {{name: {n}, type: boolean, source: x}}\n" for n in names)
    )
    parts = "".join(
        f"    - {{name: 分{n}, inputs: [{n}], rows: [{{when: ['true'], then: '5'}}]}}\n" for n in names
    )
    head = "id: x\nname: x\ndocument: {number: x}\ndepartment: x\ndelivery: 申报\n"
    text = f"{head}score:\n  name: 总\n  parts:\n{parts}table: {{hit: F, inputs: [总], rows: [{{when: ['>= 10'], then: '1'}}]}}\n"
    return read_policy(text), registry


def test_a_score_with_too_many_combinations_is_refused_as_a_condition_instead_of_hanging():
    policy, registry = many_parts(8)
    assert compile_policy(policy, registry, date(2026, 1, 1)).score
    policy, registry = many_parts(16)
    with pytest.raises(FileError, match="得分组合"):
        compile_policy(policy, registry, date(2026, 1, 1))
