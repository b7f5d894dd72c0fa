"""What the congress's procedures share: who is told, months as clocks, the acts that all have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qiying.capabilities.oversight.services.keeping import cite
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Clock
from qiying.kernel.cases.standard import ending, recording, reminding, writing
from qiying.kernel.cases.vocabulary import Action, Party
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with

NOTICE = "oversight_told"
CONGRESS_PARTY = Party("congress", "人大机关", sees=("asker", "contact", "restricted"))
LEAD_PARTY = Party("lead", "承办单位", sees=("asker", "contact", "restricted"))
ANNULMENT = replace(ending.ANNULMENT, decided_by=CONGRESS_PARTY.code)
CONGRESS = ("congress:congress",)
LEAD = ("lead:handler", "lead:liaison", "lead:leader")


class Reason(ActionInput):
    reason: str = entry("事实和理由", widget="textarea", min_length=4, max_length=600, help="对方会看到")


class Text(ActionInput):
    text: str = entry("写什么", widget="textarea", min_length=2, max_length=1000)


def congress_of(district_id: int) -> int | None:
    """Return the unit of the congress that keeps oversight."""
    return next(iter(units_with(district_id, "oversight")), None)


def is_own_unit(act: Act, unit_id: int) -> bool:
    """Tell whether a unit is one of this district's that works."""
    return Unit.objects.filter(pk=unit_id, district_id=act.case.district_id, is_active=True).exists()


def told(act: Act, what: str, words: str, *parties: str) -> None:
    """Tell parties what happened; whoever asked by himself, not by his link."""
    rows = [p for p in act.parties if p.role in parties and p.until is None and p.key[0] != "i"]
    for key in dict.fromkeys(p.key for p in rows):
        act.notify(NOTICE, key, what=what, title=act.case.title, words=words)


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


def in_time(act: Act, kind: str, key: str = "") -> bool:
    """Tell whether what runs is done by its day."""
    found = [c for c in act.clocks if c.kind == kind and c.state != Clock.State.STOPPED]
    return all(act.today <= c.due_by for c in found if not key or c.party_key == key)


def shared_acts(
    open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...], voided: str
) -> tuple[Action, ...]:
    """Return remarks, urging, receipts, letters, annulling by two people, and what programs do."""
    return (
        Action("note", "内部留言", every, (*CONGRESS, *handles), recording.note, (), Text, sentence="留言：{text}",
               is_minor=True, icon="edit"),
        Action("urge", "催办", open_, CONGRESS, reminding.urges(), (), reminding.Urge, notices=("card",),
               checks=(reminding.check_addressee,), sentence="催办：{text}", is_minor=True, icon="bell"),
        Action("acknowledge", "回执", every, handles, reminding.acknowledge, (), reminding.Acknowledge,
               guards=(reminding.has_unacknowledged,), checks=(reminding.check_addressed,), sentence="回执：{text}"),
        writing.issue(every, (*CONGRESS, *handles)),
        *ending.annul(open_, voided, asked_by=CONGRESS, decided_by=CONGRESS),
        *recording.by_program(every, open_),
    )  # fmt: skip
