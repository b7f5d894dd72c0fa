"""What the congress's procedures share: who is told, months as clocks, the acts that all have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qiying.capabilities.oversight.services.keeping import cite
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.standard import ending, recording, reminding, writing
from qiying.kernel.cases.vocabulary import Action, Party
from qiying.kernel.organisations.selectors import units_with

NOTICE = "oversight_told"
told = tells(NOTICE)
CONGRESS_PARTY = Party("congress", "人大机关", sees=("asker", "contact", "restricted"))
LEAD_PARTY = Party("lead", "承办单位", sees=("asker", "contact", "restricted"))
ANNULMENT = replace(ending.ANNULMENT, decided_by=CONGRESS_PARTY.code)
CONGRESS = ("congress:congress",)
LEAD = ("lead:handler", "lead:liaison", "lead:leader")


def congress_of(district_id: int) -> int | None:
    """Return the unit of the congress that keeps oversight."""
    return next(iter(units_with(district_id, "oversight")), None)


def cited(act: Act, what: str) -> None:
    """Cite the articles an act names, once it is written."""
    told: dict[str, Any] = {"articles": list(act.data.article_ids), "now": act.now}
    told["subject"] = f"case:{act.case.number}"
    label = f"{what}：{act.case.title}"
    act.afterwards.append(lambda: cite(actor=act.viewer, label=label, **told))


def not_later(act: Act) -> Iterable[tuple[str, str]]:
    """What is written down has happened."""
    if act.data.on > act.today:
        yield "on", "还没到这一天"


def shared_acts(
    open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...], voided: str
) -> tuple[Action, ...]:
    """Return remarks, urging, receipts, letters, annulling by two people, and what programs do."""
    return (
        recording.remark(every, (*CONGRESS, *handles)),
        reminding.urging(open_, CONGRESS),
        reminding.receipt(every, handles),
        writing.issue(every, (*CONGRESS, *handles)),
        *ending.annul(open_, voided, asked_by=CONGRESS, decided_by=CONGRESS),
        *recording.by_program(every, open_),
    )  # fmt: skip
