"""The five bans and eight must-nots (国办发〔2024〕54号) as data: what each says and who can prove its breach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Ban:
    """One ban; `proof` says where a breach shows: in our rows, by the firm's word, by the body's declaration."""

    code: str
    group: str
    text: str
    proof: tuple[str, ...]
    ask: str


@cache
def bans() -> dict[str, Ban]:
    """Return every ban by its code, in order."""
    text = Path(__file__).parents[1].joinpath("data/bans.yaml").read_text(encoding="utf-8")
    return {one["code"]: Ban(**{**one, "proof": tuple(one["proof"])}) for one in yaml.safe_load(text)}


def asked_of_the_firm() -> dict[str, str]:
    """Return what an enterprise is asked after a visit: code and question."""
    return {b.code: b.ask for b in bans().values() if "firm" in b.proof}
