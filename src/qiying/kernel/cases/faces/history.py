"""Each event as one sentence: names for ids, personal values resolved or said to be erased."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.names import field_extra, words_of
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.reading import Happening
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.documents.models import Document

_FIELD = re.compile(r"\{(\w+)\}")
_TAIL = "：，、（"
QUOTED = 320
"""Characters of a quote that stand open; the rest unfolds."""


@dataclass(frozen=True)
class HistoryItem:
    """One act as a page or the API shows it."""

    seq: int
    action: str
    at: datetime
    actor: str
    unit: str
    text: str
    quote: str = ""
    quote_rest: str = ""
    details: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    minor: bool = False
    by_system: bool = False
    by_asker: bool = False

    @property
    def id(self) -> str:
        return f"event-{self.seq}"


def timeline(file: CaseFile) -> list[HistoryItem]:
    """Return a page of the history, newest first, as far as the viewer may read it."""
    return [_item(file, h) for h in file.happenings]


def chosen(items: Iterable[HistoryItem], which: str) -> list[HistoryItem]:
    """Narrow a history: `key` without minor and system acts, `files` with documents only."""
    if which == "key":
        return [i for i in items if not i.minor]
    if which == "files":
        return [i for i in items if i.documents]
    return list(items)


def _item(file: CaseFile, happening: Happening) -> HistoryItem:
    event, action = happening.event, happening.action
    given = file.reading.filled(happening, file.personal)
    is_opening = action is not None and action.code == file.context.procedure.opening.code
    text, used = _sentence(file, action, given, event.action)
    quote = "" if is_opening and file.links else _quote(action, given, used)
    by_system = event.actor_id is None and event.actor_role in {"system", "import", ""} and not is_opening
    by_asker = happening.by_asker
    actor, unit = _actor(file, happening, is_opening=is_opening, by_system=by_system, by_asker=by_asker)
    if is_opening and (file.links or file.case.channel_id):
        text = _came(file, happening)
    return HistoryItem(
        seq=event.seq,
        action=event.action,
        at=event.at,
        actor=actor,
        unit=unit,
        text=text,
        quote=quote[:QUOTED],
        quote_rest=quote[QUOTED:],
        details=_details(file, action, given, used, is_opening=is_opening),
        documents=_documents(file, given),
        minor=bool(action and action.is_minor) or by_system,
        by_system=by_system,
        by_asker=by_asker,
    )


def _sentence(
    file: CaseFile, action: Action | None, given: Mapping[str, Any], code: str
) -> tuple[str, set[str]]:
    """Fill the action's sentence; an empty place takes its colon with it."""
    if action is None:
        return code, set()
    template = action.sentence or action.label
    used = set(_FIELD.findall(template))

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        return words_of(file.context, action, name, given.get(name), file.names)

    text = _FIELD.sub(place, template).replace("“”", "").replace("（）", "").rstrip(_TAIL)
    return text or action.label, used


def opening_said(file: CaseFile, happening: Happening) -> str:
    """Return what an opening's sentence says, filled with what was given."""
    if not file.context.procedure.opening.sentence:
        return "提了这件事"
    given = file.reading.filled(happening, file.personal)
    return _sentence(file, happening.action, given, happening.event.action)[0]


def _quote(action: Action | None, given: Mapping[str, Any], used: set[str]) -> str:
    """Return what was written: long texts the sentence does not hold already. What came in has its own card."""
    if action is None:
        return ""
    said = []
    for name in action.input.model_fields:
        value = given.get(name)
        extra = field_extra(action, name)
        if name in used or not isinstance(value, str) or not value:
            continue
        if extra.get("widget") == "textarea":
            said.append(value)
    return "\n".join(said)


_SHOWN = {"select", "radio", "multiselect", "number", "date", "text"}


def _details(
    file: CaseFile, action: Action | None, given: Mapping[str, Any], used: set[str], *, is_opening: bool
) -> list[str]:
    """Return the other inputs as “label：words”; nothing of an opening that the intake card shows."""
    if action is None or (is_opening and file.links) or not action.is_manual:
        return []
    found = []
    for name, info in action.input.model_fields.items():
        extra = field_extra(action, name)
        known = is_opening and given.get(name) == file.case.title
        if known or name in used or name not in given or extra.get("personal") or _is_row_number(name, extra):
            continue
        words = words_of(file.context, action, name, given[name], file.names)
        if extra.get("widget") == "checkbox":
            found += [str(info.title)] if given[name] is True else []
        elif extra.get("widget") in _SHOWN and words and given[name] != info.default:
            found.append(f"{info.title}：{words}")
    return found


def _is_row_number(name: str, extra: Mapping[str, Any]) -> bool:
    """Tell whether a value is a number that says nothing to a reader (which card, which intake)."""
    found = source(str(extra.get("source", "")))
    if found is None:
        return name.endswith(("_id", "_ids", "_no", "_nos"))
    return found.kind in {"", "enterprise"} and found.labels is None


def _documents(file: CaseFile, given: Mapping[str, Any]) -> list[Document]:
    ids = given.get("documents") or []
    by_id = {d.pk: d for d in file.documents}
    return [by_id[i] for i in ids if i in by_id] if isinstance(ids, list) else []


def _came(file: CaseFile, happening: Happening) -> str:
    """Return how it came in: the channel, and who wrote it down if it was not the asker himself."""
    first = next((link for link in file.links if link.is_primary), None)
    channel = first.intake.channel.name if first else (file.case.channel.name if file.case.channel else "")
    wrote = happening.event.actor_name
    own = first is not None and first.intake.person_id == happening.event.actor_id
    by_office = happening.event.actor_id is not None and not own and not file.is_asker
    said = file.personal.get(first.intake.body_ref) if first else None
    length = f"，原文 {len(said)} 字" if said else ""
    return f"{channel}来件{length}" + (f"，{wrote}登记" if by_office and wrote else "")


def _firm(file: CaseFile, happening: Happening, *, is_opening: bool) -> str:
    """Return the enterprise that acted, by its own name: another that takes part too is never meant."""
    event = happening.event
    if event.on_behalf.startswith("i:"):
        sent = next((k.intake for k in file.links if k.intake_id == int(event.on_behalf[2:])), None)
        return sent.enterprise.label if sent and sent.enterprise else ""
    if event.on_behalf or (event.actor_id is not None and not is_opening):
        return file.names.party(event.on_behalf)
    return file.case.enterprise.label if file.case.enterprise else ""


def _actor(
    file: CaseFile, happening: Happening, *, is_opening: bool, by_system: bool, by_asker: bool
) -> tuple[str, str]:
    event, case = happening.event, file.case
    if by_system:
        return "系统", ""
    if by_asker:
        if case.is_covered:
            return case.asker_label, ""
        firm = _firm(file, happening, is_opening=is_opening)
        name = "" if is_opening or event.actor_name == firm else event.actor_name
        return (firm, name) if firm else (name or "来件人", "")
    return event.actor_name or "系统", file.names.party(event.on_behalf)
