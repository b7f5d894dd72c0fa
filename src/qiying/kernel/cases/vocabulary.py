"""The words a procedure is written in: states, actions, deadlines, and the registry of procedures.

A procedure file holds frozen data only; what an action does is a named effect from the capability's services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from qiying.kernel.cases.entering import ActionInput, Extras, NoInput

if TYPE_CHECKING:
    from qiying.kernel.cases.act import Act
    from qiying.kernel.cases.context import CaseContext
    from qiying.kernel.cases.models import Case

Side = Literal["enterprise", "office", "person"]
Sees = Literal["asker", "contact", "restricted"]
NOBODY = "nobody"
CHILD_MOVED = "child_moved"
"""The act by which a procedure is told that a child case moved (`standard.children`)."""
RECUSED = "recused"
"""The part of a person who is kept out of a case though his unit takes part (回避)."""
Guard = Callable[["CaseContext"], str | None]
Check = Callable[["Act"], Iterable[tuple[str, str]]]
Effect = Callable[["Act"], None]
Fact = tuple[str, str]
Show = Callable[["CaseContext"], Sequence[Fact]]
Whole = Callable[..., "Case"]
"""A service that performs an act with all that belongs to it: `whole(case=, actor=, data=, now=)`; an opening's is
called with `actor=, district_id=, data=, now=, session_key=`."""


@dataclass(frozen=True)
class Party:
    """Somebody who may take part in a case of a procedure.

    Args:
        side: an enterprise (or whoever speaks as one), an office of the district, or a private person; one code is of
            one side in every procedure, so that lists may ask by side.
        sees: `asker`, who asked, even where that is hidden; `contact`, a telephone number, by an audited look;
            `restricted`, files kept for few.
    """

    code: str
    label: str
    side: Side = "office"
    sees: tuple[Sees, ...] = ()


@dataclass(frozen=True)
class State:
    """One state of a procedure; `turn` is the party that has to act, `sentence` is what a person reads.

    Args:
        by_side: what another side reads instead; without the office's word it reads the sentence with “企业” for “您”.
        by_party: what a party reads instead, whatever its side.
    """

    code: str
    label: str
    turn: str = NOBODY
    is_final: bool = False
    sentence: str = ""
    by_side: Mapping[Side, str] = field(default_factory=dict)
    by_party: Mapping[str, str] = field(default_factory=dict)

    def said_to(self, side: Side, parties: Iterable[str] = ()) -> str:
        """Return what somebody of a side reads who takes part as these parties."""
        own = next((self.by_party[p] for p in parties if p in self.by_party), None)
        otherwise = self.sentence.replace("您", "企业") if side == "office" else self.sentence
        return own if own is not None else self.by_side.get(side, otherwise)


@dataclass(frozen=True)
class Action:
    """One thing that can be done in some states by some standings.

    `by` names standings: `desk:desk` is a member with role desk of the unit that is party as desk; `asker` is
    the person, enterprise or link that asked; `system` and `import` are programs. `judges` marks acts of closing,
    rating and approving: the engine refuses them to whoever handles or handled the case.
    An action with one target moves there by itself unless `is_conditional`: then its effect decides.
    `shows` is what must be in view before it is done: facts above its form.
    `suits` says of what is not for this case or person why: it is not offered, and refused when asked for by name.
    `starts_with` gives what stands in its form at first. `decides` is the kind of approval it decides.
    `part_of` names the service that performs something larger of which this act is a part: the engine refuses the act
    to anybody else. `whole` is that service where people and clients may ask for the larger thing by this act's name.
    """

    code: str
    label: str
    states: tuple[str, ...]
    by: tuple[str, ...]
    effect: Effect
    to: tuple[str, ...] = ()
    input: type[ActionInput] = NoInput
    guards: tuple[Guard, ...] = ()
    checks: tuple[Check, ...] = ()
    shows: tuple[Show, ...] = ()
    judges: bool = False
    notices: tuple[str, ...] = ()
    sentence: str = ""
    is_minor: bool = False
    is_primary: bool = False
    icon: str = "check"
    part_of: str = ""
    whole: Whole | None = None
    is_conditional: bool = False
    suits: Guard | None = None
    starts_with: Callable[[CaseContext], Mapping[str, Any]] | None = None
    decides: str = ""

    def refusals(self, context: CaseContext) -> list[str]:
        """Return every reason why this cannot be done now."""
        guards = (self.suits, *self.guards) if self.suits else self.guards
        return [reason for guard in guards if (reason := guard(context))]

    @property
    def internal(self) -> frozenset[str]:
        """The fields that services alone set."""
        extras = {n: f.json_schema_extra for n, f in self.input.model_fields.items()}
        return frozenset(n for n, e in extras.items() if isinstance(e, dict) and e.get("internal"))

    @property
    def is_manual(self) -> bool:
        return any(b not in {"system", "import"} for b in self.by)

    @property
    def is_offered(self) -> bool:
        """Whether a person or a client may ask for it by name."""
        return self.is_manual and (not self.part_of or self.whole is not None)


@dataclass(frozen=True)
class Deadline:
    """A kind of clock: which dated parameter limits it, by which rule, and which actions stop it.

    Args:
        counts: whether the case's own due day, by which lists are sorted, may be this clock's.
        is_promise: its first due day is what was promised to the asker.
        owed_by: the party whose duty it is, addressed by cards.
    """

    kind: str
    label: str
    parameter: str
    rule: str
    stopped_by: tuple[str, ...]
    unit: Literal["workday", "day", "hour"] = "workday"
    has_cards: bool = False
    counts: bool = True
    is_promise: bool = False
    owed_by: str = "lead"


@dataclass(frozen=True)
class Asked:
    """A kind of approval in its own words: what is asked for, which party decides, how both answers are called.

    Args:
        unit: what its days are, where days are asked for.
    """

    kind: str
    label: str
    decided_by: str = "supervision"
    yes: str = "同意"
    no: str = "不同意"
    unit: Literal["workday", "day", "hour"] = "workday"

    def decision_words(self, decision: str) -> str:
        """Return what a decision is called; empty for none yet."""
        return {"approved": self.yes, "refused": self.no, "recalled": "收回了"}.get(decision, "")

    def days_words(self, days: int | None) -> str:
        """Return the days asked for in the approval's unit, empty for none."""
        units = {"workday": "个工作日", "day": "天", "hour": "小时"}
        return f"{days} {units[self.unit]}" if days else ""


