"""Published grounds of the green channel: kept, checked, noted."""

from __future__ import annotations

from datetime import datetime

from qiying.capabilities.projects.models import Ground
from qiying.kernel.audit.clock import local_date
from qiying.kernel.registers.keeping import Faults, Values, keeper


def _ground(row: Ground, values: Values, now: datetime) -> Faults:
    return {"published_on": ["公布了才能用"]} if row.published_on > local_date(now) else {}


row_keep = keeper("projects.keep", "projects.keep", {Ground: _ground})
