"""The page for authors names every key a policy file may have."""

import re
from pathlib import Path

from qiying.decision.policy import load
from qiying.decision.policy.model import AGGREGATES, DELIVERIES, HIT_POLICIES, OUTPUT_TYPES


def test_every_key_and_choice_is_explained():
    page = (Path(__file__).parents[5] / "policies" / "README.md").read_text(encoding="utf-8")
    assert set(load.KEYS) <= set(re.findall(r"`(\w+)`", page))
    assert all(word in page for word in (*DELIVERIES, *HIT_POLICIES, *AGGREGATES, *OUTPUT_TYPES))
