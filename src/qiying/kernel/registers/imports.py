"""A table into a register: tried without writing, written row by row, taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.models import RegisterImport
from qiying.kernel.registers.register import Register, made
from qiying.kernel.registers.tables import kept, posted, spec_of
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.mappings import Known, mapping_keep, table_read
from qiying.kernel.tables.spec import Spec

State = RegisterImport.State


def register_spec(register: Register[Any], viewer: Viewer, now: datetime) -> Spec:
    """Return the table of a register: the fields of its form for a new row."""
    assert register.form is not None
    form = made(register.form, None, viewer, local_date(now), None)
    return spec_of(register.name, register.title, form)


def register_read(register: Register[Any], batch: RegisterImport, viewer: Viewer, now: datetime) -> Known:
    """Return a batch's file as the mapping kept for its source reads it; raise `GuardFailed` on no table."""
    try:
        return table_read(
            content=bytes(batch.content),
            spec=register_spec(register, viewer, now),
            district_id=batch.district_id,
        )
    except UnreadableSheet as error:
        raise GuardFailed([str(error)], {"table": [str(error)]}) from None


def register_try(
    *, register: Register[Any], content: bytes, name: str, actor: Viewer, now: datetime
) -> RegisterImport:
    """Keep a file and say what would come of each row; read and checked before anything is written."""
    _may(register, actor)
    batch = RegisterImport(
        district_id=actor.district_id or 0,
        register=register.name,
        file_name=name[:128],
        content=content,
        made_by_id=actor.person_id,
        made_at=now,
    )
    _try(register, batch, actor, now)
    if not batch.rows and not batch.told["missing"]:
        raise GuardFailed(["表头下面没有数据"], {"table": ["表头下面没有数据"]})
    batch.save()
    return batch


def register_map(
    *,
    register: Register[Any],
    batch: RegisterImport,
    columns: Mapping[str, str],
    actor: Viewer,
    now: datetime,
) -> None:
    """Keep which column is which for tables of this source, and try the batch again."""
    _may(register, actor)
    _is(batch, State.TRIED)
    mapping_keep(
        spec=register_spec(register, actor, now),
        reading=register_read(register, batch, actor, now).reading,
        columns=columns,
        values={},
        name=batch.file_name,
        actor=actor,
        district_id=batch.district_id,
        now=now,
    )
    _try(register, batch, actor, now)
    batch.save()


def _try(register: Register[Any], batch: RegisterImport, actor: Viewer, now: datetime) -> None:
    assert register.form is not None
    reading = register_read(register, batch, actor, now).reading
    batch.told = {"told": reading.sentences, "unknown": reading.unknown, "missing": reading.missing}
    batch.rows = []
    seen: dict[str, str] = {}
    empty = made(register.form, None, actor, local_date(now), None)
    for row in reading.rows:
        data, problems = posted(empty, row.values)
        problems = [*row.problems, *problems]
        place = reading.label(row)
        keys = (register.unique, *(field for field, _ in register.within))
        mark = "|".join(str(data.get(key, "")).strip() for key in keys) if data.get(register.unique) else ""
        form = _form(register, data, actor, now)
        unread = {
            key for key in form.fields if any(p.startswith(str(form.fields[key].label)) for p in problems)
        }
        for key, words in form.errors.items():
            if key not in unread:
                label = form.fields[key].label if key in form.fields else ""
                problems += [f"{label}：{word}" if label else str(word) for word in words]
        if mark and seen.setdefault(mark, place) != place:
            problems.append(f"和{seen[mark]}是同一个")
        batch.rows.append([place, data, problems])


def _form(register: Register[Any], data: Mapping[str, Any], actor: Viewer, now: datetime) -> Any:
    assert register.form is not None
    row = _existing(register, data, actor, now)
    if row is not None:  # what the table does not say stays as it is
        data = {**kept(made(register.form, None, actor, local_date(now), row)), **data}
    return made(register.form, data, actor, local_date(now), row)


def _existing(register: Register[Any], data: Mapping[str, Any], actor: Viewer, now: datetime) -> Any:
    value = data.get(register.unique) if register.unique else None
    if not value or not register.may_change:
        return None
    rows = register.rows(actor, local_date(now)).filter(**{register.unique: value})
    for field, columns in register.within:
        words = str(data.get(field, "")).strip()
        rows = rows.filter(reduce(or_, (Q(**{column: words}) for column in columns)))
    return rows.first()


def register_write(
    *, register: Register[Any], batch: RegisterImport, actor: Viewer, now: datetime
) -> RegisterImport:
    """Write the good rows, each in its own transaction; what is refused at the last moment is noted."""
    _may(register, actor)
    assert register.form is not None and register.save is not None
    if not RegisterImport.objects.filter(pk=batch.pk, state=State.TRIED).update(state=State.DONE):
        raise ActionNotAvailable("这一批已经写入过了")
    done: list[list[Any]] = []
    for line in batch.rows:
        _, data, problems = line
        if problems:
            continue
        row = _existing(register, data, actor, now)
        before = kept(made(register.form, None, actor, local_date(now), row)) if row else None
        form = _form(register, data, actor, now)
        try:
            with transaction.atomic():
                if not form.is_valid():
                    raise GuardFailed([str(w) for words in form.errors.values() for w in words])
                saved = register.save(actor, row, form.cleaned_data, now)
        except GuardFailed as error:
            line[2] = error.reasons
        else:
            done.append([saved.pk, before])
    batch.state, batch.done = State.DONE, done
    batch.save(update_fields=["state", "done", "rows"])
    _record(register, batch, "register_imported", actor, now, rows=len(done))
    return batch


def register_undo(*, register: Register[Any], batch: RegisterImport, actor: Viewer, now: datetime) -> int:
    """Give every changed row its old values back and take every new one out of use; return how many."""
    _may(register, actor)
    assert register.form is not None and register.save is not None
    _is(batch, State.DONE)
    rows = {
        row.pk: row for row in register.rows(actor, local_date(now)).filter(pk__in=[d[0] for d in batch.done])
    }
    count = 0
    with transaction.atomic():
        for pk, before in reversed(batch.done):
            row = rows.get(pk)
            if row is None:
                continue
            if before is None:
                if register.end is None:
                    continue
                register.end(actor, row, now)
            else:
                form = made(register.form, before, actor, local_date(now), row)
                if not form.is_valid():
                    raise GuardFailed([f"{register.label(row)} 退不回原来的样子，请手工改"])
                register.save(actor, row, form.cleaned_data, now)
            count += 1
        batch.state = State.UNDONE
        batch.save(update_fields=["state"])
        _record(register, batch, "register_undone", actor, now, rows=count)
    return count


def _may(register: Register[Any], actor: Viewer) -> None:
    if not register.may_edit(actor) or actor.district_id is None:
        raise NotPermitted(f"您不能改{register.title}")


def _is(batch: RegisterImport, state: str) -> None:
    if batch.state != state:
        raise ActionNotAvailable("这一批现在是另一个样子了，请刷新看看")


def _record(
    register: Register[Any], batch: RegisterImport, action: str, actor: Viewer, now: datetime, **data: Any
) -> None:
    row_noted(actor, action, batch, now, register=register.name, name=batch.file_name, **data)
