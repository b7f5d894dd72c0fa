"""A case as whoever asked reads it, for every procedure: the answer, why this day, whom to call, what happened.

A capability adds words for its acts and panels of its own with `asker_face`; nothing else about its cases is special.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from qiying.kernel.cases.faces.clocks import ClockFace, row_status
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.history import HistoryItem, opening_said, timeline
from qiying.kernel.cases.models import Answer, Case, CaseIntake
from qiying.kernel.cases.reading import OTHER, Happening
from qiying.kernel.cases.texts import ERASED
from qiying.kernel.documents.models import Document
from qiying.kernel.organisations.offers import discover
from qiying.ui.humanize import day_dated_words, moment_words

if TYPE_CHECKING:
    from qiying.kernel.cases.views.asker_door import Door

YOU = "您"
KIND_WORDS = {"interim": "进展", "explanation": "解释"}
Place = Literal["head", "main", "side"]


@dataclass(frozen=True)
class AskerAct:
    """How one of the asker's acts is worded: its heading, button, what it does, what is said when it is done.

    An act that waits for the asker, or `is_open`, stands open in the page; others unfold. `template` replaces the
    generic form; `context` adds what it or the heading needs (`text`, `label`), read as `act.more`.
    """

    label: str = ""
    submit: str = ""
    why: str = ""
    confirm: str = ""
    done: str = ""
    is_open: bool = False
    template: str = ""
    context: Callable[[CaseFile], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Panel:
    """One part of the page that a capability adds."""

    template: str
    context: Mapping[str, Any]
    place: Place = "main"


@dataclass(frozen=True)
class AskerFace:
    """What a procedure says on its asker's pages beyond what the machine says.

    `amounts` gives by case what stands at the end of a line in lists, in one query for a page.
    """

    acts: Mapping[str, AskerAct] = field(default_factory=dict)
    panels: Callable[[Door, CaseFile], Sequence[Panel]] | None = None
    hint: Callable[[CaseFile], str] | None = None
    amounts: Callable[[Sequence[Case]], Mapping[int, str]] | None = None
    said_plainly: Mapping[str, str] = field(default_factory=dict)
    styles: tuple[str, ...] = ()
    turn_words: Mapping[str, str] = field(
        default_factory=dict
    )  # by state: the pill while it is the asker's turn


_faces: dict[str, AskerFace] = {}
_PLAIN = AskerFace()


def asker_face(procedure: str, face: AskerFace) -> None:
    """Register what the asker's pages of a procedure say; called in an app's `offers.py`."""
    _faces[procedure] = face


def asker_face_of(procedure: str) -> AskerFace:
    """Return what was registered, or the plain default."""
    discover()
    return _faces.get(procedure, _PLAIN)


# --- what happened -------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """One thing that happened, as the page draws it."""

    at: datetime
    who: str
    text: str
    quote: str = ""
    documents: Sequence[Document] = ()
    minor: bool = False


def moments(file: CaseFile) -> list[Moment]:
    """Return what happened, newest first, in the viewer's own words and without those of other askers."""
    by_seq = {h.event.seq: h for h in file.happenings}
    found = [_moment(file, item, by_seq[item.seq]) for item in timeline(file)]
    found += [_came_too(file, link) for link in file.links if not link.is_primary and file.page == file.pages]
    return sorted(found, key=lambda m: m.at, reverse=True)


def _moment(file: CaseFile, item: HistoryItem, happening: Happening) -> Moment:
    if not item.by_asker:
        stands_above = is_answer(file, item)
        return Moment(
            at=item.at,
            who=item.unit or item.actor,
            text=_office_text(file, item),
            quote="" if stands_above else item.quote + item.quote_rest,
            documents=() if stands_above else item.documents,
            minor=item.minor,
        )
    is_opening = not happening.event.from_state
    opening = opening_said(file, happening) if is_opening and happening.is_own else ""
    quote, answer = item.quote + item.quote_rest, shown_answer(file)
    if not happening.is_own and happening.event.actor_name == OTHER:
        label = happening.action.label if happening.action else item.text
        return Moment(item.at, OTHER, "也说了这件事" if is_opening else f"已“{label}”", minor=item.minor)
    if answer is not None and answer.given_at == item.at and answer.text == quote:
        quote = ""  # it stands above the history
    if is_opening and not file.links:
        quote = "\n".join([quote, *item.details]).strip()
    if not happening.is_own:
        return Moment(item.at, item.actor, item.text, quote, item.documents, minor=item.minor)
    is_me = happening.event.actor_id == file.context.viewer.person_id
    channel = _channel(file)
    return Moment(
        at=item.at,
        who=YOU if is_me else (happening.event.actor_name or YOU),
        text=(f"{opening}（{channel}）" if channel else opening) if is_opening else item.text,
        quote=own_words(file) if is_opening and file.links else quote,
        documents=item.documents,
    )


def _channel(file: CaseFile) -> str:
    first = next((link.intake.channel.name for link in file.links if link.is_primary), "")
    return first or (file.case.channel.name if file.case.channel else "")


