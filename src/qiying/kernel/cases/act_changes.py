"""What an act changes, so that the event says exactly that: fields, rows, figures, notices, events to others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from qiying.kernel.cases.context import ROW_MODELS, CaseContext, Rows
from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.reading import told_words
from qiying.kernel.cases.vocabulary import Action
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


class Changing(CaseContext):
    """What an act says it changes: every change goes through `set`, `new` and `change`, never to a row directly."""

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
        self.was: dict[str, Any] = {}  # what a correction replaced, kept in its event
        self.intake: Any = None  # what came in, written with an opening
        self.index_text: str | None = None
        self.document_audience = ""  # by default all parties for what an asker brings or reads, else offices
        self.session_key: str | None = None
        self.intakes: list[Any] | None = None
        self.own_intakes: list[int] = []  # read by a check, as is
        self.enterprise: Any = None  # read by a check, so that an effect need not read it again
        self.on_behalf = ""
        self.afterwards: list[Callable[[], Any]] = []  # acts on other cases, once this one is written

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

    @property
    def acting_for(self) -> str:
        """The name of the colleague on leave for whom this is done; empty for whoever acts in his own right.

        It is his act where only the colleague's role allows it, or where the colleague handles the case.
        """
        if not self.viewer.stands_in:
            return ""
        unit = int(self.acting_key[2:]) if self.acting_key.startswith("u:") else 0
        party = f"{self.acting_party}:"
        roles = {by.removeprefix(party) for by in self.action.by if by.startswith(party)}
        allowed = [m for m in self.viewer.memberships if m.unit_id == unit and m.role in roles]
        handling = {a.handler_id for a in self.assignments if a.unit_id == unit}
        by_others = {m.for_id for m in allowed} if all(m.for_id for m in allowed) else set()
        found = (s for s in self.viewer.stands_in if s.unit_id == unit)
        return next((s.name for s in found if s.person_id in handling | by_others), "")

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


def tells(template: str, people: str = "") -> Callable[..., None]:
    """Return `told(act, what, words, *parties)`: a notice to everybody who takes part as one of these, once each.

    Whoever asked by himself is told, not by his link; of a unit only `people`, roles joined by `+`, where named.
    """

    def told(act: Changing, what: str, words: str, *parties: str) -> None:
        for key in dict.fromkeys(p.key for p in act.parties if p.role in parties and p.key[0] != "i"):
            to = f"{key}#{people}" if people and key[0] == "u" else key
            act.notify(template, to, what=what, title=act.case.title, words=words)

    return told
