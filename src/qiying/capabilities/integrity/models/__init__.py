"""Tables of integrity: what is sealed, what is watched, and what the personnel body alone reads."""

from qiying.capabilities.integrity.models.cadres import ReturnVisit, Sanction, StepDown, Tolerance
from qiying.capabilities.integrity.models.sealing import Message, Report, SealedFile, SealKey
from qiying.capabilities.integrity.models.watching import (
    Clue,
    Edition,
    RuleCount,
    RuleMark,
    SpecialPlan,
    Station,
    Watcher,
)

__all__ = [
    "Clue",
    "Edition",
    "Message",
    "Report",
    "ReturnVisit",
    "RuleCount",
    "RuleMark",
    "Sanction",
    "SealKey",
    "SealedFile",
    "SpecialPlan",
    "Station",
    "StepDown",
    "Tolerance",
    "Watcher",
]
