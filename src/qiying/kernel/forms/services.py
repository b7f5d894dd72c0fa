"""Writes: a questionnaire saved, published and ended; answers kept as a draft and handed in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.kernel.audit.subjects import noting, row_noted
from qiying.kernel.documents.services import documents_attach
from qiying.kernel.forms.checking import layout_problems
from qiying.kernel.forms.definition import MAX_QUESTIONS, Problem, definition_of, shape_problems
from qiying.kernel.forms.difference import differences
from qiying.kernel.forms.models import Form, FormDraft, FormVersion, Response
from qiying.kernel.forms.sheet import Held, Sheet, sheet
from qiying.kernel.forms.values import schema_of
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer

_noted = noting("")

MAX_LAYOUT = 400_000
"""Most characters of a questionnaire, and of answers to one: 300 questions need a fraction."""
DRAFT_DAYS = 60


# --- questionnaires ---------------------------------------------------------------------
@transaction.atomic
def form_save(
    *,
    actor: Viewer,
    unit: Unit,
    code: str,
    layout: Mapping[str, Any],
    at: datetime,
    form: Form | None = None,
    is_open: bool | None = None,
    seen_at: datetime | None = None,
    is_listed: bool = True,
) -> Form:
    """Keep the wording of a new or known questionnaire; what only publishing needs may still be missing.

    `seen_at` is when the wording this one was made of was saved: another saved since then is not written over.
    """
    _may_edit(actor, unit)
    if len(json.dumps(layout, ensure_ascii=False)) > MAX_LAYOUT:
        raise GuardFailed([f"表单太长，一份最多 {MAX_QUESTIONS} 题，请分成几份。"])
    if broken := shape_problems(dict(layout)):
        raise _refused(broken)
    if form is None:
        if Form.objects.filter(district_id=unit.district_id, code=code).exists():
            raise GuardFailed([f"编码“{code}”已经有了，换一个。"], {"code": ["已经有了，换一个"]})
        form = Form(district_id=unit.district_id, unit=unit, code=code, is_listed=is_listed)
    elif seen_at is not None:
        locked = Form.objects.select_for_update().get(pk=form.pk)
        if locked.changed_at != seen_at:
            raise GuardFailed(["刚才同时有人存了这份表单，您的没有存。再点一次。"])
    before = form.draft if form.pk else None
    if before == layout and is_open in (None, form.is_open):
        return form
    form.is_open = form.is_open if is_open is None else is_open
    form.title, form.draft = layout["title"], dict(layout)
    form.changed_at, form.changed_by_id = at, actor.person_id
    form.save()
    told = differences(before, layout) if before else ["新建"]
    _noted(actor, "form_saved", form, at, title=form.title, changes="；".join(told)[:2000])
    return form


@transaction.atomic
def form_publish(*, actor: Viewer, form: Form, at: datetime) -> FormVersion:
    """Check the wording and publish it as the next version; raise `GuardFailed` with every problem."""
    _may_edit(actor, form.unit)
    locked = Form.objects.select_for_update().get(pk=form.pk)
    if locked.ended_at is not None:
        raise ActionNotAvailable("这份表单停用了，先恢复再发布。")
    if problems := layout_problems(locked.draft):
        raise _refused(problems)
    last = locked.versions.order_by("-number").first()
    if last is not None and last.layout == locked.draft:
        raise ActionNotAvailable(f"和第 {last.number} 版一样，没有要发布的。")
    told = "\n".join(differences(last.layout if last else None, locked.draft))
    made = FormVersion.objects.create(
        form=locked,
        number=last.number + 1 if last else 1,
        schema=schema_of(definition_of(locked.draft)),
        layout=locked.draft,
        changes=told,
        published_at=at,
        published_by_id=actor.person_id,
    )
    _noted(actor, "form_published", locked, at, number=made.number, changes=told[:2000])
    return made


@transaction.atomic
def form_end(*, actor: Viewer, form: Form, reason: str, at: datetime) -> None:
    """Take a questionnaire out of use; answers and versions stay."""
    _may_edit(actor, form.unit)
    if not reason.strip():
        raise GuardFailed(["请写明为什么停用"], {"reason": ["请写明为什么停用"]})
    if Form.objects.filter(pk=form.pk, ended_at=None).update(ended_at=at):
        _noted(actor, "form_ended", form, at, reason=reason.strip()[:200])


@transaction.atomic
def form_resume(*, actor: Viewer, form: Form, at: datetime) -> None:
    """Take a questionnaire into use again."""
    _may_edit(actor, form.unit)
    if Form.objects.filter(pk=form.pk, ended_at__isnull=False).update(ended_at=None):
        _noted(actor, "form_resumed", form, at)


def _may_edit(actor: Viewer, unit: Unit) -> None:
    if actor.is_system:
        return
    if not actor.has("forms.edit") or not any(unit.path.startswith(m.path) for m in actor.memberships):
        raise NotPermitted("只有主办单位和它的上级能改这份表单。", permission="forms.edit")


def _refused(problems: list[Problem]) -> GuardFailed:
    fields: dict[str, list[str]] = {}
    for one in problems:
        fields.setdefault(one.code, []).append(one.words)
    return GuardFailed([f"{p.code}：{p.words}" if p.code else p.words for p in problems], fields)


# --- answers -------------------------------------------------------------------------------
def draft_of(*, version: FormVersion, subject: str, holder: str, at: datetime) -> FormDraft:
    """Return the answers somebody began, or a beginning that is not stored yet."""
    named = {"version": version, "subject": subject, "holder": holder}
    found = FormDraft.objects.filter(**named).first()
    return found or FormDraft(**named, key=secrets.token_urlsafe(16), saved_at=at)


def draft_keep(*, draft: FormDraft, answers: Mapping[str, Any], at: datetime) -> None:
    """Keep answers as they stand, wrong ones too; raise `GuardFailed` when they are more than anybody types."""
    if len(json.dumps(answers, ensure_ascii=False)) > MAX_LAYOUT:
        raise GuardFailed(["写得太长，存不下。请分开写，或作为文件传上来。"])
    draft.answers, draft.saved_at = dict(answers), at
    FormDraft.objects.update_or_create(
        version_id=draft.version_id,
        subject=draft.subject,
        holder=draft.holder,
        defaults={"answers": draft.answers, "saved_at": at},
        create_defaults={"answers": draft.answers, "saved_at": at, "key": draft.key},
    )


def unordered_key() -> int:
    """Return a row's key that tells nothing of when the row came: drawn by lot, below what the database counts up."""
    return -1 - secrets.randbelow(2**53)


