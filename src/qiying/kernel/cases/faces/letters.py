"""The text of a case's letters: who is asked what until when, composed from the rows, editable before sending."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Assignment, Clock
from qiying.kernel.cases.vocabulary import LetterKind
from qiying.kernel.documents.letters import Letter
from qiying.kernel.organisations.models import Unit
from qiying.ui.humanize import weekday_words

RULES = (
    "收到后请在 1 个工作日内签收；不归你单位办的，同一期限内写明依据退回。"
    "现在办不了的，向企业写明理由和依据。解决没有，由企业评价。"
)


@dataclass(frozen=True)
class LetterWish:
    """What the person chose: kind, main recipient, copies, and his own text if he changed it."""

    kind: LetterKind
    addressee: Unit | None
    copies: tuple[Unit, ...]
    text: str


def compose(file: CaseFile, wish: LetterWish, issuer: Unit, *, number: str, verify_url: str) -> Letter:
    """Return the letter; nobody who asked unnamed is named in it."""
    paragraphs = tuple(p.strip() for p in wish.text.splitlines() if p.strip()) or standard_text(file, wish)
    contact = (
        f"联系人：{file.context.viewer.name}" + (f"，电话：{issuer.phone}" if issuer.phone else "") + "。"
    )
    return Letter(
        issuer=issuer.name,
        number=number,
        title=f"关于“{_matter(file)}”的{wish.kind.label}",
        addressee=_addressee(file, wish),
        paragraphs=(*paragraphs, contact),
        signed_by=issuer.name,
        signed_on=file.context.today,
        copies_to=tuple(u.name for u in wish.copies),
        printed_by=issuer.name if wish.copies else "",
        printed_on=file.context.today if wish.copies else None,
        case_number=file.case.number,
        verify_url=verify_url,
    )


LONGEST_MATTER = 60
"""Characters of what was said that a letter's title holds at most."""


def _matter(file: CaseFile) -> str:
    """Return the title whole, as whoever handles may read it; one cut for lists is said out or ends at a word."""
    kept = file.case.title
    if kept.endswith("…") and not file.case.hide_asker:
        said = _first_said(file).strip()
        if said.startswith(kept.rstrip("…")):
            kept = re.split(r"[。！？!?\n；;]", said, maxsplit=1)[0]
    return str(file.reading.outward(ending_at_a_word(kept)))


def ending_at_a_word(text: str, longest: int = LONGEST_MATTER) -> str:
    """Return a text that does not break off: up to its last stop when it was cut or is too long, else its last word.

    >>> ending_at_a_word("厂门口的路灯坏了三个月，晚上工…")
    '厂门口的路灯坏了三个月'
    >>> ending_at_a_word("开发区工业路厂门口限高杆挡住货车要绕行三公里晚上工…")
    '开发区工业路厂门口限高杆挡住货车要绕行三公里晚上'
    """
    if not text.endswith("…") and len(text) <= longest:
        return text
    import rjieba  # here: its words take a tenth of a second to load

    cut = text.rstrip("…")[:longest]
    stops = [m.start() for m in re.finditer(r"[，,、：:；;]", cut)]
    if stops and stops[-1] >= len(cut) // 3:
        return cut[: stops[-1]]
    words = list(rjieba.cut(cut))
    return "".join(words[:-1]) if len(words) > 1 else cut


def _addressee(file: CaseFile, wish: LetterWish) -> str:
    if not wish.kind.to:
        return wish.addressee.name if wish.addressee else ""
    if wish.kind.to == "asker":
        return _asker(file)
    keys = [p.key for p in file.context.parties if p.role == wish.kind.to]
    return "、".join(file.names.party(key) or file.names.person(int(key[2:])) for key in keys)


def _asker(file: CaseFile) -> str:
    """Return who asked, for a reader outside: hidden askers stay hidden in every letter to a unit."""
    case = file.case
    return case.enterprise.name if case.enterprise and not case.hide_asker else "来件企业"


def day(on: date) -> str:
    """Return a legal day as letters write it: 11月20日（周五）."""
    return f"{on.month}月{on.day}日（{weekday_words(on)}）"


