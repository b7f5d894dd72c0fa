"""One act in progress: effects change rows through it, so that the event says exactly what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from qiying.kernel.cases import clocks
from qiying.kernel.cases.context import ROW_MODELS, CaseContext, Rows
from qiying.kernel.cases.models import Answer, Approval, Assignment, Case, Clock, Supervision
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.reading import told_words
from qiying.kernel.cases.vocabulary import RECUSED, Action, ActionInput
from qiying.kernel.notices.services import NoticeSpec
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Count:
    """One figure fact of this act; dimensions are the case's unless named."""

    measure: str
    value: int = 1
    bucket: int = 0
    unit_id: int | None = None
    month_of: date | None = None


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: dates and instants as ISO text, decimals as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, str):
        return str(value)
    return value


class Act(CaseContext):
    """What an effect works with. Every change goes through `set`, `new` and `change`, never to a row directly."""

    def __init__(
        self,
        case: Case,
        viewer: Viewer,
        now: datetime,
        *,
        action: Action,
        data: ActionInput,
        refs: Mapping[str, str],
        rows: Rows | None = None,
    ) -> None:
        super().__init__(case, viewer, now, rows=rows)
        self.action = action
        self.data: Any = data
        self.refs = refs
        self.from_state = case.state
        self.ops: list[dict[str, Any]] = []
        self.created: list[tuple[str, Any]] = []
        self.changed: dict[tuple[str, int], set[str]] = {}
        self.case_fields: set[str] = set()
        self.counts: list[Count] = []
        self.notices: list[NoticeSpec] = []
        self.emitted: list[tuple[str, dict[str, Any]]] = []
        self.restated: dict[str, Any] = {}
        self.index_text: str | None = None
        self.document_audience = ""  # by default all parties for what an asker brings or reads, else offices
        self.session_key: str | None = None
        self.intakes: list[Any] | None = None
        self.own_intakes: list[int] = []  # read by a check, as is
        self.enterprise: Any = None  # read by a check, so that an effect need not read it again
        self.on_behalf = ""

    # --- who acts ----------------------------------------------------------------
    @property
    def acting_role(self) -> str:
        """The standing by which this act is done, the most exact first; empty for whoever only opens."""
        matching = sorted(set(self.action.by) & self.standings, key=lambda s: (":" not in s, s))
        return matching[0] if matching else ""

    @property
    def acting_party(self) -> str:
        """The code of the party that acts."""
        return self.acting_role.partition(":")[0]

    @property
    def acting_key(self) -> str:
        """On whose behalf the act is done: a unit, an enterprise, an intake's link; empty for a person by himself."""
        mine, party = set(self.viewer.keys), self.acting_party
        keys = [p.key for p in self.parties if p.role == party and p.key in mine]
        return next((k for letter in "uei" for k in keys if k[0] == letter), "")

    # --- changes ---------------------------------------------------------------
    def set(self, **fields: Any) -> None:
        """Change fields of the case."""
        for name, value in fields.items():
            setattr(self.case, name, value)
            self.case_fields.add(name)
        self.ops.append({"set": {k: plain(v) for k, v in fields.items()}})

    def new(self, kind: str, /, **fields: Any) -> Any:
        """Add a row of a kind and return it, unsaved; its number is the next in the case."""
        rows = self.rows.of(kind)
        no = max(rows, default=0) + 1
        row = ROW_MODELS[kind](case_id=self.case.pk, no=no, **fields)
        rows[no] = row
        self.created.append((kind, row))
        self.ops.append({"row": kind, "no": no, "f": {k: plain(v) for k, v in fields.items()}})
        return row

    def change(self, kind: str, row: Any, /, **fields: Any) -> None:
        """Change fields of a row of this case."""
        for name, value in fields.items():
            setattr(row, name, value)
        if not any(r is row for _, r in self.created):
            self.changed.setdefault((kind, row.no), set()).update(fields)
        self.ops.append({"row": kind, "no": row.no, "f": {k: plain(v) for k, v in fields.items()}})

    def go(self, state: str) -> None:
        """Move to a state that the action names; raise `ValueError` on any other."""
        if state not in self.action.to:
            raise ValueError(f"{self.action.code} 不能到 {state}")
        new = self.procedure.state(state)
        fields: dict[str, Any] = {"state": state, "turn": new.turn}
        if new.is_final:
            fields |= {"is_open": False, "closed_on": self.today}
        elif not self.case.is_open:
            fields |= {"is_open": True, "closed_on": None, "outcome": ""}
        self.set(**fields)

    def set_extras(self, **values: Any) -> None:
        """Change entries of the case's extras, as the procedure declares them; None takes an entry away."""
        self.set(extras=self.procedure.extras.checked({**self.case.extras, **values}, values))

    def count(self, measure: str, value: int = 1, **rest: Any) -> None:
        """Count a figure in the month of this act."""
        self.counts.append(Count(measure, value, **rest))

    def restate(self, **dimensions: Any) -> None:
        """Move this case's earlier figures to other dimensions, in the months they happened (re-stated)."""
        if dimensions:
            self.restated.update(dimensions)

    def notify(self, template: str, to: str, *, dedupe: str = "", **context: Any) -> None:
        """Queue a notice to a party key (`u:3`, `u:3#handler`, `p:5`, `e:9`).

        An intake (`i:7`) is somebody without an account: the capability tells him by SMS with a signed link.
        """
        words = {"case": self.case.number, **told_words(self, to, context)}
        if to.startswith("i:"):
            self.emit("tell_asker", intake_id=int(to[2:]), template=template, context=words)
            return
        self.notices.append(
            NoticeSpec(
                template=template,
                to=to,
                context=words,
                subject=f"case:{self.case.number}",
                dedupe_key=dedupe or f"{self.case.number}:{self.case.seq + 1}:{template}:{to}",
                url=f"/cases/{self.case.number}/",
            )
        )

    def emit(self, event: str, **payload: Any) -> None:
        """Tell other capabilities after commit, at least once, through the worker."""
        self.emitted.append((event, {"case": self.case.number, **payload}))

    def ref(self, field: str) -> str:
        """Return the reference under which a personal input was stored, or an empty text."""
        return self.refs.get(field, "")

    def parameter(self, name: str, on: date | None = None) -> Any:
        """Return a rule's value: as fixed at opening if it was, else valid today."""
        if name in self.case.params:
            return self.case.params[name]
        return parameter(name, district_id=self.case.district_id, on=on or self.today)

    def tell(self, role: str, template: str, people: str = "", **context: Any) -> None:
        """Tell the units that take part in a role, or only their people of some roles (`policy+handler`)."""
        for unit_id in self.units_of(role):
            self.notify(template, f"u:{unit_id}#{people}" if people else f"u:{unit_id}", **context)

    # --- parties -----------------------------------------------------------------
    def party_add(self, key: str, role: str) -> None:
        """Let somebody take part; nothing happens if he already does in that role."""
        if not any(p.key == key and p.role == role for p in self.parties):
            self.new("party", key=key, role=role, since=self.now, until=None)

    def party_end(self, key: str, role: str) -> None:
        """End a part; the unit loses sight of the case unless it has another part."""
        for p in self.parties:
            if p.key == key and p.role == role:
                self.change("party", p, until=self.now)

    def recuse(self, person_id: int) -> None:
        """Keep a person out of the case from now on, though his unit takes part: nothing to see, nothing to do."""
        self.party_add(f"p:{person_id}", RECUSED)

    def agree(self, what: str, agrees: bool, note: str = "") -> None:
        """Record what the acting party says to something that several have to agree to."""
        for row in self.agreements:
            if (row.what, row.party) == (what, self.acting_party) and row.is_current:
                self.change("agreement", row, is_current=False)
        by = {"given_by_id": self.viewer.person_id, "given_by_name": self.viewer.name}
        at = {"given_at": self.now, "given_on": self.today}
        said = {"party": self.acting_party, "key": self.acting_key, "agrees": agrees, "note": note}
        self.new("agreement", what=what, **said, is_current=True, **by, **at)

    # --- clocks ------------------------------------------------------------------
    def clock_start(
        self,
        kind: str,
        *,
        limit: int | None = None,
        started_on: date | None = None,
        started_at: datetime | None = None,
        words: str = "",
        assignment: Assignment | None = None,
        party_key: str = "",
        stamp: str = "",
    ) -> Clock:
        """Start a clock of a deadline the procedure declares; without `limit` the dated parameter gives it."""
        deadline = self.procedure.deadline(kind)
        value = self.parameter(deadline.parameter) if limit is None else limit
        rungs = self.parameter("clock.rungs") if deadline.has_cards else []
        fields = clocks.start_fields(
            kind=kind,
            limit=int(value),
            unit=deadline.unit,
            rule=stamp or deadline.rule,
            words=words,
            started_on=started_on or self.today,
            started_at=started_at or self.now,
            calendar=self.calendar,
            rungs=rungs,
        )
        look = fields["next_look_at"]
        if look is not None and look <= self.now:  # it began in the past: whoever has it now gets a morning first
            fields["next_look_at"] = clocks.office_opens(self.now, self.calendar, after_today=True)
        clock: Clock = self.new(
            "clock", assignment_no=assignment.no if assignment else None, party_key=party_key, **fields
        )
        if deadline.is_promise:
            self.set(promised_by=clock.promised_by)
        return clock

    def stop(self, *kinds: str, result: str | None = None) -> None:
        """Stop clocks of some kinds, those of co-handlers too."""
        for clock in self.clocks:
            if clock.kind in kinds:
                self.clock_stop(clock, result=result)

    def end_clocks(self, result: str = "cancelled") -> None:
        """Stop every clock that still runs."""
        for clock in self.clocks:
            self.clock_stop(clock, result=result)

    def keep_due(self) -> None:
        """Copy the clock that counts now to the case, by which lists are sorted; a final state ends them all."""
        if self.state.is_final:
            self.end_clocks()
        stopped = Clock.State.STOPPED
        live = [c for c in self.clocks if c.state != stopped and c.assignment_no is None]
        live = [c for c in live if self.procedure.deadline(c.kind).counts]
        due = live[-1].due_by if live else None
        paused = any(c.state == Clock.State.PAUSED for c in live)
        state = "paused" if paused else "running" if live else "stopped" if self.clocks else "none"
        if (due, state) != (self.case.due_by, self.case.clock_state):
            self.set(due_by=due, clock_state=state)

    def clock_stop(self, clock: Clock | None, *, result: str | None = None) -> None:
        """Stop a clock; the result is met or breached by its due day unless said otherwise (`cancelled`)."""
        if clock is None or clock.state == Clock.State.STOPPED:
            return
        ended_on = self.today
        if clock.state == Clock.State.PAUSED and clock.paused_from is not None:
            ended_on = clock.paused_from
            self._close_pause(clock)
        judged = result or ("met" if ended_on <= clock.due_by else "breached")
        self.change(
            "clock",
            clock,
            state="stopped",
            stopped_on=ended_on,
            result=judged,
            next_look_at=None,
            paused_from=None,
            pause_kind="",
        )

    def clock_restart(self, clock: Clock, *, at_least: int = 1) -> None:
        """Let a stopped clock go on after a reopening: same promise, what was left, at least so many workdays."""
        stopped_on = clock.stopped_on or self.today
        self.change("clock", clock, paused_from=stopped_on, state="paused", stopped_on=None, result="")
        self.new("pause", clock_no=clock.no, kind="closed", from_on=stopped_on, to_on=None, reason="办结期间")
        self.clock_resume(clock, at_least=at_least)

    def _close_pause(self, clock: Clock) -> None:
        for p in self.rows.of("pause").values():
            if p.clock_no == clock.no and p.to_on is None:
                self.change("pause", p, to_on=self.today)

    def clock_pause(self, clock: Clock | None, kind: str, reason: str = "") -> None:
        """Pause a running clock from today; a clock that is already paused stays as it is."""
        if clock is None or clock.state != Clock.State.RUNNING:
            return
        self.change(
            "clock", clock, state="paused", paused_from=self.today, pause_kind=kind, next_look_at=None
        )
        self.new("pause", clock_no=clock.no, kind=kind, from_on=self.today, to_on=None, reason=reason)

    def clock_resume(self, clock: Clock | None, *, at_least: int = 0) -> None:
        """Let a paused clock go on with what was left, at least so many workdays."""
        if clock is None or clock.state != Clock.State.PAUSED:
            return
        self._close_pause(clock)
        fields = clocks.resume_fields(clock, on=self.today, calendar=self.calendar, at_least=at_least)
        self.change("clock", clock, **fields)
        self._moved(clock)

    def clock_extend(self, clock: Clock, days: int) -> None:
        """Add days of the clock's unit to its due day; the promise stays."""
        self.change("clock", clock, extended_by=clock.extended_by + days)
        self.change("clock", clock, due_by=clocks.due_of(clock, self.calendar))
        self._moved(clock)

    def _moved(self, clock: Clock) -> None:
        """Look at the new day, and say why it is that day: a text that argues for another day would lie."""
        self.look_again(clock)
        self.change("clock", clock, explanation=self.clock_explained(clock))

    def clock_explained(self, clock: Clock) -> str:
        """Return why a clock's due day is what it is now."""
        pauses = [
            (p.from_on, p.to_on, p.kind)
            for p in self.rows.of("pause").values()
            if p.clock_no == clock.no and p.to_on is not None
        ]
        return clocks.explain_again(clock, pauses, self.calendar)

    def look_again(self, clock: Clock) -> None:
        """Say when the worker must look at a clock next."""
        look = clocks.next_look(clock, fired=self.fired_rungs(clock), calendar=self.calendar)
        self.change("clock", clock, next_look_at=look)

    def fired_rungs(self, clock: Clock) -> frozenset[str]:
        """Return the rungs of a clock that fired: each fires once in its life."""
        return frozenset(s.rung for s in self.supervisions if s.clock_no == clock.no and s.rung)

    # --- common rows ----------------------------------------------------------------
    def answer(self, kind: str, text: str, **fields: Any) -> Answer:
        """Record a version of the answer; a final one replaces the earlier as current."""
        if kind != "interim":
            for a in self.answers:
                if a.is_current and a.kind != "interim":
                    self.change("answer", a, is_current=False)
        answer: Answer = self.new(
            "answer",
            kind=kind,
            text=text,
            given_by_id=self.viewer.person_id,
            given_by_name=self.viewer.name,
            given_at=self.now,
            given_on=self.today,
            is_current=True,
            **fields,
        )
        return answer

    def ask_approval(self, kind: str, reason: str, **fields: Any) -> Approval:
        """Ask a second person to decide."""
        approval: Approval = self.new(
            "approval",
            kind=kind,
            reason=reason,
            asked_by_id=self.viewer.person_id,
            asked_by_name=self.viewer.name,
            asked_at=self.now,
            **fields,
        )
        return approval

    def decide_approval(self, approval: Approval, decision: str, note: str = "") -> None:
        """Record the second person's decision: approved or refused."""
        self.change(
            "approval",
            approval,
            decision=decision,
            decided_by_id=self.viewer.person_id,
            decided_by_name=self.viewer.name,
            decided_at=self.now,
            note=note,
        )

    def supervise(self, kind: str, *, text: str = "", needs_ack: bool = False, **fields: Any) -> Supervision:
        """Issue an addressed act: card, urging letter, instruction, task force."""
        name = "系统" if self.viewer.is_system else self.viewer.name
        issuer = {"issued_by_id": self.viewer.person_id, "issued_by_name": name}
        row: Supervision = self.new(
            "supervision",
            kind=kind,
            text=text,
            needs_ack=needs_ack,
            issued_at=self.now,
            issued_on=self.today,
            **{**issuer, **fields},
        )
        return row
