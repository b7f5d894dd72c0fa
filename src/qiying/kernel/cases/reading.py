"""What a viewer may read of a case: the one decision behind every page, list, letter, notice and API shape.

Who handles a case never learns who asked unnamed (隐名转办), by no field and in no text. One of several askers reads
nothing of another. Of an office's act askers read what `Procedure.asker_reads` declares, of any other act nothing.
Full telephones go out by the audited reveal alone. What may not be read is taken out here, before any presenter.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import CharField, TextField

from qiying.kernel.audit.acts import actor_label
from qiying.kernel.audit.personal import filled, personal_get
from qiying.kernel.cases.askers import contact_refs, is_own_intake, live_links, veil_of
from qiying.kernel.cases.context import CaseContext, Rows
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake, Verdict
from qiying.kernel.cases.texts import ERASED, HIDDEN, NO_VEIL, Veil, surname, title_of
from qiying.kernel.cases.vocabulary import Action, Procedure
from qiying.kernel.documents.models import Audience, Document
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.permissions.viewer import Viewer

OTHER = "另一位来件人"
OWN_TITLE = "您说的事"
INWARD = {"draft", "explanation"}
"""Kinds of answers that nobody outside reads before they were approved."""


@dataclass(frozen=True)
class Happening:
    """One event as the viewer may read it: what he may not know is neither in the event nor in `given`."""

    event: CaseEvent
    action: Action | None
    given: Mapping[str, Any]
    by_asker: bool
    is_own: bool = False


def audiences_of(procedure: Procedure, roles: Iterable[str]) -> list[str]:
    """Return the audiences that somebody with these party roles belongs to."""
    held = set(roles)
    wider = [Audience.OFFICE.value] if held - procedure.outside else []
    restricted = [Audience.RESTRICTED.value] if held & procedure.seeing("restricted") else []
    return [Audience.PARTIES.value, *wider, *restricted] if held else []


class _ReadRows(Rows):
    """The rows of a case as far as they may be read."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.source.case)
        self._reading = reading

    def of(self, kind: str) -> dict[int, Any]:
        """Return the readable rows of a kind by number, in order."""
        if kind not in self._loaded:
            found = self._reading.source.rows.of(kind)
            self._loaded[kind] = self._reading.rows(kind, found)
        return self._loaded[kind]


