"""After the gathering: tasks taken and done, cases of the one pool, results told, days kept true, reminders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.opening import case_start
from qiying.kernel.gatherings.kinds import all_kinds
from qiying.kernel.gatherings.models import Duty, Gathering, Item
from qiying.kernel.gatherings.selectors import items_of, letters_due
from qiying.kernel.gatherings.services.planning import note
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.statutes.workdays import add_workdays, first_workday_from


@transaction.atomic
def item_take(*, item: Item, actor: Viewer, now: datetime) -> Item:
    """Take a task in the room; taking it twice is said."""
    locked = _locked(item)
    if not Item.objects.filter(pk=item.pk, taken_at__isnull=True).update(
        taken_at=now, taken_by=actor.person_id
    ):
        raise ActionNotAvailable("这件已经有人接了")
    _touch(item, locked)
    note(actor, "gathering_item_take", item.gathering, now, item=item.no)
    return item


@transaction.atomic
def item_done(*, item: Item, actor: Viewer, result: str, now: datetime) -> Item:
    """Say what came of a promise; where the item is a case, the case says it and nothing is closed here."""
    if item.case_id:
        raise ActionNotAvailable("这一条立了件，请在件里答复，由企业评价")
    if len(result.strip()) < 4:
        raise GuardFailed(["请写清楚办成了什么"], {"result": ["请写清楚办成了什么"]})
    locked = _locked(item)
    rows = Item.objects.filter(pk=item.pk, done_at__isnull=True)
    if not rows.update(done_at=now, result=result.strip()[:2000]):
        raise ActionNotAvailable("这一条已经办完了")
    _touch(item, locked)
    note(actor, "gathering_item_done", item.gathering, now, item=item.no, result=result.strip()[:200])
    return item


@transaction.atomic
def items_tell(
    *, gathering: Gathering, actor: Viewer, how: str, now: datetime, ids: list[int] | None = None
) -> int:
    """Tell everybody who raised something what came of it, duplicates' askers too; return how many items."""
    rows = items_of(gathering).filter(told_at__isnull=True).exclude(answer="")
    rows = rows.filter(pk__in=ids) if ids is not None else rows
    specs: list[NoticeSpec] = []
    items = list(rows)
    for item in items:
        asked = [item, *item.joined.select_related("speaker", "enterprise")]
        keys = {k for one in asked for k in _keys(one)}
        words = {"title": str(gathering), "text": item.text[:60], "answer": item.answer_label}
        words |= {
            "said": (item.result or item.answer_text)[:300],
            "case": item.case.number if item.case else "",
        }
        words["day"] = item.promised_by.isoformat() if item.promised_by else ""
        told = f"{gathering.subject}:told:{item.pk}"
        specs += [
            NoticeSpec("gathering_told", k, gathering.subject, f"{told}:{k}", words) for k in sorted(keys)
        ]
        note(actor, "gathering_item_told", item.gathering, now, item=item.no, how=how)
    notices_queue(specs, district_id=gathering.district_id, at=now)
    Item.objects.filter(pk__in=[i.pk for i in items]).update(told_at=now, told_how=how[:20])
    if not items_of(gathering).filter(told_at__isnull=True).exists():
        duty_done(gathering, "told", now)
    return len(items)


def _keys(item: Item) -> list[str]:
    if item.speaker is not None and item.speaker.keys:
        return item.speaker.keys
    return [f"e:{item.enterprise_id}"] if item.enterprise_id else []


def duty_done(gathering: Gathering, code: str, now: datetime) -> None:
    """Note that something owed was done."""
    Duty.objects.filter(gathering=gathering, code=code, done_at__isnull=True).update(done_at=now)


def letters_owe(gathering: Gathering, now: datetime) -> None:
    """Let writing to units wait only while there is something to write: what was settled in the room is not."""
    rows = Duty.objects.filter(gathering=gathering, code="letters")
    if any(letters_due(gathering, of) for of in gathering.of_kind.letters if of.to_units):
        if not gathering.letters.filter(unit__isnull=False).exists():
            rows.filter(done_at__isnull=False).update(done_at=None)
    else:
        rows.filter(done_at__isnull=True).update(done_at=now)