def standard_text(file: CaseFile, wish: LetterWish) -> tuple[str, ...]:
    """Return the standard paragraphs of a kind."""
    return tuple(p for p in wish.kind.paragraphs(file, wish) if p)


def came(file: CaseFile) -> str:
    """Return when who brought it by which way, and what it is about."""
    case = file.case
    channel = f"通过{case.channel.name}" if case.channel else ""
    who = "一家企业（不具名）" if case.hide_asker or not case.enterprise else case.enterprise.name
    return f"{day(case.received_on)}，{who}{channel}反映：{_matter(file)}。办件号 {case.number}。"


def _said(file: CaseFile) -> str:
    """Return what was said, unless the asker is hidden: his own words could name him."""
    said = "" if file.case.hide_asker else _first_said(file)
    short = said if len(said) <= 260 else f"{said[:260]}……"
    return f"来件原话：“{short}”" if short else ""


def _first_said(file: CaseFile) -> str:
    first = next((link.intake for link in file.links if link.is_primary), None)
    return (file.personal.get(first.body_ref) or "") if first else ""


def _assign(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    case, context = file.case, file.context
    part = _part(file, wish.addressee)
    helpers = [
        file.names.unit(a.unit_id) for a in context.assignments if a.role == "co" and a.state != "returned"
    ]
    by = f"，{day(case.promised_by)}下班前答复企业" if case.promised_by else ""
    helped = f"{'、'.join(helpers)}协办。" if helpers else ""
    asked = f"要办的事：{part.ask}。" if part and part.ask else ""
    return (
        came(file),
        _said(file),
        f"请你单位主办{by}。{helped}{asked}",
        RULES,
    )


def _co(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    part = _part(file, wish.addressee)
    clock = _clock(file, part)
    lead = file.names.unit(file.context.lead.unit_id) if file.context.lead else "主办单位"
    asked = f"请你单位协办，答清：{part.ask}。" if part and part.ask else "请你单位协办。"
    until = f"意见请在{day(clock.due_by)}下班前交{lead}。" if clock else f"意见请尽快交{lead}。"
    return (came(file), _said(file), asked + until)


def _urge(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    context = file.context
    part = _part(file, wish.addressee)
    clock = _clock(file, part) if part and part.role == "co" else None
    due = clock.due_by if clock else file.case.due_by
    what = "协办意见" if part and part.role == "co" else "答复"
    late = open_status(due, context.today, context.calendar).words if due else ""
    when = f"{what}{day(due)}到期，{late}，还没收到。" if due else f"{what}还没收到。"
    return (
        came(file),
        f"请你单位提供的{when}",
        f"请在 1 个工作日内交来{what}；有困难的，写明卡在哪里、哪天能办好。",
    )


def _answer(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    answer = file.context.current_answer
    text = answer.text if answer else "（还没有答复，写好答复后再发。）"
    on = day(file.case.received_on)
    return (
        f"您{on}反映的“{_matter(file)}”（办件号 {file.case.number}），现答复如下：",
        text,
        "解决没有，请您评价。没解决的，退回重办，接着剩下的期限算。" if file.case.kind == "problem" else "",
    )


def _part(file: CaseFile, unit: Unit | None) -> Assignment | None:
    found = [a for a in file.context.assignments if unit and a.unit_id == unit.pk]
    return found[-1] if found else None


def _clock(file: CaseFile, part: Assignment | None) -> Clock | None:
    rows = [c for c in file.context.clocks if part and c.assignment_no == part.no and c.kind != "take"]
    return rows[-1] if rows else None


def _has_answer(context: CaseContext) -> str | None:
    return None if context.current_answer else "没发出去：还没有答复。承办单位答复后再发答复函。"


HANDING_OVER = LetterKind("assign", "交办函", _assign)
JOINING_IN = LetterKind("co", "协办函", _co)
URGING = LetterKind("urge", "催办函", _urge)
ANSWERING = LetterKind("answer", "答复函", _answer, to="asker", needs=_has_answer)
"""Letters of a procedure in which a lead unit answers; another declares its own."""
