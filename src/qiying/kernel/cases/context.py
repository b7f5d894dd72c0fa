"""A case as one viewer meets it: rows loaded at most once, standings, and the rules every guard may ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.case_rows import rows_of
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import (
    Agreement,
    Answer,
    Approval,
    Assignment,
    Case,
    CaseIntake,
    CaseParty,
    Clock,
    ClockPause,
    Contact,
    Supervision,
    Verdict,
)
from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES, RECUSED, Procedure, State
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import Calendar

ROW_MODELS: dict[str, Any] = {
    "party": CaseParty,
    "intake": CaseIntake,
    "clock": Clock,
    "pause": ClockPause,
    "assignment": Assignment,
    "answer": Answer,
    "verdict": Verdict,
    "approval": Approval,
    "agreement": Agreement,
    "supervision": Supervision,
    "contact": Contact,
}


KINDS = tuple(ROW_MODELS.items())


class Rows:
    """The numbered rows of one case, read together in one statement when first asked for."""

    def __init__(self, case: Case, *, is_new: bool = False) -> None:
        self.case = case
        self._loaded: dict[str, dict[int, Any]] = {k: {} for k in ROW_MODELS} if is_new else {}

    def of(self, kind: str) -> dict[int, Any]:
        """Return the rows of a kind by number, in order."""
        if kind not in self._loaded:
            self._loaded = rows_of(self.case.pk, KINDS) | self._loaded
        return self._loaded[kind]


class CaseContext:
    """What guards see: the case, its rows, who is looking and what day it is."""

    def __init__(self, case: Case, viewer: Viewer, now: datetime, *, rows: Rows | None = None) -> None:
        self.case = case
        self.viewer = viewer
        self.now = now
        self.today: date = local_date(now)
        self.rows = rows or Rows(case)

    @cached_property
    def procedure(self) -> Procedure:
        return PROCEDURES.get(self.case.procedure, self.case.version)

    @property
    def extras(self) -> Extras:
        """What belongs to this procedure's cases alone, typed."""
        return self.procedure.extras.of(self.case)

    @property
    def state(self) -> State:
        return self.procedure.state(self.case.state)

    @property
    def sentence(self) -> str:
        """What the viewer reads of the state, by the party he is."""
        sides = {p.code: p.side for p in self.procedure.parties if p.code in self.standings}
        if self.viewer.is_system or not sides or "office" in sides.values():
            return self.state.said_to("office", sides)
        return self.state.said_to(next(iter(sides.values())), sides)

    @property
    def turn_side(self) -> str:
        """The side of the party that has to act: enterprise, office, person, or nobody."""
        turn = self.state.turn
        return turn if turn == NOBODY else self.procedure.party(turn).side

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_for(self.case.district_id)

    # --- rows ---------------------------------------------------------------
    @property
    def parties(self) -> list[CaseParty]:
        return [p for p in self.rows.of("party").values() if p.until is None]

    @property
    def assignments(self) -> list[Assignment]:
        return list(self.rows.of("assignment").values())

    @property
    def clocks(self) -> list[Clock]:
        return list(self.rows.of("clock").values())

    @property
    def answers(self) -> list[Answer]:
        return list(self.rows.of("answer").values())

    @property
    def verdicts(self) -> list[Verdict]:
        return list(self.rows.of("verdict").values())

    @property
    def approvals(self) -> list[Approval]:
        return list(self.rows.of("approval").values())

    @property
    def agreements(self) -> list[Agreement]:
        return list(self.rows.of("agreement").values())

    @property
    def contacts(self) -> list[Contact]:
        return list(self.rows.of("contact").values())

    @property
    def supervisions(self) -> list[Supervision]:
        return list(self.rows.of("supervision").values())

    @property
    def lead(self) -> Assignment | None:
        """The current lead assignment, if any."""
        ended = {Assignment.State.RETURNED, Assignment.State.ENDED}
        return next(
            (a for a in reversed(self.assignments) if a.role == "lead" and a.state not in ended), None
        )

    @property
    def open_co_assignments(self) -> list[Assignment]:
        waiting = {Assignment.State.SENT, Assignment.State.TAKEN}
        return [a for a in self.assignments if a.role == "co" and a.state in waiting]

    @property
    def current_answer(self) -> Answer | None:
        """The version a verdict is asked on: the last answer that is not interim."""
        return next((a for a in reversed(self.answers) if a.is_current and a.kind != "interim"), None)

    def units_of(self, role: str) -> list[int]:
        """Return the units that take part in a role now."""
        return [int(p.key[2:]) for p in self.parties if p.role == role and p.key[0] == "u"]

    def decider_of(self, kind: str) -> str:
        """Return what people call the party that decides on a kind of approval."""
        code = self.procedure.approval(kind).decided_by
        return next((p.label for p in self.procedure.parties if p.code == code), "")

    def not_agreed(self, what: str, parties: Iterable[str]) -> list[str]:
        """Return the parties of a set that have not agreed to something, or took it back."""
        agreed = {a.party for a in self.agreements if a.what == what and a.is_current and a.agrees}
        return [p for p in parties if p not in agreed]

    def open_approval(self, *kinds: str) -> Approval | None:
        return next((a for a in self.approvals if a.kind in kinds and not a.decision), None)

    def clock(self, kind: str, assignment_no: int | None = None) -> Clock | None:
        """The last clock of a kind (of one assignment) that has not stopped."""
        for c in reversed(self.clocks):
            if c.kind == kind and c.state != Clock.State.STOPPED and c.assignment_no == assignment_no:
                return c
        return None

    # --- who ----------------------------------------------------------------
    def in_time(self, kind: str, key: str = "") -> bool:
        """Tell whether what runs, of one party where its key is given, is done by its day."""
        running = [c for c in self.clocks if c.kind == kind and c.state != Clock.State.STOPPED]
        return all(self.today <= c.due_by for c in running if key in ("", c.party_key))

    def is_own_unit(self, unit_id: int) -> bool:
        """Tell whether a unit is one of the case's district that works."""
        return Unit.objects.filter(pk=unit_id, district_id=self.case.district_id, is_active=True).exists()

    @cached_property
    def standings(self) -> frozenset[str]:
        """Roles of the viewer in this case, as `party-role:membership-role` and as the party role alone."""
        if self.viewer.is_system:
            name = self.viewer.name
            return frozenset({"import" if name == "import_service" else "system"})
        found: set[str] = set()
        keys = set(self.viewer.keys)
        if any(p.role == RECUSED and p.key in keys for p in self.parties):
            return frozenset()
        by_unit: dict[str, list[str]] = {}
        for m in self.viewer.memberships:
            by_unit.setdefault(f"u:{m.unit_id}", []).append(m.role)
        for p in self.parties:
            if p.key not in keys:
                continue
            found.add(p.role)
            found.update(f"{p.role}:{r}" for r in by_unit.get(p.key, ()))
        return frozenset(found)

    @cached_property
    def own_assignments(self) -> list[Assignment]:
        """Assignments of units the viewer acts for, current ones only."""
        ended = {Assignment.State.RETURNED, Assignment.State.ENDED}
        return [a for a in self.assignments if a.unit_id in self.viewer.unit_ids and a.state not in ended]

    @cached_property
    def has_handled(self) -> bool:
        """Whether the viewer handles or ever handled this case, himself or through his unit."""
        if self.viewer.is_system:
            return False
        units, person = self.viewer.unit_ids, self.viewer.person_id
        if any(
            a.unit_id in units or (person is not None and a.handler_id == person) for a in self.assignments
        ):
            return True
        return person is not None and any(a.given_by_id == person for a in self.answers)