@dataclass(frozen=True)
class LetterKind:
    """A letter that a procedure can write.

    Args:
        paragraphs: returns its standard text from the case's file and what was wished for.
        to: the party it goes to; the asker's side by name, a unit where empty, chosen when it is written.
        needs: says why it cannot go out yet.
    """

    code: str
    label: str
    paragraphs: Callable[..., Sequence[str]]
    to: str = ""
    needs: Guard | None = None


@dataclass(frozen=True)
class Procedure:
    """One kind of case: its machine, clocks and how it ends."""

    code: str
    version: int
    label: str
    states: tuple[State, ...]
    initial: str
    opening: Action
    actions: tuple[Action, ...]
    deadlines: tuple[Deadline, ...]
    closes_by: Literal["verdict", "decision"] = "verdict"
    number_prefix: str = "QY"
    purpose: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    parties: tuple[Party, ...] = ()
    extras: type[Extras] = Extras
    asker_reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What an asker is told of an office's act: which of its input fields; of an act not named here, nothing.

    Of a decision that refused he is told only where it names `decision`."""
    approvals: tuple[Asked, ...] = ()
    letters: tuple[LetterKind, ...] = ()
    rated_in: tuple[str, ...] = ()
    """The final states after which who asked is invited to rate the service; of a case with a parent, the parent is."""

    def letter(self, code: str) -> LetterKind:
        """Return a kind of letter by code, the first where it is unknown."""
        return next((k for k in self.letters if k.code == code), self.letters[0])

    def state(self, code: str) -> State:
        """Return a state by code; raise `KeyError` when unknown."""
        return self._states[code]

    def action(self, code: str) -> Action:
        """Return an action by code; raise `KeyError` when unknown."""
        return self._actions[code]

    def party(self, code: str) -> Party:
        """Return a party by code; raise `KeyError` when undeclared."""
        return self._parties[code]

    def approval(self, kind: str) -> Asked:
        """Return a kind of approval; one that an older version asked for keeps its code as its words."""
        return next((a for a in self.approvals if a.kind == kind), Asked(kind, kind))

    def deciding(self, kind: str) -> Action | None:
        """Return the action that decides a kind of approval, None where an older version alone had it."""
        return next((a for a in self.actions if a.decides == kind), None)

    def deadline(self, kind: str) -> Deadline:
        return self._deadlines[kind]

    def has_action(self, code: str) -> bool:
        return code in self._actions

    @cached_property
    def has_children(self) -> bool:
        """Whether its cases may have child cases."""
        return self.has_action(CHILD_MOVED)

    @cached_property
    def outside(self) -> frozenset[str]:
        """The parties that are no office: who asks, and whom it concerns."""
        return frozenset(p.code for p in self.parties if p.side != "office")

    @cached_property
    def asks_firms(self) -> bool:
        """Whether an enterprise may take part, so that a case without one is worth a word."""
        return any(p.side == "enterprise" for p in self.parties)

    @cached_property
    def people(self) -> frozenset[str]:
        """The parties that act as a person each: no office's, and some action is theirs without a role."""
        themselves = {by for a in self.actions for by in a.by}
        return frozenset(p.code for p in self.parties if p.side == "person" and p.code in themselves)

    def seeing(self, what: Sees) -> frozenset[str]:
        """Return the codes of the parties that see something."""
        return frozenset(p.code for p in self.parties if what in p.sees)

    @cached_property
    def _states(self) -> dict[str, State]:
        return {s.code: s for s in self.states}

    @cached_property
    def _actions(self) -> dict[str, Action]:
        return {a.code: a for a in (self.opening, *self.actions)}

    @cached_property
    def _deadlines(self) -> dict[str, Deadline]:
        return {d.kind: d for d in self.deadlines}

    @cached_property
    def _parties(self) -> dict[str, Party]:
        return {p.code: p for p in self.parties}


