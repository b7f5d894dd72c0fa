"""A case as one of its askers may read it: his own words and files, never those of another who asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qiying.kernel.cases import faces
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.history import HistoryItem
from qiying.kernel.cases.models import Answer, CaseIntake
from qiying.kernel.cases.reading import OTHER, Happening
from qiying.kernel.cases.texts import ERASED
from qiying.kernel.documents.models import Document

YOU = "您"
ANSWERING = frozenset({"answer", "answer_on_spot", "explain", "transfer_update"})
SAID_PLAINLY = {
    "give_back": "说不归它办，退回重新交办",
    "resume": "恢复办理",
    "send_back": "督查部门退回重办",
    "void": "作废了这件事",
    "join": "同样的事已经在办，并到了一起",
}


@dataclass(frozen=True)
class Moment:
    """One thing that happened, as the asker's page draws it."""

    at: datetime
    who: str
    text: str
    quote: str = ""
    documents: Sequence[Document] = ()
    minor: bool = False


def waiting_intake(file: CaseFile) -> CaseIntake | None:
    """Return the viewer's intake for which nobody judged the current answer yet."""
    answer = shown_answer(file)
    if answer is None:
        return None
    judged = {v.intake_id for v in file.context.verdicts if v.answer_no == answer.no}
    return next((link for link in file.links if link.intake_id not in judged), None)


def moments(file: CaseFile) -> list[Moment]:
    """Return what happened, newest first, in the viewer's own words and without those of other askers."""
    by_seq = {h.event.seq: h for h in file.happenings}
    found = [_moment(file, item, by_seq[item.seq]) for item in faces.timeline(file)]
    found += [
        _came_too(file, link) for link in file.links if not link.is_primary and file.page == file.pages
    ]
    return sorted(found, key=lambda m: m.at, reverse=True)


def _moment(file: CaseFile, item: HistoryItem, happening: Happening) -> Moment:
    if not item.by_asker:
        stands_above = item.action in ANSWERING and _is_current(file, item)
        return Moment(
            at=item.at,
            who=item.unit or item.actor,
            text=_office_text(file, item),
            quote="" if stands_above else item.quote + item.quote_rest,
            documents=() if stands_above else item.documents,
            minor=item.minor,
        )
    is_opening = not happening.event.from_state
    if not happening.is_own:
        label = happening.action.label if happening.action else item.text
        return Moment(item.at, OTHER, "也说了这件事" if is_opening else f"已“{label}”", minor=item.minor)
    is_me = happening.event.actor_id == file.context.viewer.person_id
    return Moment(
        at=item.at,
        who=YOU if is_me else (happening.event.actor_name or YOU),
        text=f"说了这件事（{_channel(file)}）" if is_opening else item.text,
        quote=own_words(file) if is_opening else item.quote + item.quote_rest,
        documents=item.documents,
    )


def _channel(file: CaseFile) -> str:
    first = next((link.intake.channel.name for link in file.links if link.is_primary), "")
    return first or (file.case.channel.name if file.case.channel else "")


def _office_text(file: CaseFile, item: HistoryItem) -> str:
    """Return the act in the words that are said to askers."""
    if item.action in SAID_PLAINLY:
        return SAID_PLAINLY[item.action]
    if item.action in {"take", "take_co"} and item.actor and item.unit:
        lead = file.context.lead
        handler = file.names.person(lead.handler_id) if lead and item.action == "take" else ""
        return f"{item.text}，{handler or item.actor}在办"
    return item.text


def _is_current(file: CaseFile, item: HistoryItem) -> bool:
    answer = shown_answer(file)
    return answer is not None and answer.given_at == item.at


def _came_too(file: CaseFile, link: CaseIntake) -> Moment:
    said = file.personal.get(link.intake.body_ref) or ""
    text = f"说了这件事（{link.intake.channel.name}），和别人说的是同一件，并在一起办"
    return Moment(link.intake.received_at, YOU, text, quote=said)


def shown_answer(file: CaseFile) -> Answer | None:
    """Return the answer the asker may read."""
    return next((a for a in reversed(file.context.answers) if a.kind != "interim"), None)


def own_words(file: CaseFile) -> str:
    """Return what the viewer's side said at first, or that it was erased."""
    own = file.links
    return (file.personal.get(own[0].intake.body_ref) or ERASED) if own else ""


def answer_documents(file: CaseFile) -> list[Document]:
    """Return the files of the current answer."""
    for item in faces.timeline(file):
        if item.action in ANSWERING and _is_current(file, item):
            return list(item.documents)
    return []
