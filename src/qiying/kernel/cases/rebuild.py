"""Re-deriving a case from its events: the tables are the working truth, the events the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import models, transaction

from qiying.kernel.cases.act import Count, plain
from qiying.kernel.cases.chain import facts_of
from qiying.kernel.cases.context import ROW_MODELS
from qiying.kernel.cases.models import Case, CaseEvent, Channel
from qiying.kernel.cases.persist import DIMENSIONS, delta_of
from qiying.kernel.figures.models import FigureDelta


@dataclass
class Fold:
    """A case as its events alone tell it."""

    fields: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    figures: list[FigureDelta] = field(default_factory=list)
    seq: int = 0
    head_hash: str = ""

    def apply(self, event: CaseEvent, channels: dict[int, Channel]) -> None:
        """Apply one event's effects."""
        data = facts_of(event)
        for op in data["ops"]:
            if "set" in op:
                self.fields.update(op["set"])
            else:
                self.rows.setdefault(op["row"], {}).setdefault(op["no"], {}).update(op["f"])
        self.seq, self.head_hash = event.seq, event.hash
        shadow = self._shadow(event, channels)
        for c in data["counts"]:
            on = date.fromisoformat(c["on"]) if "on" in c else None
            count = Count(c["m"], c["v"], c["b"], c["u"], on)
            self.figures.append(delta_of(shadow, count, seq=event.seq, at=event.at))
        if data.get("restated"):
            self._restate(data["restated"], event)

    def _shadow(self, event: CaseEvent, channels: dict[int, Channel]) -> Case:
        f = self.fields
        return Case(
            pk=event.case_id,
            district_id=f.get("district_id") or 0,
            procedure=f.get("procedure", ""),
            lead_unit_id=f.get("lead_unit_id"),
            category=f.get("category") or "",
            kind=f.get("kind", "problem"),
            channel=channels.get(f.get("channel_id") or 0),
        )

    def _restate(self, dimensions: dict[str, Any], event: CaseEvent) -> None:
        month = delta_of(self._shadow(event, {}), Count("x"), seq=event.seq, at=event.at).month
        moved = []
        for old in self.figures:
            if all(getattr(old, f) == v for f, v in dimensions.items()):
                continue
            late = {"event_seq": event.seq, "case_id": event.case_id, "is_late": old.month < month}
            same = {f: getattr(old, f) for f in DIMENSIONS}
            moved.append(FigureDelta(**same, value=-old.value, **late))
            moved.append(FigureDelta(**(same | dimensions), value=old.value, **late))
        self.figures.extend(moved)


def fold_case(case: Case, channels: dict[int, Channel]) -> Fold:
    """Return the case as its events tell it."""
    fold = Fold()
    for event in CaseEvent.objects.filter(case=case).order_by("seq"):
        fold.apply(event, channels)
    return fold


def normal(model: Any, name: str, value: Any) -> Any:
    """Return a stored or told value in one comparable form."""
    f = model._meta.get_field(name)
    if isinstance(f, models.ForeignKey) or value is None:
        return value
    if isinstance(f, models.DateTimeField):
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.astimezone(UTC)
    if isinstance(f, models.DecimalField):
        return f.to_python(value).normalize()
    return plain(f.to_python(value)) if not isinstance(f, models.JSONField) else plain(value)


WORKERS_OWN = "next_look_at"
"""When the worker looks again: moved by every look, on which no event happens."""


def differences(case: Case, channels: dict[int, Channel]) -> Iterator[str]:
    """Yield every difference between a case's tables and its events."""
    fold = fold_case(case, channels)
    if (case.seq, case.head_hash) != (fold.seq, fold.head_hash):
        yield f"{case.number}：末尾事件应为 {fold.seq}，办件记的是 {case.seq}"
    for name, told in fold.fields.items():
        stored = getattr(case, name)
        if normal(Case, name, stored) != normal(Case, name, told):
            yield f"{case.number}：{name} 应为 {told!r}，表里是 {plain(stored)!r}"
    for kind, model in ROW_MODELS.items():
        stored_rows = {r.no: r for r in model.objects.filter(case=case)}
        told_rows = fold.rows.get(kind, {})
        if set(stored_rows) != set(told_rows):
            yield f"{case.number}：{kind} 应有 {sorted(told_rows)}，表里有 {sorted(stored_rows)}"
        for no, fields in told_rows.items():
            for name, told in fields.items() if no in stored_rows else ():
                if name == WORKERS_OWN:
                    continue
                stored = getattr(stored_rows[no], name)
                if normal(model, name, stored) != normal(model, name, told):
                    yield f"{case.number}：{kind} {no} 的 {name} 应为 {told!r}，表里是 {plain(stored)!r}"
    yield from _figure_differences(case, fold)


def _figure_key(d: FigureDelta) -> tuple[Any, ...]:
    return (d.event_seq, d.is_late, *(getattr(d, f) for f in DIMENSIONS), d.value)


def _figure_differences(case: Case, fold: Fold) -> Iterator[str]:
    told = Counter(_figure_key(d) for d in fold.figures)
    stored = Counter(_figure_key(d) for d in FigureDelta.objects.filter(case_id=case.pk))
    if told != stored:
        yield f"{case.number}：统计明细与事件不一致（多 {len(stored - told)}，少 {len(told - stored)}）"


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild looked at and found."""

    cases: int
    problems: tuple[str, ...]


def rebuild(*, cases: Iterable[Case], write: bool) -> Rebuilt:
    """Compare cases with their events, and with `write` put the tables right (figures and events excepted)."""
    channels = {c.pk: c for c in Channel.objects.all()}
    problems: list[str] = []
    seen = 0
    for case in cases:
        seen += 1
        found = list(differences(case, channels))
        problems += found
        if found and write:
            _put_right(case, fold_case(case, channels))
    return Rebuilt(seen, tuple(problems))


@transaction.atomic
def _put_right(case: Case, fold: Fold) -> None:
    locked = Case.objects.select_for_update().get(pk=case.pk)
    for name, told in {**fold.fields, "seq": fold.seq, "head_hash": fold.head_hash}.items():
        setattr(locked, name, _python(Case, name, told))
    locked.save()
    for kind, rows in fold.rows.items():
        for no, fields in rows.items():
            values = {n: _python(ROW_MODELS[kind], n, v) for n, v in fields.items()}
            ROW_MODELS[kind].objects.update_or_create(case=locked, no=no, defaults=values)


def _python(model: Any, name: str, value: Any) -> Any:
    f = model._meta.get_field(name)
    if value is None or isinstance(f, models.ForeignKey | models.JSONField):
        return value
    return f.to_python(value)
