"""What may raise a clue, as data; when a share stands out from the others'; where a text names a gift."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qiying.statutes.service_rating import Rate

PART_LEAST = 3
"""Below so many rows a share tells nothing."""
HAND = "hand"


@dataclass(frozen=True)
class Rule:
    """A rule over what is held already.

    Args:
        kind: `share` counts acts of which some are the part; `never` acts on cases after which another never came;
            `pairs` one handler's acts by firm; `offered` another module's named reading; `words` answers of forms.
        whole: acts as procedure.action; `part` those of the part, or the act that should have come.
        by: whose share it is: `acting`, the unit that acted, or `lead`, the unit that leads the case.
        wait: days an act must be old before it is read.
    """

    code: str
    title: str
    kind: str
    part_words: str
    whole_words: str
    whole: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    by: str = "acting"
    wait: int = 0
    reading: str = ""
    names: tuple[str, ...] = field(default=())
    unless: tuple[str, ...] = field(default=())


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its code, in order."""
    text = Path(__file__).parents[1].joinpath("data/clue_rules.yaml").read_text(encoding="utf-8")
    told: list[dict[str, Any]] = yaml.safe_load(text)
    return {one["code"]: Rule(**_frozen(one)) for one in told}


def _frozen(one: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}


def rule_title(code: str) -> str:
    """Return what a rule is called; what somebody told is none."""
    return "人工登记" if code == HAND else rules()[code].title if code in rules() else code


def stands_out(part: int, whole: int, all_part: int, all_whole: int, least: int) -> bool:
    """Tell whether a share lies above that of all others, with its 95 % range (Wilson) and enough rows.

    Nobody to compare with means no clue. A share of all is compared too: 10 of 10 beside 5 of 10.
    """
    others = Rate(all_part - part, all_whole - whole)
    if whole < least or part < PART_LEAST or not others.denominator:
        return False
    low = Rate(part, whole).wilson95()
    return low is not None and low[0] > others.numerator / others.denominator


def gift_words(text: str, names: tuple[str, ...], unless: tuple[str, ...]) -> str:
    """Return the sentence in which a gift is named, empty where none is or where it is denied.

    For officials a gift counts at any value (政务处分法 art. 34); no amount is asked for.
    """
    for said in re.split(r"[。！？!?；;，,\n]", text):
        if any(name in said for name in names) and not any(word in said for word in unless):
            return said.strip()
    return ""
