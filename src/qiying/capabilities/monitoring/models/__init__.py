"""Tables of monitoring, which integrity made and whose names they keep: what is watched, and what personnel reads."""

from qiying.capabilities.monitoring.models.cadres import ReturnVisit, Sanction, StepDown, Tolerance
from qiying.capabilities.monitoring.models.watching import (
    Clue,
    RuleCount,
    RuleMark,
    SpecialPlan,
    Station,
    Watcher,
)
