"""What score and index measure, and what each indicator weighs: `tables.yaml` read, weights checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Measured:
    """One second-level indicator: what it reads and which bands earn which share of the full mark."""

    code: str
    label: str
    reads: str
    bands: Mapping[str, int]
    note: str = ""

    @property
    def names(self) -> list[str]:
        """Return the facts it reads, by the engine's names."""
        return [name.strip() for name in self.reads.split("/")]


@dataclass(frozen=True)
class Scheme:
    """Score or index: its first-level indicators, each with its second-level ones."""

    code: str
    label: str
    groups: Mapping[str, tuple[str, ...]]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for codes in self.groups.values() for code in codes)


@dataclass(frozen=True)
class Weights:
    """Weights of one scheme and stage, in points that sum to exactly 100."""

    values: Mapping[str, Decimal]
    valid_from: date
    source: str
    is_sample: bool = True


WeightSet = Mapping[tuple[str, str], Weights]
"""By scheme and stage."""


@dataclass(frozen=True)
class Tables:
    """What is shipped: indicators, schemes, stages and sample weights."""

    source: str
    indicators: Mapping[str, Measured]
    schemes: Mapping[str, Scheme]
    stages: tuple[str, ...]
    told: Mapping[str, Any]

    def weights_on(self, on: date) -> dict[tuple[str, str], Weights]:
        """Return the shipped sample weights valid on a day; the first set holds for days before it too."""
        sets = sorted(self.told["weights"], key=lambda one: one["valid_from"])
        one = next((s for s in reversed(sets) if s["valid_from"] <= on), sets[0])
        return {
            (scheme, stage): Weights(
                {code: Decimal(points) for code, points in one[scheme][stage].items()},
                one["valid_from"],
                one["source"],
            )
            for scheme in self.schemes
            for stage in self.stages
        }


@cache
def tables() -> Tables:
    """Return the tables as shipped."""
    told = yaml.safe_load(Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8"))
    measured = {code: Measured(code, **one) for code, one in told["indicators"].items()}
    schemes = {
        code: Scheme(code, one["label"], {g: tuple(c) for g, c in one["groups"].items()})
        for code, one in told["schemes"].items()
    }
    return Tables(told["source"], measured, schemes, tuple(told["stages"]), told)


def weight_faults(scheme: str, values: Mapping[str, Decimal]) -> dict[str, list[str]]:
    """Return what is wrong with a set of weights, by indicator; they sum to exactly 100."""
    codes = tables().schemes[scheme].codes
    faults = {code: ["不能小于 0"] for code, points in values.items() if points < 0}
    faults |= {code: ["要填"] for code in codes if code not in values}
    faults |= {code: ["没有这个指标"] for code in values if code not in codes}
    total = sum(values.values(), Decimal(0))
    if not faults and total != 100:
        faults[codes[-1]] = [f"权重加起来是 {total}，要正好 100"]
    return faults
