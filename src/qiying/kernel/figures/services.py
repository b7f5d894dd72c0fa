"""Writing figures: plain inserts beside the act, nothing that another writer could wait for."""

from collections.abc import Sequence

from qiying.kernel.audit.statements import rows_insert
from qiying.kernel.figures.models import FigureDelta


def deltas_write(deltas: Sequence[FigureDelta]) -> None:
    """Append the facts of one act in one statement; call inside the act's transaction."""
    if deltas:
        rows_insert(deltas)