@transaction.atomic
def form_answer(
    *,
    version: FormVersion,
    subject: str,
    answers: Mapping[str, Any],
    actor: Viewer,
    at: datetime,
    key: str,
    facts: Mapping[str, Held] | None = None,
    enterprise_id: int | None = None,
    session_key: str | None = None,
    is_named: bool = True,
    left_out: Collection[str] = (),
) -> Response:
    """Hand in answers for a subject; the same key again gives the same response.

    Answers to questions that this branch does not ask are dropped. Raises `GuardFailed` with `fields` by question
    (`项目.0.金额` within groups). Uploaded documents become the subject's. Without `is_named` nobody is noted, nor
    does the row's key tell which came first. What is `left_out` is checked like all else and not kept.
    """
    known = Response.objects.filter(version=version, key=key).select_related("version").first()
    if known is not None:
        return known
    read = sheet(version.compiled, answers, facts)
    if refusals := read.refusals:
        titles = {q.code: q.title for q in version.compiled.definition}
        told = [f"{titles.get(p.rpartition('.')[2], p)}：{w}" for p, words in refusals.items() for w in words]
        raise GuardFailed(told, refusals)
    made, is_new = Response.objects.get_or_create(
        version=version,
        key=key,
        defaults={
            "district_id": version.form.district_id,
            "subject": subject,
            **({} if is_named else {"id": unordered_key()}),
            "answers": {code: value for code, value in read.values.items() if code not in left_out},
            "computed": dict(read.computed),
            "sources": dict(read.sources),
            "points": read.points,
            "grade": read.grade,
            "person_id": actor.person_id if is_named else None,
            "enterprise_id": enterprise_id if is_named else None,
            "answered_at": at,
        },
    )
    if is_new:
        documents_attach(
            ids=uploads_in(read, facts or {}),
            subject=subject,
            actor=actor,
            at=at,
            session_key=session_key,
            district_id=made.district_id,
            enterprise_id=enterprise_id if is_named else None,
        )
        FormDraft.objects.filter(version=version, subject=subject, key=key).delete()
    return made


ERASED = "（已按要求删除）"
"""What stands for written words that were erased: that they were answered still counts."""


@transaction.atomic
def answer_erase(*, response: Response, code: str, actor: Viewer, reason: str, at: datetime) -> None:
    """Take written words out of a response (个人信息保护法 art. 47); its version and every figure stay as they are.

    The caller has checked that the actor may read it. Raises `GuardFailed` without a reason or without words there.
    """
    row = Response.objects.select_for_update(of=("self",)).select_related("version").get(pk=response.pk)
    question = row.version.compiled.definition.question(code)
    if not reason.strip():
        raise GuardFailed(["请写明谁要求删、为什么"], {"reason": ["请写明谁要求删、为什么"]})
    if question is None or question.kind not in ("short", "long"):
        raise GuardFailed(["只有写的文字可以删去"])
    left = _without(row.answers, code)
    if left == row.answers:
        raise ActionNotAvailable("这里没有文字，或者已经删去了。")
    row.answers = left
    row.erased += 1
    row.save(update_fields=["answers", "erased"])
    told = {"title": question.title, "reason": reason.strip()[:200]}
    row_noted(actor, "form_answer_erased", row, at, **told)


def _without(answers: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return answers without the words of a question, in every row of a group where it stands in one."""
    rows = {
        key: [_without(row, code) if isinstance(row, Mapping) else row for row in value]
        for key, value in answers.items()
        if isinstance(value, list)
    }
    return {**answers, **rows, **({code: ERASED} if answers.get(code) else {})}


def uploads_in(read: Sheet, facts: Mapping[str, Held]) -> list[int]:
    """Return the documents that were uploaded for the answers, without those held before."""
    found: list[int] = []
    for one in (f for top in read.fields for f in top if f.question.is_upload and isinstance(f.value, list)):
        held = facts.get(one.question.code)
        found += [number for number in one.value if held is None or number not in held.value]
    return found


def form_drafts_expire(now: datetime, limit: int = 500) -> int:
    """Delete answers begun and left for two months; return how many."""
    old = FormDraft.objects.filter(saved_at__lt=now - timedelta(days=DRAFT_DAYS)).values("pk")[:limit]
    return FormDraft.objects.filter(pk__in=[row["pk"] for row in old]).delete()[0]