def cases_open(*, gathering: Gathering, actor: Viewer, now: datetime) -> list[Item]:
    """Open a case for each item whose kind says so and that has none; return those that have one now.

    A program opens it, so that the recorder needs no right of the pool; who did it stands in the audit.
    """
    opened = []
    program = system_viewer("worker", district_id=gathering.district_id)
    for item in items_of(gathering).filter(case__isnull=True).exclude(text=""):
        of_kind = gathering.of_kind.item(item.kind)
        if (
            of_kind is None
            or not of_kind.procedure
            or of_kind.case_data is None
            or len(item.text.strip()) < 5
        ):
            continue
        case = case_start(procedure=of_kind.procedure, actor=program, data=of_kind.case_data(item), now=now)
        item.case = case
        item.save(update_fields=["case"])
        note(actor, "gathering_item_case", item.gathering, now, item=item.no, number=case.number)
        opened.append(item)
    return opened


def _locked(item: Item) -> Gathering:
    """Lock the gathering first, as edits do, so that two who write wait for each other in the same order."""
    return Gathering.objects.select_for_update().get(pk=item.gathering_id)


def _touch(item: Item, locked: Gathering) -> None:
    """Let the live pages see that an item went on."""
    locked.seq += 1
    locked.save(update_fields=["seq"])
    Item.objects.filter(pk=item.pk).update(seq=locked.seq)
    item.refresh_from_db()


# --- in the background -------------------------------------------------------------------------
def days_rederive(now: datetime) -> int:
    """Under a changed calendar move open duties and promises to their true workday; each move is recorded."""
    moved, today = 0, local_date(now)
    for duty in Duty.objects.filter(done_at__isnull=True).select_related("gathering"):
        if duty.code == "letters":
            letters_owe(duty.gathering, now)
        calendar = calendar_for(duty.gathering.district_id)
        of_kind = duty.gathering.of_kind.duty(duty.code)
        if duty.calendar_version == calendar.version or of_kind is None:
            continue
        day = add_workdays(duty.started_on, of_kind.workdays, calendar)
        if day.on != duty.due_by:
            _day_moved(duty.gathering, of_kind.label, duty.due_by, day.on, now)
            moved += 1
        duty.due_by, duty.explanation, duty.calendar_version = (
            day.on,
            day.explanation[:200],
            day.calendar_version,
        )
        duty.save(update_fields=["due_by", "explanation", "calendar_version"])
    open_items = Item.objects.filter(done_at__isnull=True, dropped_at__isnull=True, promised_by__gte=today)
    for item in open_items.select_related("gathering"):
        calendar = calendar_for(item.gathering.district_id)
        if item.promised_by is None or calendar.is_workday(item.promised_by):
            continue
        day_on = first_workday_from(item.promised_by, calendar)
        _day_moved(item.gathering, f"第 {item.no} 条", item.promised_by, day_on, now)
        item.promised_by = day_on
        item.save(update_fields=["promised_by"])
        moved += 1
    return moved


def _day_moved(gathering: Gathering, what: str, before: date, after: date, now: datetime) -> None:
    program = system_viewer("worker", district_id=gathering.district_id)
    told = {"what": what, "before": before.isoformat(), "after": after.isoformat()}
    note(program, "gathering_day_moved", gathering, now, **told)


def reminders_send(now: datetime) -> int:
    """Remind units of open promises every few days, as the kind says; return how many units were told."""
    today, told = local_date(now), 0
    every = {k.code: k.remind_days for k in all_kinds() if k.remind_days}
    for gathering in Gathering.objects.filter(kind__in=every, phase="following"):
        last = gathering.reminded_on or gathering.on
        if not calendar_for(gathering.district_id).is_workday(today):
            continue
        if last + timedelta(days=every[gathering.kind]) > today:
            continue
        owed: dict[int, list[Item]] = defaultdict(list)
        for item in items_of(gathering).filter(done_at__isnull=True, unit__isnull=False):
            if item.case is None or item.case.is_open:
                owed[item.unit_id or 0].append(item)
        key = f"{gathering.subject}:remind:{today}"
        words = {"title": str(gathering)}
        specs = [
            NoticeSpec(
                "gathering_reminder", f"u:{unit}#liaison+leader", gathering.subject, f"{key}:{unit}",
                {**words, "count": len(items), "first": items[0].text[:40]}, f"/gatherings/{gathering.pk}/",
            )
            for unit, items in owed.items()
        ]  # fmt: skip
        notices_queue(specs, district_id=gathering.district_id, at=now)
        Gathering.objects.filter(pk=gathering.pk).update(reminded_on=today)
        told += len(specs)
    return told
