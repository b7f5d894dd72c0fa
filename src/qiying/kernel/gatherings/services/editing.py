"""Edits from the live page: small, idempotent by their key, merged by item and field.

Each edit names the version of the field it was written over. When the field went on since and says something else, the
edit is kept as a conflict and both texts are shown until a recorder settles it; nothing typed is ever dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.gatherings.kinds import RECORD
from qiying.kernel.gatherings.models import Edit, Gathering, Item
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.gatherings.services.following import letters_owe
from qiying.kernel.gatherings.services.planning import note
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import CalendarRangeError, first_workday_from
from qiying.ui.given import day as day_of
from qiying.ui.given import whole
from qiying.ui.humanize import day_dated_words

MOST, LONGEST = 200, 5000
ITEM_FIELDS = (
    "text",
    "original",
    "speaker",
    "unit",
    "answer",
    "answer_text",
    "promised_by",
    "promised_name",
    "dropped",
)
GATHERING_FIELDS = ("minutes",)
APPLIED, CONFLICT, SETTLED, REFUSED = Edit.State


@dataclass(frozen=True)
class Change:
    """One edit as a page sends it; `item` is the item's key, empty for the gathering itself."""

    key: str
    item: str
    field: str
    base: int
    value: str
    kind: str = ""
    settles: int | None = None


@transaction.atomic
def edits_apply(
    *, gathering: Gathering, actor: Viewer, changes: Sequence[Change], now: datetime
) -> list[dict[str, Any]]:
    """Apply edits in order and answer each; one that came before gets its first answer again."""
    locked = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if not locked.allows(RECORD):
        raise ActionNotAvailable(f"现在是“{locked.of_phase.label}”，不能再记；您写的还在这台电脑上")
    known = {e.key: e for e in locked.edits.filter(key__in=[c.key for c in changes])}
    items = {i.key: i for i in locked.items.filter(key__in={c.item for c in changes if c.item})}
    answers = []
    for change in changes[:MOST]:
        edit = known.get(change.key) or _apply(locked, items, change, actor, now)
        known[change.key] = edit
        answers.append(_answer(edit))
    locked.save(update_fields=["seq", "versions", "minutes"])
    if locked.phase != "running":  # what is added afterwards may have to be written to a unit
        letters_owe(locked, now)
    return answers


def _apply(
    gathering: Gathering, items: dict[str, Item], change: Change, actor: Viewer, now: datetime
) -> Edit:
    target: Gathering | Item = gathering
    reason = ""
    if change.item:
        target = items.get(change.item) or _item(gathering, items, change)
    elif change.field not in GATHERING_FIELDS:
        reason = "没有这一项"
    made = Edit(
        gathering=gathering, item=target if isinstance(target, Item) else None, key=change.key, field=change.field,
        base=change.base, value=change.value[:LONGEST], by_id=actor.person_id, by_name=actor.name[:64], at=now,
    )  # fmt: skip
    version = target.versions.get(change.field, 0)
    plain: Any = None
    if not reason:
        plain, reason = _read(gathering, target, change)
    if reason:
        made.state, made.reason = REFUSED, reason[:200]
    elif _written(target, change.field) == change.value:
        made.state = APPLIED
    elif change.base != version:
        made.state = CONFLICT
    else:
        made.state, version = APPLIED, version + 1
        setattr(target, _column(change.field), now if change.field == "dropped" and plain else plain)
        target.versions = {**target.versions, change.field: version}
    if made.state == APPLIED and change.settles:
        gathering.edits.filter(pk=change.settles, state=CONFLICT).update(state=SETTLED)
    gathering.seq += 1
    if isinstance(target, Item):
        target.seq = gathering.seq
        if change.field == "answer" and made.state == APPLIED:
            _answered(target, now)
        wanted = {"versions", "seq", "done_at", "told_at", _column(change.field)}
        # Only what this edit may change: a unit may take the task meanwhile.
        target.save(update_fields=wanted if made.state == APPLIED else {"seq"})
    made.version = version
    made.save(force_insert=True)
    return made


def _answered(item: Item, now: datetime) -> None:
    """What an answer settles at once is done; one that promises is not."""
    answer = item.of_answer
    if item.result:  # its unit has said what came of it
        return
    item.done_at = (item.done_at or now) if answer is not None and answer.settles else None
    item.told_at = None if item.done_at is None else item.told_at


def _item(gathering: Gathering, items: dict[str, Item], change: Change) -> Item:
    last = gathering.items.order_by("-no").values_list("no", flat=True).first() or 0
    of_kind = gathering.of_kind.item(change.kind) or gathering.of_kind.items[0]
    made = Item.objects.create(
        gathering=gathering,
        kind=of_kind.code,
        key=change.item,
        no=max(last, *(i.no for i in items.values()), 0) + 1,
    )
    items[change.item] = made
    return made


def _column(field: str) -> str:
    return {"speaker": "speaker_id", "unit": "unit_id", "dropped": "dropped_at"}.get(field, field)


