"""The eight offices, the approvals of a project and the words of its steps, as the file beside it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

_TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
LOCAL = "样例：区县自己定的天数，没有全国统一的数"


class OfficeKind(NamedTuple):
    """One of the eight offices: what it does in a project, from which phase on, in how many workdays."""

    label: str
    part: str
    phase: str
    days: int


class ApprovalKind(NamedTuple):
    """One kind of approval: its limit by law, what an extension may add, whether it is a shadow without land."""

    label: str
    days: int
    unit: str
    more: int = 0
    source: str = LOCAL
    needs_land: bool = False
    sample: bool = False
    again: bool = False


OFFICES = {code: OfficeKind(**told) for code, told in _TOLD["offices"].items()}
APPROVALS = {code: ApprovalKind(**told) for code, told in _TOLD["approvals"].items()}
NATURES: dict[str, str] = _TOLD["natures"]
KINDS: dict[str, str] = _TOLD["kinds"]
STEPS: dict[str, str] = _TOLD["steps"]
POINTS: dict[str, str] = _TOLD["points"]
KEY_POINTS = ("start", "building", "production")
"""The points at which somebody has to have been there (S2-39)."""
OFFICE_LABELS = {code: kind.label for code, kind in OFFICES.items()}
APPROVAL_LABELS = {code: kind.label for code, kind in APPROVALS.items()}