class Procedures:
    """The registry of procedures by code and version; a test may build its own."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, int], Procedure] = {}

    def register(self, procedure: Procedure) -> Procedure:
        """Add a procedure; raise `ValueError` if the code and version are taken by another."""
        key = (procedure.code, procedure.version)
        if self._by_key.get(key, procedure) is not procedure:
            raise ValueError(f"办理程序 {procedure.code} 第 {procedure.version} 版登记了两次")
        self._by_key[key] = procedure
        return procedure

    def get(self, code: str, version: int) -> Procedure:
        """Return one version; raise `KeyError` when its file was removed while cases still use it."""
        return self._by_key[(code, version)]

    def latest(self, code: str) -> Procedure:
        """Return the newest version; raise `KeyError` for an unknown code."""
        versions = [v for c, v in self._by_key if c == code]
        if not versions:
            raise KeyError(code)
        return self._by_key[(code, max(versions))]

    def all(self) -> list[Procedure]:
        return [self._by_key[k] for k in sorted(self._by_key)]

    def codes_of(self, *sides: Side) -> frozenset[str]:
        """Return the party codes of some sides, over all procedures."""
        return frozenset(p.code for m in self._by_key.values() for p in m.parties if p.side in sides)

    def codes_seeing(self, what: Sees) -> frozenset[str]:
        """Return the party codes that see something in every procedure that has them."""
        found: dict[str, bool] = {}
        for p in (p for m in self._by_key.values() for p in m.parties):
            found[p.code] = found.get(p.code, True) and what in p.sees
        return frozenset(code for code, all_ in found.items() if all_)


PROCEDURES = Procedures()