def _written(target: Gathering | Item, field: str) -> str:
    """Return a field as the page writes it."""
    value = getattr(target, _column(field), "")
    if value is None:
        return ""
    if field == "dropped":
        return "1"
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(gathering: Gathering, target: Gathering | Item, change: Change) -> tuple[Any, str]:
    """Return the value to store, or why it cannot be."""
    field, text = change.field, change.value
    if isinstance(target, Item) and field not in ITEM_FIELDS:
        return None, "没有这一项"
    if field == "speaker":
        pk = whole(text)
        found = not text or gathering.attendees.filter(pk=pk or 0).exists()
        return pk, "" if found else "名单上没有这个人"
    if field == "unit":
        pk = whole(text)
        found = not text or Unit.objects.filter(pk=pk or 0, district_id=gathering.district_id).exists()
        return pk, "" if found else "没有这个单位"
    if field == "answer" and isinstance(target, Item):
        of_kind = gathering.of_kind.item(target.kind)
        found = not text or (of_kind is not None and any(a.code == text for a in of_kind.answers))
        return text, "" if found else "没有这种答复"
    if field == "promised_by":
        return _promised(gathering, text)
    if field == "dropped":
        return text == "1" or None, ""
    return text[: 40 if field == "promised_name" else LONGEST], ""


def _promised(gathering: Gathering, text: str) -> tuple[date | None, str]:
    """A promised day is a workday on or after the gathering."""
    if not text:
        return None, ""
    on = day_of(text)
    if on is None or on < gathering.on:
        return None, "答应的日子不能早于开会那天"
    calendar = calendar_for(gathering.district_id)
    try:
        workday = first_workday_from(on, calendar)
    except CalendarRangeError:
        return None, "日子太远了，工作日历还没有那一年"
    if workday != on:
        why = calendar.day_note(on) or "休息日"
        return (
            None,
            f"{on.month}月{on.day}日是{why}，不是工作日；最近的工作日是{day_dated_words(workday, gathering.on)}",
        )
    return on, ""


def _answer(edit: Edit) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": edit.key,
        "state": edit.state,
        "version": edit.version,
        "reason": edit.reason,
    }
    if edit.state == CONFLICT:
        told |= {"id": edit.pk, "theirs": _written(edit.item or edit.gathering, edit.field)}
    return told


def live_state(gathering: Gathering, *, since: int = -1) -> dict[str, Any]:
    """Return what a live page has to know: items changed after `since`, the minutes, open conflicts, who is there."""
    conflicts: dict[str, list[dict[str, Any]]] = {}
    for edit in gathering.edits.filter(state=CONFLICT).select_related("item"):
        told = {"id": edit.pk, "field": edit.field, "value": edit.value, "who": edit.by_name}
        conflicts.setdefault(edit.item.key if edit.item else "", []).append(told)
    rows = Item.objects.filter(gathering=gathering, joined_into__isnull=True, seq__gt=since)
    present = gathering.attendees.filter(checked_in_at__isnull=False).count()
    return {
        "seq": gathering.seq,
        "phase": gathering.phase,
        "present": present,
        "minutes": {"value": gathering.minutes, "version": gathering.versions.get("minutes", 0)},
        "items": [
            item_state(item, conflicts.get(item.key, [])) for item in rows.select_related("case", "taken_by")
        ],
        "conflicts": conflicts.get("", []),
    }


def item_state(item: Item, conflicts: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return one item as the live page keeps it."""
    return {
        "key": item.key,
        "no": item.no,
        "kind": item.kind,
        "values": {f: _written(item, f) for f in ITEM_FIELDS},
        "versions": item.versions,
        "taken": item.taken_by.name if item.taken_by else "",
        "source": item.source,
        "case": item.case.number if item.case else "",
        "conflicts": list(conflicts),
    }


@transaction.atomic
def item_add(*, gathering: Gathering, now: datetime, kind: str = "", **values: Any) -> Item:
    """Put something on the list before the gathering, as it was collected."""
    locked = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if not locked.allows(RECORD):
        raise ActionNotAvailable(f"现在是“{locked.of_phase.label}”，不能再加")
    of_kind = locked.of_kind.item(kind) or locked.of_kind.items[0]
    last = locked.items.order_by("-no").values_list("no", flat=True).first() or 0
    locked.seq += 1
    locked.save(update_fields=["seq"])
    return Item.objects.create(
        gathering=locked, kind=of_kind.code, key=f"s-{locked.seq}", no=last + 1, seq=locked.seq,
        versions=dict.fromkeys((f for f in ("text", "original", "unit") if values.get(f)), 1), **values,
    )  # fmt: skip


@transaction.atomic
def item_join(*, item: Item, into: Item, actor: Viewer, now: datetime) -> Item:
    """Join a duplicate into another item of the same gathering; both askers are told the result."""
    if item.pk == into.pk or item.gathering_id != into.gathering_id or into.joined_into_id or item.case_id:
        raise ActionNotAvailable("这两条不能并")
    Item.objects.filter(joined_into=item).update(joined_into=into)
    Item.objects.filter(pk=item.pk).update(joined_into=into)
    note(actor, "gathering_item_join", into.gathering, now, item=item.no, into=into.no)
    return items_of(into.gathering).get(pk=into.pk)
