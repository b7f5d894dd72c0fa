"""Scores over columns are the scalar contributions of every enterprise."""

import random
from datetime import date
from pathlib import Path

from qiying.decision.batch.scores import score_columns
from qiying.decision.indicators import standard_registry
from qiying.decision.planes import Columns
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.load import load_policy

REGISTRY = standard_registry()
FILE = Path(__file__).parents[5] / "policies" / "national" / "tech-sme.yaml"


def test_points_of_every_part_and_in_total_agree_with_the_scalar_score():
    score = compile_policy(load_policy(FILE), REGISTRY, date(2026, 6, 30)).score
    assert score is not None
    rng = random.Random(1)
    facts = []
    for _ in range(150):
        one = {
            "科技人员占比": rng.choice([0.05, 0.1, 0.2, 0.31]),
            "研发费用": rng.choice([0, 30000, 40000, 60000]),
            "营业收入": rng.choice([0, 1000000]),
            "成本费用总额": rng.choice([100000, 1000000]),
            "一类知识产权数": rng.choice([0, 1]),
            "二类知识产权数": rng.randint(0, 5),
        }
        facts.append({name: value for name, value in one.items() if rng.random() > 0.2})
    found = score_columns(score, Columns.from_facts(facts, REGISTRY))
    for row, one in enumerate(facts):
        parts = score.contributions(REGISTRY.stored(one))
        for part in parts:
            assert (found.low[part.name][row], found.high[part.name][row]) == (part.low, part.high)
        assert found.low[score.name][row] == sum(part.low for part in parts)
