"""Reports that come by themselves: when, to whom, with what, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.models import ReportSchedule
from qiying.cockpit.schedules import (
    addressable,
    next_at,
    report_make,
    schedule_delete,
    schedule_pause,
    schedule_save,
    schedules_run,
)
from qiying.cockpit.tests.test_numbers_page import client, text_of
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Job
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read
from qiying.kernel.documents.subjects import subject_visible
from qiying.kernel.notices.models import InboxItem
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.organisations.models import Membership
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.tables.files.sniff import read_sheets
from qiying.statutes.workdays import default_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LOCAL = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def ordered(world: World, who: str = "supervisor", **changes: Any) -> ReportSchedule:
    data = {
        "name": "月报",
        "page": "numbers",
        "query": "",
        "period": "this1",
        "rhythm": "weekly",
        "day": 1,
        "hour": 9,
    }
    data |= {"recipients": [world.people[who].pk], **changes}
    return schedule_save(actor=world.viewer(who), data=data, now=world.now)


def run(world: World, **later: Any) -> int:
    if later:
        world.later(**later)
    ran = schedules_run(world.now)
    jobs_run(world.now)
    outbox_run(world.now)
    return ran


def sheet_words(document: Document) -> str:
    sheets = read_sheets(document_read(document))
    return str([list(sheet.rows) for sheet in sheets])


@pytest.mark.parametrize(
    ("rhythm", "day", "after", "expected"),
    [
        ("weekly", 1, (2026, 11, 17, 10), (2026, 11, 23, 9)),
        ("weekly", 2, (2026, 11, 17, 8), (2026, 11, 17, 9)),
        ("weekly", 2, (2026, 11, 17, 9), (2026, 11, 24, 9)),
        ("monthly", 28, (2026, 11, 17, 9), (2026, 11, 30, 9)),  # the 28th is a Saturday
        ("first", 20, (2026, 9, 30, 9), (2026, 10, 8, 9)),  # after the National Day holidays
        ("first", 1, (2026, 12, 30, 9), (2027, 1, 4, 9)),
    ],
)
def test_a_report_is_due_on_a_workday(rhythm, day, after, expected):
    moment = datetime(*after).replace(tzinfo=LOCAL)
    assert next_at(rhythm, day, 9, moment, default_calendar()) == datetime(*expected).replace(tzinfo=LOCAL)


def test_each_recipient_gets_what_he_may_read_and_only_he_can_open_it(world):
    case = world.handling()
    people = [world.people[w].pk for w in ("supervisor", "handler", "co_handler")]
    schedule = ordered(world, page="worklist", query="tab=all&month=2026-10&page=3", recipients=people)
    assert schedule.query == "tab=all"
    assert run(world, days=8) == 1
    documents = {d.uploaded_by_id: d for d in Document.objects.filter(subject__startswith="report:")}
    assert set(documents) == set(people)
    assert case.number in sheet_words(documents[world.people["handler"].pk])
    assert case.number not in sheet_words(documents[world.people["co_handler"].pk])
    for who in ("supervisor", "handler", "co_handler", "clerk", "desk"):
        own = documents.get(world.people[who].pk)
        seen = [d for d in documents.values() if subject_visible(world.viewer(who), d.subject, d.audience)]
        assert seen == ([own] if own else [])
    assert InboxItem.objects.filter(person=world.people["handler"], title__contains="月报").count() == 1
    schedule.refresh_from_db()
    assert schedule.last_run_at == world.now
    assert schedule.last_error == ""


def test_missed_days_are_made_up_for_once_and_a_repeated_job_tells_nobody_twice(world):
    schedule = ordered(world)
    assert run(world) == 0
    assert run(world, days=40) == 1
    assert run(world) == 0
    report_make(Job.objects.get(kind="report_make"), world.now)
    outbox_run(world.now)
    assert Document.objects.filter(subject__startswith="report:").count() == 1
    schedule.refresh_from_db()
    assert schedule.next_at > world.now


def test_one_who_may_no_longer_read_is_told_of_by_name_and_the_others_get_theirs(world):
    schedule = ordered(world, recipients=[world.people[w].pk for w in ("supervisor", "handler")])
    Membership.objects.filter(person=world.people["handler"]).update(
        valid_to=world.now.date() - timedelta(days=1)
    )
    run(world, days=8)
    schedule.refresh_from_db()
    assert world.people["handler"].name in schedule.last_error
    assert Document.objects.get(subject__startswith="report:").uploaded_by == world.people["supervisor"]


def test_who_lost_the_right_sends_nothing(world):
    schedule = ordered(world)
    Membership.objects.filter(person=world.people["supervisor"]).update(
        valid_to=world.now.date() - timedelta(days=1)
    )
    run(world, days=8)
    schedule.refresh_from_db()
    assert "没有定期报告的权限" in schedule.last_error
    assert not Document.objects.filter(subject__startswith="report:").exists()


def test_a_unit_sends_to_its_own_people_alone(world):
    allowed = {p for p, _ in addressable(world.viewer("leader"), world.now.date())}
    assert world.people["handler"].pk in allowed
    assert world.people["co_handler"].pk not in allowed
    with pytest.raises(GuardFailed) as refused:
        ordered(world, "leader", recipients=[world.people["co_handler"].pk], day=31, hour=9)
    assert set(refused.value.fields) == {"recipients", "day"}


@pytest.mark.parametrize("who", ["handler", "clerk"])
def test_without_the_right_there_is_no_schedule(world, who):
    with pytest.raises(NotPermitted):
        ordered(world, who)
    assert client(world, who).get("/numbers/schedules/").status_code == 404


def test_the_pages_make_change_pause_and_delete(world):
    browser = client(world, "supervisor")
    new = "/numbers/schedules/new/?page=worklist&query=tab%3Dlate"
    assert "定期送" in text_of(browser.get("/numbers/"))
    assert "定期送" in text_of(browser.get("/worklist/"))
    given = {
        "name": "超期周报",
        "page": "worklist",
        "query": "tab=late",
        "rhythm": "weekly",
        "day": "9",
        "hour": "8",
    }
    refused = browser.post(new, {**given, "recipients": [world.people["desk"].pk]})
    assert refused.status_code == 422
    assert "超期周报" in refused.content.decode()
    assert (
        browser.post(new, {**given, "day": "5", "recipients": [world.people["desk"].pk]}).status_code == 302
    )
    found = ReportSchedule.objects.get()
    assert (found.query, found.page, found.day) == ("tab=late", "worklist", 5)
    assert "每周五 8 点" in text_of(browser.get("/numbers/schedules/"))
    assert browser.get(f"/numbers/schedules/{found.pk}/").status_code == 200
    assert client(world, "desk").get(f"/numbers/schedules/{found.pk}/").status_code == 404
    for act in ("pause", "resume"):
        browser.post(f"/numbers/schedules/{found.pk}/{act}/")
    browser.post(f"/numbers/schedules/{found.pk}/delete/")
    assert not ReportSchedule.objects.exists()
    told = list(
        AuditEntry.objects.filter(subject=f"report:{found.pk}")
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert told == ["report_scheduled", "report_paused", "report_resumed", "report_unscheduled"]


def test_a_paused_report_waits_and_does_not_catch_up(world):
    schedule = ordered(world)
    schedule_pause(actor=world.viewer("supervisor"), schedule=schedule, is_paused=True, now=world.now)
    assert run(world, days=20) == 0
    schedule_pause(actor=world.viewer("supervisor"), schedule=schedule, is_paused=False, now=world.now)
    assert run(world) == 0
    assert run(world, days=8) == 1


def test_a_deleted_report_is_not_made(world):
    schedule = ordered(world)
    world.later(days=8)
    schedules_run(world.now)
    schedule_delete(actor=world.viewer("supervisor"), schedule=schedule, now=world.now)
    jobs_run(world.now)
    assert not Document.objects.filter(subject__startswith="report:").exists()
