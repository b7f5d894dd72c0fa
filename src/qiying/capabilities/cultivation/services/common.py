"""What every act here shares: rows kept from a form, a note in the audit, a word to the firm."""

from __future__ import annotations

from typing import Any

from qiying.kernel.audit.subjects import noting
from qiying.kernel.notices.services import tells_firms
from qiying.kernel.registers.keeping import R, row_keep

noted = noting("cultivation", what=str)
told = tells_firms("cultivation")


def row_kept(row: R, **given: Any) -> R:
    """Enter or change a row of the ladder; raise `GuardFailed` with every reason by field."""
    action = f"cultivation.{'enter' if row._state.adding else 'change'}"
    made: R = row_keep(model=type(row), row=row, needs="cultivation.ladder", action=action, **given)
    return made