class Reading:
    """One viewer's reading of one case; presenters get `context`, never `source`."""

    def __init__(self, source: CaseContext) -> None:
        self.source = source
        case, viewer = source.case, source.viewer
        self.roles = frozenset(s for s in source.standings if ":" not in s)
        self.outside = source.procedure.outside
        self.is_asker = not viewer.is_system and not self.roles - self.outside
        knows = viewer.is_system or bool(self.roles & source.procedure.seeing("asker"))
        self.hides_asker = case.hide_asker and not knows

    @cached_property
    def context(self) -> CaseContext:
        """The case as it may be read."""
        if not self.is_asker and not self.hides_asker:
            return self.source
        source = self.source
        return CaseContext(self._case(), source.viewer, source.now, rows=_ReadRows(self))

    def _case(self) -> Case:
        case = copy.copy(self.source.case)
        extras = {k: v for k, v in case.extras.items() if k not in {"intake", "person_id", "speaker"}}
        case.extras = self.veil(extras)
        case.title = self.title
        if self.hides_asker:
            case.enterprise, case.is_covered = None, True
        elif self.is_shared:
            first = self.links[0].intake if self.links else None
            case.enterprise = first.enterprise if first else None
            case.channel = first.channel if first else None
        return case

    # --- who asked ----------------------------------------------------------------
    @cached_property
    def _live(self) -> list[CaseIntake]:
        return live_links([self.source.case.pk])

    @property
    def is_shared(self) -> bool:
        """Whether several asked the same."""
        return len(self._live) > 1

    @cached_property
    def own_links(self) -> list[CaseIntake]:
        """The intakes the viewer speaks for: the one of his link, his own, his enterprise's."""
        return [link for link in self._live if is_own_intake(link.intake, self.source.viewer.keys)]

    @cached_property
    def links(self) -> list[CaseIntake]:
        """The intakes the viewer may read; where the asker is hidden, without what tells who he is."""
        if self.is_asker:
            return self.own_links
        return [self._covered(link) for link in self._live] if self.hides_asker else self._live

    def _covered(self, link: CaseIntake) -> CaseIntake:
        link = copy.copy(link)
        intake = link.intake = copy.copy(link.intake)
        intake.enterprise = intake.person = intake.recorded_by = intake.source_id = None
        intake.contact_name_ref = intake.contact_phone_ref = ""
        intake.extras = {k: self.veil(v) for k, v in intake.extras.items() if k == "place"}
        return link

    @cached_property
    def veil(self) -> Veil:
        """Covers words that tell who asked, for a viewer who must not know."""
        return self.outward if self.hides_asker else NO_VEIL

    @cached_property
    def outward(self) -> Veil:
        """The same for whoever handles, whoever looks: what is written to him goes through it."""
        case = self.source.case
        if not case.hide_asker:
            return NO_VEIL
        intakes = [link.intake for link in self._live]
        return veil_of(case, intakes, personal_get(contact_refs(intakes)))

    @cached_property
    def title(self) -> str:
        """The title; where somebody else said it first, the viewer's own first sentence."""
        own = self.own_links
        if self.is_asker and self.is_shared and not any(link.is_primary for link in own):
            said = personal_get([own[0].intake.body_ref]).get(own[0].intake.body_ref) if own else None
            return title_of(said) if said else OWN_TITLE
        return str(self.veil(self.source.case.title))

    # --- rows ---------------------------------------------------------------------
    def rows(self, kind: str, found: Mapping[int, Any]) -> dict[int, Any]:
        """Return the rows of a kind as far as they may be read."""
        if kind == "intake":
            return {link.no: link for link in self.links}
        if self.is_asker:
            return {
                no: self._for_asker(kind, row) for no, row in found.items() if self._asker_reads(kind, row)
            }
        return {no: self._veiled(row) for no, row in found.items()}

    def _asker_reads(self, kind: str, row: Any) -> bool:
        if kind == "verdict":
            return self.is_own_verdict(row)
        if kind == "answer":
            return row.kind not in INWARD or (
                row.kind == "explanation" and self.source.case.outcome == "explained"
            )
        return kind not in {"supervision", "contact"}

    def _for_asker(self, kind: str, row: Any) -> Any:
        inward = {
            "assignment": ("opinion", "return_reason", "return_basis"),
            "approval": ("reason", "basis", "note"),
        }
        if kind not in inward:
            return row
        row = copy.copy(row)
        for name in inward[kind]:
            setattr(row, name, "")
        return row

    def _veiled(self, row: Any) -> Any:
        texts = [f.attname for f in row._meta.concrete_fields if isinstance(f, CharField | TextField)]
        changed = {n: new for n in texts if (new := self.veil(old := getattr(row, n))) != old}
        if changed:
            row = copy.copy(row)
            for name, value in changed.items():
                setattr(row, name, value)
        return row

    def is_own_verdict(self, verdict: Verdict) -> bool:
        """Tell whether the viewer's side said it."""
        own = {link.intake_id for link in self.own_links}
        return verdict.intake_id in own or not self.is_shared

    def personal(self, refs: list[str]) -> dict[str, str | None]:
        """Return personal values as far as the viewer may read them, None for an erased one."""
        found: dict[str, str | None] = self.veil(personal_get(refs))
        return found

    # --- events -------------------------------------------------------------------
    def happening(self, event: CaseEvent) -> Happening | None:
        """Return an event as the viewer may read it, None when he may not know of it."""
        machine = self.source.procedure
        action = machine.action(event.action) if machine.has_action(event.action) else None
        by_asker = self._by_asker(event)
        is_own = by_asker and self._is_own(event)
        data = json.loads(event.data)
        given = data.get("input", {})
        if self.is_asker and not is_own:
            told = self._told(event, action, given, by_asker)
            if told is None:
                return None
            given = told
        if by_asker and (self.hides_asker or (self.is_asker and not is_own and self._is_peer(event))):
            event = copy.copy(event)
            event.actor_id, event.on_behalf = None, ""
            event.actor_name = HIDDEN if self.hides_asker else OTHER
        if event.actor_id is None and (program := actor_label(event.actor_name)) != event.actor_name:
            event = copy.copy(event)
            event.actor_name = "" if by_asker else program
        if absent := data.get("acting_for"):
            event = copy.copy(event)
            event.actor_name = f"{event.actor_name}（代{absent}）"
        return Happening(event, action, given, by_asker, is_own)

    def actor(self, event: CaseEvent) -> str:
        """Return who acted, as far as the viewer may know it."""
        if not self._by_asker(event) or (self.is_asker and self._is_own(event)):
            return event.actor_name
        if self.hides_asker:
            return HIDDEN
        return OTHER if self.is_asker and self._is_peer(event) else event.actor_name

    def _is_peer(self, event: CaseEvent) -> bool:
        """Whether one of several in the viewer's own part acted; another party is known by its name."""
        acted = event.actor_role.partition(":")[0]
        return (acted if acted in self.outside else "asker") in self.roles

    def _by_asker(self, event: CaseEvent) -> bool:
        is_opening = event.action == self.source.procedure.opening.code
        if event.on_behalf.startswith("u:") or (event.actor_id is None and not self._live):
            is_opening = False  # an office or a program began it of itself
        return is_opening or event.actor_role.partition(":")[0] in self.outside

    def _is_own(self, event: CaseEvent) -> bool:
        viewer, own = self.source.viewer, self.own_links
        if event.action == self.source.procedure.opening.code and self._live:
            return any(link.is_primary for link in own)
        if viewer.person_id is not None and event.actor_id == viewer.person_id:
            return True
        if event.on_behalf and event.on_behalf in viewer.keys:
            return True
        if event.actor_role.partition(":")[0] not in self.roles:
            return False
        return len(own) == len(self._live) or self._is_own_verdict_at(event.at)

    def _is_own_verdict_at(self, at: datetime) -> bool:
        return any(v.given_at == at for v in self.source.verdicts if self.is_own_verdict(v))

    def _told(
        self, event: CaseEvent, action: Action | None, given: Mapping[str, Any], by_asker: bool
    ) -> Mapping[str, Any] | None:
        """Return what an asker reads of somebody else's act."""
        if by_asker and self._is_peer(event):
            return {}  # one of several askers
        if action is None:
            return None
        names = self.source.procedure.asker_reads.get(action.code, None if event.from_state else ())
        about_one = self.is_shared and "intake_id" in action.input.model_fields
        is_refused = bool(action.decides) and given.get("decision") != "approved"
        if is_refused and "decision" not in (names or ()):
            return None  # what did not happen is the offices' own
        if names is None or (about_one and not self._is_own_verdict_at(event.at)):
            return None
        return {k: v for k, v in given.items() if k in names}

    def filled(self, happening: Happening, personal: Mapping[str, str | None]) -> dict[str, Any]:
        """Return an event's input with personal values; who asked is masked, or left out where he is hidden."""
        given = self.veil(filled(dict(happening.given), personal, erased=ERASED))
        if happening.action is None:
            return dict(given)
        found = {}
        for name, value in given.items():
            info = happening.action.input.model_fields.get(name)
            extra = info.json_schema_extra if info is not None else None
            tells = extra.get("tells_asker", "") if isinstance(extra, dict) else ""
            if not tells or not self.hides_asker:
                found[name] = MASKS[tells](value) if tells in MASKS and value != ERASED else value
        return found

    # --- documents ----------------------------------------------------------------
    def documents(self, most: int = 60) -> list[Document]:
        """Return the readable documents of the case, newest first."""
        mine = audiences_of(self.source.procedure, self.roles)
        shown = list(Audience.values) if self.source.viewer.is_system else mine
        rows = Document.objects.filter(subject=f"case:{self.source.case.pk}", audience__in=shown)
        read = (self.document(d) for d in rows.order_by("-id")[:most])
        return [d for d in read if d is not None]

    def document(self, document: Document) -> Document | None:
        """Return a document of the viewer's audience as he may know it, None for another's or a hidden asker's."""
        several = self.is_shared or len(self.outside & {p.role for p in self.source.parties}) > 1
        if not self.hides_asker and not (self.is_asker and several):
            return document
        own = self._brought.get(document.pk)
        if self.is_asker:
            return None if own is False else document
        if own is not None:
            return None  # a picture cannot be veiled as words are: the desk hands on what does not tell who asked
        document = copy.copy(document)
        document.name = self.veil(document.name)
        document.enterprise_id = None
        return document

    @property
    def brought_by_askers(self) -> frozenset[int]:
        """The documents that askers brought with their acts."""
        return frozenset(self._brought)

    @cached_property
    def _brought(self) -> dict[int, bool]:
        """By document that an asker or another party brought: whether it is the viewer's side's, or shown to it."""
        rows = CaseEvent.objects.filter(case=self.source.case, data__contains='"documents"').order_by("seq")
        asked = [e for e in rows if self._by_asker(e)]
        return {
            i: self._is_own(e) or (not self._is_peer(e) and self._shows_files(e))
            for e in asked
            for i in json.loads(e.data)["input"].get("documents", [])
        }

    def _shows_files(self, event: CaseEvent) -> bool:
        return "documents" in self.source.procedure.asker_reads.get(event.action, ())


MASKS = {"name": surname, "phone": mask_phone}


def case_reading(case: Case, viewer: Viewer, now: datetime) -> Reading:
    """Return a viewer's reading of a case."""
    return Reading(CaseContext(case, viewer, now))


def told_words(source: CaseContext, to: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notice's facts as its recipient may read them (`u:3`, `u:3#handler`, `p:5`, `e:9`, `i:7`).

    Who handles gets no word that tells a hidden asker; one of several askers gets no title that is another's sentence.
    """
    key = to.partition("#")[0]
    roles = {p.role for p in source.parties if p.key == key}
    live = sum(r.until is None for r in source.rows.of("intake").values())
    title = OWN_TITLE if live > 1 and roles & source.procedure.outside else source.case.title
    found: dict[str, Any] = {"title": title, **words}
    if source.case.hide_asker and not roles & source.procedure.seeing("asker"):
        found = Reading(source).outward(found)
    return found
