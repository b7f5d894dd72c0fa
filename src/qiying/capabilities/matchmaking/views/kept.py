"""A register of matchmaking from its model, and an act that does one service and says one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from qiying.capabilities.matchmaking.services.chains import link_keep
from qiying.kernel.organisations.listing import Column
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept

TAKES_PART = ("matchmaking.take_part",)


def kept_register(
    name: str,
    title: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    listing: Mapping[str, Any],
    **more: Any,
) -> Any:
    """Declare a register of matchmaking; who takes part sees it, `more` says it otherwise."""
    noun = str(model._meta.verbose_name)
    told = {"noun": noun, "sees": TAKES_PART, "edits": TAKES_PART, "opens": TAKES_PART, "imports": False}
    given = {"keep": link_keep, "listing": listing, "may_change": False, **told, **more}
    return kept.kept_register("matchmaking", name, title, model, columns, **given)


def hidden(model: Any, *names: str) -> list[Column[Any]]:
    """Return columns of the workbook alone."""
    return [kept.column(model, name, in_page=False) for name in names]


def doing(service: Callable[..., Any], name: str, words: str, **fixed: Any) -> Callable[..., str]:
    """Return what an act runs: the service with the row under its name, what is fixed, and the form's data."""

    def run(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
        service(actor=actor, now=now, **{name: row}, **fixed, **data)
        return words

    return run