def _office_text(file: CaseFile, item: HistoryItem) -> str:
    """Return the act in the words that are said to askers."""
    plain = asker_face_of(file.case.procedure).said_plainly
    if item.action in plain:
        return plain[item.action]
    if item.action in {"take", "take_co"} and item.actor and item.unit:
        lead = file.context.lead
        handler = file.names.person(lead.handler_id) if lead and item.action == "take" else ""
        return f"{item.text}，{handler or item.actor}在办"
    return item.text


def _came_too(file: CaseFile, link: CaseIntake) -> Moment:
    said = file.personal.get(link.intake.body_ref) or ""
    text = f"说了这件事（{link.intake.channel.name}），和别人说的是同一件，并在一起办"
    return Moment(link.intake.received_at, YOU, text, quote=said)


# --- answer and words ------------------------------------------------------------------


def shown_answer(file: CaseFile) -> Answer | None:
    """Return the answer the asker may read."""
    return next((a for a in reversed(file.context.answers) if a.kind != "interim"), None)


def is_answer(file: CaseFile, item: HistoryItem) -> bool:
    """Tell whether an act gave the answer that stands above the history."""
    answer = shown_answer(file)
    return answer is not None and answer.given_at == item.at and not item.by_asker


def answer_documents(file: CaseFile) -> list[Document]:
    """Return the files of the current answer."""
    return next((list(i.documents) for i in timeline(file) if i.documents and is_answer(file, i)), [])


def own_words(file: CaseFile) -> str:
    """Return what the viewer's side said at first, or that it was erased."""
    own = file.links
    return (file.personal.get(own[0].intake.body_ref) or ERASED) if own else ""


def waiting_intake(file: CaseFile) -> CaseIntake | None:
    """Return the viewer's intake for which nobody judged the current answer yet."""
    answer = shown_answer(file)
    if answer is None:
        return None
    judged = {v.intake_id for v in file.context.verdicts if v.answer_no == answer.no}
    return next((link for link in file.links if link.intake_id not in judged), None)


def news(file: CaseFile) -> list[Answer]:
    """Return interim replies that are newer than the answer, at most two, newest first."""
    answer = shown_answer(file)
    found = [a for a in file.context.answers if a.kind == "interim" and (answer is None or a.no > answer.no)]
    return found[:-3:-1]


def answer_card(file: CaseFile, answer: Answer, documents: Sequence[Any]) -> dict[str, Any]:
    """Return one version of the answer as a card."""
    owner = next((a for a in file.context.assignments if a.no == answer.assignment_no), None)
    unit = file.names.unit(owner.unit_id) if owner else ""
    count = f"{answer.quantity.normalize():f} {answer.quantity_unit}" if answer.quantity is not None else ""
    firms = f"惠及 {answer.firms_benefited} 家企业" if answer.firms_benefited else ""
    return {
        "no": answer.no,
        "kind": KIND_WORDS.get(answer.kind, "答复"),
        "text": answer.text,
        "by": f"{unit} {answer.given_by_name}".strip(),
        "at": answer.given_at,
        "results": "，".join(r for r in (count.strip(), firms) if r),
        "documents": documents,
    }


# --- the head ----------------------------------------------------------------------------


def page_status(file: CaseFile) -> tuple[str, str]:
    """Return the pill over the sentence: whose turn it is, or how it ended."""
    case, context = file.case, file.context
    if context.state.is_final:
        return "done", context.procedure.outcomes.get(case.outcome, context.state.label)
    if context.state.turn in file.reading.roles:
        answered = case.answered_on and context.procedure.closes_by == "verdict"
        if answered and case.kind != "problem":
            return "done", "已答复"
        if answered and waiting_intake(file) is None:
            return "paused", "等别人评价"
        return "turn", asker_face_of(case.procedure).turn_words.get(
            case.state, f"等您：{context.state.label}"
        )
    if context.procedure.closes_by == "decision":
        return "paused" if case.clock_state == "paused" else "ontime", context.state.label
    return row_status(case, case.due_by, context.today, context.calendar)


def clock_dates(file: CaseFile, clock: ClockFace | None) -> list[tuple[str, str, bool]]:
    """Return the promise, a due day that moved, and when it was done, as (label, words, bold)."""
    if clock is None:
        return []
    today, case = file.context.today, file.case
    label = "承诺" if clock.is_main and clock.is_promise else clock.label
    promised = f"{day_dated_words(clock.promised_by, today)}{_by_when(clock.promised_at)}"
    due = f"{day_dated_words(clock.due_by, today)}{_by_when(clock.due_at)}"
    rows = [(label, promised, True)]
    if due != promised and clock.is_open:
        rows.append(("现在到", due, True))
    answer = shown_answer(file)
    if clock.is_main and case.answered_on and answer:
        rows.append(("实际答复", moment_words(answer.given_at, file.context.now), False))
    return rows


def _by_when(at: datetime | None) -> str:
    return f" {at:%H:%M} 前" if at else "下班前"
