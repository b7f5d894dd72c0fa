"""Examinations: papers drawn at opening, each person sits one, hands in once; the answer counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from random import SystemRandom
from typing import Any

from django.db import transaction

from qiying.capabilities.study.models import Exam, Paper, Question, Sitting
from qiying.capabilities.study.rules import drawn, is_enough, rights
from qiying.capabilities.study.selectors.exams import exams_of, is_open_on
from qiying.capabilities.study.services.keeping import note
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.forms.services import form_answer, form_publish, form_save
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer

DRAW = SystemRandom()


@transaction.atomic
def exam_open(*, actor: Viewer, exam: Exam, now: datetime) -> Exam:
    """Draw the papers of an examination; the pass mark of the day it opens stands from then on."""
    require(actor, "study.keep")
    row = Exam.objects.select_for_update(of=("self",)).select_related("unit").get(pk=exam.pk)
    if row.unit_id not in actor.unit_ids:
        raise NotPermitted("由组织考试的单位抽题开考")
    if row.state != Exam.State.DRAFT:
        raise ActionNotAvailable("已经抽过题了")
    wanted = {"one": row.ones, "many": row.manies, "judge": row.judges}
    bank = _bank(row, local_date(now))
    lacks = [
        f"{Question.Kind(kind).label}要 {n} 题，题库里只有 {len(bank[kind])} 题" for kind, n in wanted.items()
        if n > len(bank[kind])
    ]  # fmt: skip
    if lacks:
        refuse({"": [f"{'；'.join(lacks)}。先补题库，或者改少一点"]})
    maker = system_viewer("worker", district_id=row.district_id)  # papers are nobody's to edit
    for no in range(1, row.papers + 1):
        paper = drawn(f"{row.title}（第 {no} 卷）"[:100], bank, wanted, DRAW)
        code = f"exam-{row.pk}-{no}"
        form = form_save(actor=maker, unit=row.unit, code=code, layout=paper.layout, at=now, is_listed=False)
        Paper.objects.create(
            exam=row, no=no, version=form_publish(actor=maker, form=form, at=now), key=paper.key
        )
    row.state = Exam.State.OPEN
    row.pass_mark = int(parameter("study.pass_mark", district_id=row.district_id, on=row.opens_on))
    row.save()
    note(actor, "open", row, now, count=row.papers)
    return row


def _bank(exam: Exam, on: date) -> dict[str, list[Question]]:
    rows = Question.objects.filter(in_force(on), district_id=exam.district_id)
    rows = rows.filter(field=exam.field) if exam.field else rows
    found: dict[str, list[Question]] = {kind: [] for kind in Question.Kind.values}
    for one in rows:
        found[one.kind].append(one)
    return found


@transaction.atomic
def sitting_begin(*, actor: Viewer, exam: Exam, now: datetime) -> Sitting:
    """Draw a paper for somebody who is to sit; asked again, the same one."""
    row = exams_of(actor).filter(pk=exam.pk).first()
    if row is None:
        raise NotPermitted("这场考试不要您考，请看是哪些单位的人考")
    found = (
        Sitting.objects.filter(exam=row, person_id=actor.person_id or 0)
        .select_related("paper__version")
        .first()
    )
    if found is not None:
        return found
    _open(row, local_date(now))
    unit = Membership.objects.filter(
        in_force(local_date(now)), person_id=actor.person_id or 0, unit__in=row.units.all()
    ).order_by("pk").first()  # fmt: skip
    if unit is None:
        raise NotPermitted("您今天不在要考的单位里")
    paper = DRAW.choice(list(row.drawn.select_related("version")))
    made, _ = Sitting.objects.get_or_create(
        exam=row,
        person_id=actor.person_id or 0,
        defaults={"unit_id": unit.unit_id, "paper": paper, "started_at": now, "asked": len(paper.key)},
    )
    note(actor, "sit", row, now)
    return made


def _open(exam: Exam, today: date) -> None:
    if not is_open_on(exam, today):
        raise ActionNotAvailable(
            f"考试从 {exam.opens_on:%-m月%-d日} 到 {exam.closes_on:%-m月%-d日}，现在不能考"
        )


@transaction.atomic
def sitting_answer(
    *,
    actor: Viewer,
    sitting: Sitting,
    answers: Mapping[str, Any],
    key: str,
    now: datetime,
    session_key: str | None = None,
) -> Sitting:
    """Hand in once and for all: the same paper sent again is the same answer, another is refused."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related(
        "exam", "paper__version__form", "response"
    )
    row = rows.get(pk=sitting.pk)
    if row.person_id != actor.person_id:
        raise NotPermitted("卷子要本人答")
    if row.response is not None and row.handed_at is not None:
        if row.response.key == key:
            return row
        at = local_time(row.handed_at)
        raise ActionNotAvailable(f"您 {at:%-m月%-d日 %H:%M} 已经交卷，得 {row.points} 分。一场考试只能考一次")
    _open(row.exam, local_date(now))
    response = form_answer(
        version=row.paper.version, subject=row.subject, answers=answers, actor=actor, at=now, key=key,
        session_key=session_key,
    )  # fmt: skip
    row.response, row.handed_at = response, now
    row.right = len(rights(row.paper.key, response.answers))
    row.has_passed = is_enough(row.right, row.asked, row.exam.pass_mark or 100)
    row.save()
    _count(row, local_date(now), {"sat": 1, "passed": int(row.has_passed)})
    note(actor, "answer", row.exam, now, points=row.points)
    return row


def _count(row: Sitting, on: date, counts: Mapping[str, int]) -> None:
    whose = {"district_id": row.exam.district_id, "unit_id": row.unit_id, "case_id": -row.pk, "event_seq": 0}
    told: dict[str, Any] = {"procedure": "study", "kind": "exam", "month": on.replace(day=1), **whose}
    deltas_write([FigureDelta(**told, measure=name, value=n) for name, n in counts.items() if n])
