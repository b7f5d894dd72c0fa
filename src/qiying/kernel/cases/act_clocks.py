"""What an act does to clocks: starts, stops, pauses, extends them, and keeps the day that counts on the case."""

from __future__ import annotations

from datetime import date, datetime

from qiying.kernel.cases import clocks
from qiying.kernel.cases.act_changes import Changing
from qiying.kernel.cases.models import Assignment, Clock, ClockPause


class ClockChanging(Changing):
    """Changes to clocks, each explained anew where its day moves."""

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
        unit: str = "",
    ) -> Clock:
        """Start a clock of a deadline the procedure declares; without `limit` the dated parameter gives it.

        A `unit` other than the deadline's is what this case was promised in.
        """
        deadline = self.procedure.deadline(kind)
        value = self.parameter(deadline.parameter) if limit is None else limit
        rungs = self.parameter("clock.rungs") if deadline.has_cards else []
        fields = clocks.start_fields(
            kind=kind,
            limit=int(value),
            unit=unit or deadline.unit,
            rule=deadline.rule,
            words=words,
            started_on=started_on or self.today,
            started_at=started_at or self.now,
            calendar=self.calendar,
            rungs=rungs,
            received_on=self.case.received_on,
        )
        look = fields["next_look_at"]
        if (
            look is not None and look <= self.now
        ):  # it began in the past: whoever has it now gets a morning first
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
        ended_on, ended_at = self.today, self.now
        if clock.state == Clock.State.PAUSED and clock.paused_from is not None:
            ended_on = clock.paused_from
            pause = self._close_pause(clock)
            ended_at = pause.from_at if pause and pause.from_at else self.now
        in_time = clocks.is_in_time(clock, ended_on, ended_at, self.calendar)
        timed = {"stopped_at": ended_at} if clock.limit_unit == "hour" else {}
        judged = result or ("met" if in_time else "breached")
        self.change(
            "clock",
            clock,
            state="stopped",
            stopped_on=ended_on,
            result=judged,
            next_look_at=None,
            paused_from=None,
            pause_kind="",
            **timed,
        )

    def clock_restart(self, clock: Clock, *, at_least: int = 1) -> None:
        """Let a stopped clock go on after a reopening: same promise, what was left, at least so many workdays."""
        stopped_on, stopped_at = clock.stopped_on or self.today, clock.stopped_at
        timed = {"stopped_at": None} if stopped_at is not None else {}
        self.change(
            "clock", clock, paused_from=stopped_on, state="paused", stopped_on=None, result="", **timed
        )
        self._stand(clock, "closed", stopped_on, stopped_at, "办结期间")
        self.clock_resume(clock, at_least=at_least)

    def _stand(self, clock: Clock, kind: str, on: date, at: datetime | None, reason: str) -> None:
        timed = {"from_at": at} if at is not None and clock.limit_unit == "hour" else {}
        self.new("pause", clock_no=clock.no, kind=kind, from_on=on, to_on=None, reason=reason, **timed)

    def _close_pause(self, clock: Clock) -> ClockPause | None:
        """Close the pause in which a clock stands and return it; one that began at a moment ends at a moment."""
        for p in self.pauses_of(clock):
            if p.to_on is None:
                timed = {"to_at": self.now} if p.from_at is not None else {}
                self.change("pause", p, to_on=self.today, **timed)
                return p
        return None

    def pauses_of(self, clock: Clock) -> list[ClockPause]:
        """Return the pauses of a clock, in order."""
        return [p for p in self.rows.of("pause").values() if p.clock_no == clock.no]

    def clock_pause(self, clock: Clock | None, kind: str, reason: str = "") -> None:
        """Pause a running clock from now; a clock that is already paused stays as it is."""
        if clock is None or clock.state != Clock.State.RUNNING:
            return
        self.change(
            "clock", clock, state="paused", paused_from=self.today, pause_kind=kind, next_look_at=None
        )
        self._stand(clock, kind, self.today, self.now, reason)

    def clock_resume(self, clock: Clock | None, *, at_least: int = 0) -> None:
        """Let a paused clock go on with what was left, at least so many workdays."""
        if clock is None or clock.state != Clock.State.PAUSED:
            return
        pause = self._close_pause(clock)
        if pause is not None and pause.from_at is not None:
            given = (clock, self.pauses_of(clock), self.now, at_least, self.calendar)
            if at_least and (seconds := clocks.seconds_to_grant(*given)):
                self.change("pause", pause, granted_seconds=seconds)
            self.change("clock", clock, state="running", paused_from=None, pause_kind="")
        else:
            fields = clocks.resume_fields(clock, on=self.today, calendar=self.calendar, at_least=at_least)
            self.change("clock", clock, **fields)
        if clock.limit_unit == "hour":
            self.due_again(clock)
        self._moved(clock)

    def clock_extend(self, clock: Clock, days: int) -> None:
        """Add days of the clock's unit to its due day; the promise stays."""
        self.change("clock", clock, extended_by=clock.extended_by + days)
        self.due_again(clock)
        self._moved(clock)

    def _moved(self, clock: Clock) -> None:
        """Look at the new day, and say why it is that day: a text that argues for another day would lie."""
        self.look_again(clock)
        self.change("clock", clock, explanation=self.clock_explained(clock))

    def clock_explained(self, clock: Clock) -> str:
        """Return why a clock's due day is what it is now."""
        return clocks.explain_again(clock, self.pauses_of(clock), self.calendar)

    def due_again(self, clock: Clock) -> None:
        """Say when a clock is due now."""
        self.change("clock", clock, **clocks.due_fields(clock, self.pauses_of(clock), self.calendar))

    def look_again(self, clock: Clock) -> None:
        """Say when the worker must look at a clock next."""
        look = clocks.next_look(clock, fired=self.fired_rungs(clock), calendar=self.calendar)
        self.change("clock", clock, next_look_at=look)

    def fired_rungs(self, clock: Clock) -> frozenset[str]:
        """Return the rungs of a clock that fired: each fires once in its life."""
        return frozenset(s.rung for s in self.supervisions if s.clock_no == clock.no and s.rung)
