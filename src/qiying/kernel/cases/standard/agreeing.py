"""Several parties agree to one thing: each says so for itself, and a guard waits for all of them."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.vocabulary import Effect, Guard


class Agreeing(ActionInput):
    agrees: bool = entry("同不同意", choices={"True": "同意", "False": "不同意"}, widget="radio")
    note: str = entry("说明", default="", widget="textarea", max_length=300)


def agrees_to(what: str, then: Effect | None = None, *parties: str) -> Effect:
    """Return the effect that records what the acting party says; `then` follows when all of `parties` agree."""

    def effect(act: Act) -> None:
        act.agree(what, bool(act.data.agrees), act.data.note)
        if then is not None and not act.not_agreed(what, parties):
            then(act)

    return effect


def each_has_agreed(what: str, *parties: str) -> Guard:
    """Return the guard that names who of a set of parties has not agreed yet."""

    def guard(context: CaseContext) -> str | None:
        missing = [context.procedure.party(p).label for p in context.not_agreed(what, parties)]
        return f"还差{'、'.join(missing)}同意" if missing else None

    return guard
