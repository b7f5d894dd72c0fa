"""Writing one act: event, case, rows, parties' cached columns, figures, search, notices, documents, jobs.

Kept to few statements, because the act's lock is held while they run.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.statements import row_insert, row_update, rows_insert, rows_update
from qiying.kernel.cases.act import Act, Count
from qiying.kernel.cases.models import Case, CaseEvent, CaseParty, Clock, Job
from qiying.kernel.cases.served import ended_by
from qiying.kernel.documents.models import Audience
from qiying.kernel.documents.services import documents_attach
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.notices.services import Done, notices_queue
from qiying.kernel.search.services import index_put


def write(act: Act, event: CaseEvent, *, is_new: bool) -> None:
    """Write everything an act changed; call inside its transaction, under the case's lock."""
    case = act.case
    _party_columns(act)
    if is_new:
        row_insert(case)
        event.case = case
        for _, row in act.created:
            row.case_id = case.pk
    else:
        fields = act.case_fields | {"seq", "head_hash", "last_event_at"}
        row_update(case, fields)
    row_insert(event)
    _rows(act)
    deltas_write([_delta(act, c, event.seq) for c in act.counts] + _restatements(act, event.seq))
    if act.index_text is not None:
        index_put(
            kind="case",
            object_id=case.pk,
            district_id=case.district_id,
            text=act.index_text,
            level=case.confidentiality,
            at=act.now,
        )
    ids = list(getattr(act.data, "documents", ()) or ())
    if ids:
        documents_attach(
            ids=ids,
            subject=f"case:{case.pk}",
            actor=act.viewer,
            at=act.now,
            session_key=act.session_key,
            district_id=case.district_id,
            enterprise_id=case.enterprise_id,
            audience=act.document_audience or _audience(act, event),
        )
    done = None if is_new else _done(act, event)
    if act.notices or done:
        notices_queue(act.notices, district_id=case.district_id, at=act.now, done=done)
    emitted = [*act.emitted, *ended_by(act)]
    if emitted:
        rows_insert(
            [
                Job(
                    kind=f"event:{name}",
                    payload=payload,
                    run_at=act.now,
                    asked_at=act.now,
                    district_id=case.district_id,
                )
                for name, payload in emitted
            ]
        )


def _done(act: Act, event: CaseEvent) -> Done | None:
    """Return what this act settles of earlier notices: what was asked of the acting party; everything at the end."""
    case, person_id = act.case, act.viewer.person_id
    if act.action.is_minor or (person_id is None and case.is_open):
        return None
    keys = {event.on_behalf, f"p:{person_id}" if person_id is not None else ""} - {""}
    subject = f"case:{case.number}"
    return Done(subject, tuple(sorted(keys)), f"{case.number}:{event.seq}", is_over=not case.is_open)


def _audience(act: Act, event: CaseEvent) -> str:
    """Return who sees an act's files: everybody what an asker brought or is told, else offices alone."""
    told = act.procedure.asker_reads.get(act.action.code, ())
    by_asker = not event.from_state or event.actor_role.partition(":")[0] in act.procedure.outside
    return Audience.PARTIES if by_asker or "documents" in told else Audience.OFFICE


def _rows(act: Act) -> None:
    by_kind: dict[str, list[Any]] = {}
    for kind, row in act.created:
        by_kind.setdefault(kind, []).append(row)
    for rows in by_kind.values():
        rows_insert(rows)
    for (kind, no), names in act.changed.items():
        row_update(act.rows.of(kind)[no], names)


def _party_columns(act: Act) -> None:
    """Keep the columns by which worklists filter and sort: open or not, and the party's own due day."""
    case = act.case
    if not _touches_parties(act):
        return
    own: dict[str, date] = {}
    for c in act.rows.of("clock").values():
        if c.party_key and c.state == Clock.State.RUNNING:
            own[c.party_key] = min(c.due_by, own.get(c.party_key, c.due_by))
    stale: dict[tuple[bool, date | None], list[CaseParty]] = {}
    for p in act.rows.of("party").values():
        due = own.get(p.key, case.due_by)
        if (p.is_open, p.due_by) != (case.is_open, due):
            p.is_open, p.due_by = case.is_open, due
            if p.pk is not None:
                stale.setdefault((case.is_open, due), []).append(p)
    for parties in stale.values():
        rows_update(parties, ("is_open", "due_by"))


def _touches_parties(act: Act) -> bool:
    kinds = {k for k, _ in act.changed} | {k for k, _ in act.created}
    return bool(kinds & {"clock", "party"}) or bool(act.case_fields & {"is_open", "due_by"})


def _restatements(act: Act, seq: int) -> list[FigureDelta]:
    """Take back the case's earlier facts under the old dimensions and put them under the new, month by month."""
    if not act.restated:
        return []
    moved = []
    this_month = local_date(act.now).replace(day=1)
    for old in FigureDelta.objects.filter(case_id=act.case.pk).order_by("id"):
        new = {f: getattr(old, f) for f in DIMENSIONS} | act.restated
        if all(getattr(old, f) == v for f, v in act.restated.items()):
            continue
        late = {"event_seq": seq, "case_id": act.case.pk, "is_late": old.month < this_month}
        moved.append(FigureDelta(**{f: getattr(old, f) for f in DIMENSIONS}, value=-old.value, **late))
        moved.append(FigureDelta(**new, value=old.value, **late))
    return moved


DIMENSIONS = (
    "district_id", "procedure", "measure", "month", "unit_id", "channel_code", "category", "kind", "bucket",
)  # fmt: skip


def _delta(act: Act, count: Count, seq: int) -> FigureDelta:
    return delta_of(act.case, count, seq=seq, at=act.now)


def delta_of(case: Case, count: Count, *, seq: int, at: datetime) -> FigureDelta:
    """Return the figure row of a count, with the case's dimensions at that moment."""
    day = count.month_of or local_date(at)
    month = day.replace(day=1)
    return FigureDelta(
        district_id=case.district_id,
        procedure=case.procedure,
        measure=count.measure,
        month=month,
        unit_id=count.unit_id or case.lead_unit_id,
        channel_code=case.channel.code if case.channel else "",
        category=case.category,
        kind=case.kind,
        bucket=count.bucket,
        value=count.value,
        case_id=case.pk or 0,
        event_seq=seq,
        is_late=month < local_date(at).replace(day=1),
    )
