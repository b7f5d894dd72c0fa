"""Appointing officers, keeping scripts, handing tasks out, taking what was met, recording what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from qiying.capabilities.experience.models import (
    ExperienceFinding,
    ExperienceOfficer,
    ExperienceScript,
    ExperienceTask,
    Improvement,
)
from qiying.capabilities.experience.rules import (
    STEPS_MOST,
    findings_of,
    minutes_of,
    quarter_end,
    script_layout,
)
from qiying.capabilities.experience.selectors import ORGANISES
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.opening import case_start
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.forms.services import form_answer, form_publish, form_save
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.rows import row_faults, row_filled

SCRIPT = ("unit", "name", "steps", "guide_url", "workdays", "papers", "trips", "is_active")
RETEST_DAYS, RETEST_LEAST_DAYS = 60, 14


@transaction.atomic
def officer_appoint(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> ExperienceOfficer:
    """Appoint somebody with an account for a term; raise `GuardFailed` by field."""
    require(actor, ORGANISES)
    person = Person.objects.filter(login=str(values.get("login", "")).strip(), is_active=True).first()
    fields: dict[str, list[str]] = {}
    if person is None:
        fields["login"] = ["没有这个账号，请先请他注册，再写他的登录名"]
    elif ExperienceOfficer.objects.filter(
        district_id=actor.district_id or 0, person=person, valid_to__isnull=True
    ).exists():
        fields["login"] = [f"{person.name}已经是体验官"]
    if not 1 <= int(values.get("per_quarter") or 0) <= 20:
        fields["per_quarter"] = ["每季度 1 到 20 次"]
    refuse(fields)
    assert person is not None
    row = ExperienceOfficer.objects.create(
        district_id=actor.district_id or 0,
        person=person,
        background=values["background"],
        per_quarter=values["per_quarter"],
        valid_from=values["valid_from"],
    )
    _noted(actor, "feedback.officer_appoint", row.person_id, now, name=person.name, background=row.background)
    _retests_hand_on(row.district_id, now)
    return row


@transaction.atomic
def officer_end(*, officer: ExperienceOfficer, actor: Viewer, on: date, reason: str, now: datetime) -> None:
    """End a term; walks not done yet stand down, re-tests go to somebody else, what was found stays."""
    require(actor, ORGANISES)
    if on < officer.valid_from:
        why = "不能早于聘任的那天"
        raise GuardFailed([why], {"on": [why]})
    officer.valid_to, officer.ended_reason = on, reason.strip()[:200]
    officer.save(update_fields=["valid_to", "ended_reason"])
    officer.tasks.filter(done_at__isnull=True, due_on__gt=on, retest_of=None).delete()
    _retests_hand_on(officer.district_id, now)
    _noted(actor, "feedback.officer_end", officer.person_id, now, name=officer.person.name, reason=reason)


def _retests_hand_on(district_id: int, now: datetime) -> None:
    """Give re-tests of officers whose term ends to whoever stays and has least to walk; without one they wait."""
    today = local_date(now)
    left = ExperienceTask.objects.filter(
        retest_of__isnull=False, done_at=None, officer__valid_to__isnull=False
    )
    for task in left.filter(script__district_id=district_id).select_related("script"):
        officer = _least_busy(district_id, today)
        if officer is None:
            return
        task.officer = officer
        task.due_on = max(task.due_on, today + timedelta(days=RETEST_LEAST_DAYS))
        task.save(update_fields=["officer", "due_on"])
        _tell(task, now)


def _least_busy(district_id: int, today: date) -> ExperienceOfficer | None:
    busy = Count("tasks", filter=Q(tasks__done_at__isnull=True))
    rows = ExperienceOfficer.objects.filter(in_force(today), district_id=district_id, valid_to=None)
    return rows.annotate(busy=busy).order_by("busy", "pk").first()


@transaction.atomic
def script_save(
    *, script: ExperienceScript | None, actor: Viewer, values: Mapping[str, Any], now: datetime
) -> ExperienceScript:
    """Keep a script and publish its record sheet as another version; raise `GuardFailed` by field."""
    require(actor, ORGANISES)
    district_id = actor.district_id or 0
    row = script or ExperienceScript(district_id=district_id)
    row_filled(row, values, *SCRIPT)
    steps, fields = row.step_list, row_faults(row)
    if "unit" not in fields and not Unit.objects.filter(pk=row.unit_id, is_active=True).exists():
        fields["unit"] = ["选的单位不在本区或已停用，请重选"]
    if not 1 <= len(steps) <= STEPS_MOST:
        fields["steps"] = [f"写 1 到 {STEPS_MOST} 步，一行一步，现在 {len(steps)} 步"]
    if not row.name.strip():
        fields["name"] = ["请写事项名称"]
    refuse(fields)
    program = system_viewer("worker", district_id=district_id)
    layout = script_layout(f"体验：{row.name}", steps)
    number = ExperienceScript.objects.filter(district_id=district_id).count() + 1
    code = script.form.code if script else f"experience-{number}-{int(now.timestamp())}"
    form = form_save(
        actor=program, unit=row.unit, code=code, layout=layout, at=now, form=script.form if script else None
    )
    version = current_version(form)
    if version is None or version.layout != layout:
        form_publish(actor=program, form=form, at=now)
    row.form, row.steps = form, "\n".join(steps)
    row.save()
    record_act(
        actor=actor,
        action="feedback.script_save",
        subject=f"experience_script:{row.pk}",
        data={"name": row.name, "steps": len(steps)},
        at=now,
        district_id=district_id,
    )
    return row


@transaction.atomic
def task_give(
    *, script: ExperienceScript, officer: ExperienceOfficer, actor: Viewer, due_on: date, now: datetime
) -> ExperienceTask:
    """Hand a walk to an officer in office; raise `GuardFailed` for a day gone or the same walk twice."""
    require(actor, ORGANISES)
    fields: dict[str, list[str]] = {}
    today = local_date(now)
    if due_on < today:
        fields["due_on"] = ["最晚哪天不能早于今天"]
    if officer.valid_to is not None and officer.valid_to < due_on:
        fields["officer_id"] = [f"{officer}的任期到那天已经结束"]
    if officer.tasks.filter(script=script, done_at__isnull=True).exists():
        fields["officer_id"] = [f"{officer}手上已经有这一件"]
    refuse(fields)
    return _given(script, officer, due_on, now)


def _given(
    script: ExperienceScript,
    officer: ExperienceOfficer,
    due_on: date,
    now: datetime,
    retest_of: ExperienceTask | None = None,
) -> ExperienceTask:
    task = ExperienceTask.objects.create(script=script, officer=officer, due_on=due_on, retest_of=retest_of)
    _tell(task, now)
    return task


def _tell(task: ExperienceTask, now: datetime) -> None:
    spec = NoticeSpec(
        template="experience_task",
        to=f"p:{task.officer.person_id}",
        subject=task.subject,
        dedupe_key=f"{task.subject}:{task.officer_id}",
        context={"name": task.script.name, "until": f"{task.due_on.month}月{task.due_on.day}日"},
        url=f"/experience/{task.pk}/",
    )
    notices_queue([spec], district_id=task.script.district_id, at=now)


@transaction.atomic
def quarter_fill(*, actor: Viewer, now: datetime) -> int:
    """Give every officer his walks of this quarter: scripts walked least, none twice; return how many were given."""
    require(actor, ORGANISES)
    today = local_date(now)
    due = quarter_end(today)
    first = due.replace(day=1, month=due.month - 2)
    scripts = list(
        ExperienceScript.objects.filter(district_id=actor.district_id or 0, is_active=True)
        .annotate(n=Count("tasks"))
        .order_by("n", "pk")
    )
    held = Count("tasks", filter=Q(tasks__due_on__range=(first, due), tasks__retest_of__isnull=True))
    officers = ExperienceOfficer.objects.filter(in_force(due), district_id=actor.district_id or 0)
    given = 0
    for officer in officers.annotate(held=held).select_related("person").order_by("pk"):
        known = set(officer.tasks.filter(due_on__gte=first).values_list("script_id", flat=True))
        fresh = [s for s in scripts if s.pk not in known]
        for script in fresh[: max(officer.per_quarter - officer.held, 0)]:
            _given(script, officer, due, now)
            scripts.append(scripts.pop(scripts.index(script)))
            given += 1
    return given


@transaction.atomic
def task_record(
    *,
    task: ExperienceTask,
    actor: Viewer,
    answers: Mapping[str, Any],
    key: str,
    now: datetime,
    session_key: str | None = None,
) -> ExperienceTask:
    """Take what an officer met: trouble becomes cases of the pool, a re-test decides on what was changed."""
    locked = ExperienceTask.objects.select_for_update(of=("self",)).select_related("script__form", "officer")
    row = locked.get(pk=task.pk)
    if row.officer.person_id != actor.person_id:
        raise NotPermitted("这是别人的体验任务")
    if row.response is not None:
        if row.response.key == key:
            return row
        raise ActionNotAvailable("这次体验已经交过了")
    version = current_version(row.script.form)
    if version is None:
        raise ActionNotAvailable("这个脚本停用了，不用再做")
    response = form_answer(
        version=version,
        subject=row.subject,
        answers=answers,
        actor=actor,
        at=now,
        key=key,
        session_key=session_key,
    )
    steps = row.script.step_list
    row.response, row.done_at, row.done_on = response, now, local_date(now)
    row.minutes = minutes_of(response.answers, steps)
    row.save(update_fields=["response", "done_at", "done_on", "minutes"])
    found = findings_of(response.answers, steps)
    for n, one in enumerate(found, 1):
        finding = ExperienceFinding(task=row, step=one.step, text=one.text[:2000])
        finding.case = _case(row, finding, n, now)
        finding.save()
    outcome = Improvement.Outcome.FAILS if found else Improvement.Outcome.HOLDS
    Improvement.objects.filter(retest=row).update(outcome=outcome)
    _noted(actor, "feedback.task_record", row.officer.person_id, now, name=row.script.name, found=len(found))
    return row


def _case(task: ExperienceTask, finding: ExperienceFinding, n: int, now: datetime) -> Any:
    """Open the case of a finding: what was met, at which step of which service, by an experience officer."""
    data = {
        "channel": "experience_officer",
        "title": f"{task.script.name}：{finding.step}"[:60],
        "text": f"体验“{task.script.name}”时，在“{finding.step}”这一步：{finding.text}",
        "contact_name": task.officer.person.name[:40],
        "source_id": f"experience-{task.pk}-{n}",
    }
    program = system_viewer("import_service", district_id=task.script.district_id)
    return case_start(procedure="service_request", actor=program, data=data, now=now)


@transaction.atomic
def improvement_record(*, task: ExperienceTask, actor: Viewer, text: str, now: datetime) -> Improvement:
    """Record what the unit changed and give the officer a re-test; raise `GuardFailed` without words."""
    if task.script.unit_id not in actor.unit_ids:
        raise NotPermitted("只有办这件事的单位能记改进")
    if len(text.strip()) < 4:
        raise GuardFailed(["请写改了什么，至少 4 个字"], {"text": ["请写改了什么，至少 4 个字"]})
    if task.done_at is None or task.improvements.exists():
        raise ActionNotAvailable("这次体验的改进已经记过了" if task.done_at else "还没体验，没有要改的")
    today = local_date(now)
    officer = task.officer
    if officer.valid_to is not None:
        officer = _least_busy(task.script.district_id, today) or officer
    retest = _given(task.script, officer, today + timedelta(days=RETEST_DAYS), now, retest_of=task)
    row = Improvement.objects.create(
        script=task.script,
        task=task,
        text=text.strip()[:1000],
        retest=retest,
        made_by_name=actor.name,
        made_at=now,
    )
    _noted(actor, "feedback.improvement", officer.person_id, now, name=task.script.name, text=row.text[:200])
    return row


def _noted(actor: Viewer, action: str, person_id: int, now: datetime, **data: Any) -> None:
    record_act(
        actor=actor,
        action=action,
        subject=f"person:{person_id}",
        data=data,
        at=now,
        district_id=actor.district_id,
    )
