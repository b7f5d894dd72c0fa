"""A register of the legal environment from its model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qiying.capabilities.legal_environment.services.keeping import may_keep, row_keep
from qiying.kernel.organisations.listing import Column
from qiying.kernel.registers import kept


def kept_register(
    name: str, model: Any, columns: Sequence[str | Column[Any]], *, title: str = "", **more: Any
) -> Any:
    """Declare a register of the viewer's district at `legal:<name>`, called as its model is."""
    noun = str(model._meta.verbose_name)
    given = {"noun": noun, "keep": row_keep, "may_touch": may_keep, "edits_apart": True, **more}
    return kept.kept_register("legal", name, title or noun, model, columns, **given)
