"""A case as one of its askers may read it: his own words and files, never those of another who asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qiying.capabilities.service_requests.rules import title_of
from qiying.kernel.cases import faces
from qiying.kernel.cases.faces.file import CaseFile, Happening
from qiying.kernel.cases.faces.history import HistoryItem
from qiying.kernel.cases.models import Answer, CaseIntake, Verdict
from qiying.kernel.documents.models import Document

OTHER = "另一位来件人"
YOU = "您"
ANSWERING = frozenset({"answer", "answer_on_spot", "explain", "transfer_update"})
TO_ASKER = frozenset({"answer", "answer_on_spot", "transfer_update", "interim_reply", "request_material"})
"""Acts of an office whose words and files were written for the asker; of others he reads only that they happened."""
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


def own_links(file: CaseFile) -> list[CaseIntake]:
    """Return the intakes the viewer speaks for: the one of his link, his own, his enterprise's."""
    keys = set(file.context.viewer.keys)
    return [link for link in file.links if _is_own(link, keys)]


def _is_own(link: CaseIntake, keys: set[str]) -> bool:
    intake = link.intake
    if f"i:{intake.pk}" in keys:
        return True
    named = {f"p:{intake.person_id}", f"e:{intake.enterprise_id}"}
    return not intake.is_anonymous and bool(named & keys)


def own_verdicts(file: CaseFile) -> list[Verdict]:
    """Return what the viewer's side said, of every version of the answer."""
    own = {link.intake_id for link in own_links(file)}
    alone = len(file.links) == 1
    return [v for v in file.context.verdicts if v.intake_id in own or (alone and v.intake_id is None)]


def waiting_intake(file: CaseFile) -> CaseIntake | None:
    """Return the viewer's intake for which nobody judged the current answer yet."""
    answer = shown_answer(file)
    if answer is None:
        return None
    judged = {v.intake_id for v in own_verdicts(file) if v.answer_no == answer.no}
    return next((link for link in own_links(file) if link.intake_id not in judged), None)


def is_own_act(file: CaseFile, happening: Happening) -> bool:
    """Tell whether an act on the askers' side was done by the viewer's own side."""
    event, viewer = happening.event, file.context.viewer
    own = own_links(file)
    if happening.action is not None and happening.action.code == file.context.procedure.opening.code:
        return any(link.is_primary for link in own)
    if viewer.person_id is not None and event.actor_id == viewer.person_id:
        return True
    if event.on_behalf and event.on_behalf in viewer.keys:
        return True
    if len(own) == len(file.links):
        return True
    return any(v.given_at == event.at for v in own_verdicts(file))


def moments(file: CaseFile) -> list[Moment]:
    """Return what happened, newest first, in the viewer's own words and without those of other askers."""
    by_seq = {h.event.seq: h for h in file.happenings}
    found = [_moment(file, item, by_seq[item.seq]) for item in faces.timeline(file)]
    found += [
        _came_too(file, link) for link in own_links(file) if not link.is_primary and file.page == file.pages
    ]
    return sorted(found, key=lambda m: m.at, reverse=True)


def _moment(file: CaseFile, item: HistoryItem, happening: Happening) -> Moment:
    if not item.by_asker:
        is_told = item.action in TO_ASKER and not (item.action in ANSWERING and _is_current(file, item))
        return Moment(
            at=item.at,
            who=item.unit or item.actor,
            text=_office_text(file, item),
            quote=item.quote + item.quote_rest if is_told else "",
            documents=item.documents if is_told else (),
            minor=item.minor,
        )
    is_opening = not happening.event.from_state
    if not is_own_act(file, happening):
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
    first = next((link.intake.channel.name for link in own_links(file) if link.is_primary), "")
    return first or (file.case.channel.name if file.case.channel else "")


def _office_text(file: CaseFile, item: HistoryItem) -> str:
    """Return the act without reasons that offices write to one another; a decision is told."""
    if item.action in SAID_PLAINLY:
        return SAID_PLAINLY[item.action]
    if item.action in {"take", "take_co"} and item.actor and item.unit:
        lead = file.context.lead
        handler = file.names.person(lead.handler_id) if lead and item.action == "take" else ""
        return f"{item.text}，{handler or item.actor}在办"
    is_decision = item.action.startswith("decide_") and item.action != "decide_jurisdiction"
    return item.text if is_decision or item.action in TO_ASKER else item.text.partition("：")[0]


def _is_current(file: CaseFile, item: HistoryItem) -> bool:
    answer = shown_answer(file)
    return answer is not None and answer.given_at == item.at


def _came_too(file: CaseFile, link: CaseIntake) -> Moment:
    said = file.personal.get(link.intake.body_ref) or ""
    text = f"说了这件事（{link.intake.channel.name}），和别人说的是同一件，并在一起办"
    return Moment(link.intake.received_at, YOU, text, quote=said)


def shown_answer(file: CaseFile) -> Answer | None:
    """Return the answer the asker may read; an explanation counts only once it was agreed to by a second person."""
    for answer in reversed(file.context.answers):
        is_agreed = answer.kind != "explanation" or file.case.outcome == "explained"
        if answer.kind != "interim" and is_agreed:
            return answer
    return None


def own_words(file: CaseFile) -> str:
    """Return what the viewer's side said at first, or that it was erased."""
    own = own_links(file)
    return (file.personal.get(own[0].intake.body_ref) or "（已依法删除）") if own else ""


def own_title(file: CaseFile) -> str:
    """Return the case's title, or where somebody else said it first, the viewer's own first sentence."""
    own = own_links(file)
    said = (
        file.personal.get(own[0].intake.body_ref) if own and not any(link.is_primary for link in own) else ""
    )
    return title_of(said) if said else file.case.title


def answer_documents(file: CaseFile) -> list[Document]:
    """Return the files of the current answer."""
    for item in faces.timeline(file):
        if item.action in ANSWERING and _is_current(file, item):
            return list(item.documents)
    return []


def readable_documents(file: CaseFile) -> dict[int, Document]:
    """Return the files on this page of the history that the viewer may open."""
    found = [d for m in moments(file) for d in m.documents] + answer_documents(file)
    return {d.pk: d for d in found}
