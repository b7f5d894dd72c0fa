"""The life of a policy's wording: draft → review by another person → published → amended → expired or replaced.

`policy_changed` is emitted after every change of what is in force; matching listens to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from qiying.capabilities.policies.models import Catalogue, Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.selectors.catalogue import draft_basis, must_lead
from qiying.capabilities.policies.selectors.shelf import wording_of
from qiying.capabilities.policies.services.noting import noted, refuse
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy as Wording
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer

CHANGED = "policy_changed"
DETAILS = frozenset(
    {
        "theme", "life_stage", "grant", "service_unit_id", "contact_name", "contact_phone", "publicity_workdays",
        "is_paid_here", "apply_url", "is_sample", "lead_unit_id",
    }
)  # fmt: skip
"""Fields of a policy that stand beside its wording."""
NO_UNIT = "没有这个单位，请从列表里选"


@transaction.atomic
def policy_create(
    *,
    actor: Viewer,
    district_id: int,
    text: str,
    lead_unit_id: int,
    at: datetime,
    clause_text: str = "",
    co_unit_ids: tuple[int, ...] = (),
    unread: Iterable[str] = (),
    **details: Any,
) -> PolicyVersion:
    """Enter a policy with its first draft; the code and the name are those of the text.

    `unread` are parts of the original that nobody has read into the table yet: each is settled before handing in.

    Raises: NotPermitted, GuardFailed (`fields` names `text` or a detail).
    """
    unit = Unit.objects.filter(pk=lead_unit_id, district_id=district_id).first()
    if unit is None:
        refuse({"lead_unit_id": NO_UNIT})
    must_lead(actor, "policies.edit", Policy(district_id=district_id, lead_unit=unit))
    wording = _read(text)
    if Policy.objects.filter(district_id=district_id, code=wording.id).exists():
        refuse({"code": f"已经有代号是“{wording.id}”的政策，请换一个代号，或者去修改原来那项"})
    _check_details(district_id, details)
    policy = Policy.objects.create(
        district_id=district_id,
        code=wording.id,
        name=wording.name,
        lead_unit_id=lead_unit_id,
        valid_from=wording.valid_from,
        valid_to=wording.valid_to,
        created_at=at,
        created_by_id=actor.person_id,
        **{**details, "is_sample": details.get("is_sample", wording.sample)},
    )
    policy.co_units.set(co_unit_ids)
    version = PolicyVersion.objects.create(
        policy=policy,
        no=1,
        text=text,
        clause_text=clause_text,
        unread=[{"words": words[:500], "by": None, "at": None} for words in unread],
        author_id=actor.person_id,
        saved_at=at,
    )
    noted(actor, "policies.policy_create", policy, at, code=policy.code, version=1)
    return version


@transaction.atomic
def draft_save(
    *,
    actor: Viewer,
    version: PolicyVersion,
    text: str,
    revision: int,
    at: datetime,
    clause_text: str | None = None,
    change_note: str | None = None,
    effective_from: date | None = None,
) -> PolicyVersion:
    """Save a draft; a draft may be wrong, only its reading must succeed. `revision` is the one that was edited."""
    locked = _locked(actor, "policies.edit", version, VersionState.DRAFT, VersionState.RETURNED)
    if locked.revision != revision:
        raise ActionNotAvailable("您改的时候别人也改了这份草稿，请打开最新的再改。您写的还在这里。")
    wording = _read(text)
    if wording.id != locked.policy.code:
        refuse({"code": f"代号定下来就不改了，应是“{locked.policy.code}”"})
    locked.text, locked.saved_at, locked.revision = text, at, revision + 1
    locked.state = VersionState.DRAFT
    locked.author_id = actor.person_id
    if clause_text is not None:
        locked.clause_text = clause_text
    if change_note is not None:
        locked.change_note = change_note
    locked.effective_from = effective_from
    locked.save()
    if locked.policy.state == PolicyState.DRAFT and locked.policy.name != wording.name:
        Policy.objects.filter(pk=locked.policy_id).update(name=wording.name)
    return locked


@transaction.atomic
def version_submit(*, actor: Viewer, version: PolicyVersion, at: datetime) -> PolicyVersion:
    """Hand a draft to review; a policy with errors cannot go on. Raises GuardFailed with every problem."""
    locked = _locked(actor, "policies.edit", version, VersionState.DRAFT, VersionState.RETURNED)
    if left := [one["words"] for one in locked.unread if one["by"] is None]:
        raise GuardFailed([f"原文这句还没写进表格：“{words}”" for words in left])
    must_check(locked, local_date(at))
    locked.state, locked.submitted_at, locked.submitted_by_id = VersionState.IN_REVIEW, at, actor.person_id
    locked.digest = digest_of(locked.text)
    locked.save()
    noted(actor, "policies.version_submit", locked.policy, at, version=locked.no, digest=locked.digest)
    return locked


@transaction.atomic
def unread_settle(
    *, actor: Viewer, version: PolicyVersion, numbers: Iterable[int], at: datetime
) -> PolicyVersion:
    """Say of unread parts, by their number from 0, that they stand in the table now or change nothing."""
    locked = _locked(actor, "policies.edit", version, VersionState.DRAFT, VersionState.RETURNED)
    done = [n for n in numbers if 0 <= n < len(locked.unread) and locked.unread[n]["by"] is None]
    for n in done:
        locked.unread[n] |= {"by": actor.person_id, "at": at.isoformat()}
    locked.save(update_fields=["unread"])
    if done:
        words = [locked.unread[n]["words"] for n in done]
        noted(actor, "policies.unread_settle", locked.policy, at, version=locked.no, words=words)
    return locked


@transaction.atomic
def version_return(*, actor: Viewer, version: PolicyVersion, note: str, at: datetime) -> PolicyVersion:
    """Send a version back to its author with what has to be changed."""
    locked = _locked(actor, "policies.review", version, VersionState.IN_REVIEW, VersionState.APPROVED)
    _not_own(actor, locked)
    if len(note.strip()) < 5:
        refuse({"note": "请写明要改什么，至少 5 个字"})
    locked.state, locked.review_note = VersionState.RETURNED, note.strip()
    locked.reviewed_at, locked.reviewer_id = at, actor.person_id
    locked.save()
    noted(actor, "policies.version_return", locked.policy, at, version=locked.no, note=note.strip())
    return locked


@transaction.atomic
def version_approve(*, actor: Viewer, version: PolicyVersion, at: datetime, note: str = "") -> PolicyVersion:
    """Agree to a version somebody else wrote and publish it, or let it wait for the day it takes effect."""
    locked = _locked(actor, "policies.review", version, VersionState.IN_REVIEW)
    _not_own(actor, locked)
    must_check(locked, local_date(at))
    if (word := draft_basis(wording_of(locked).document.number)) is not None:
        refuse({"document": f"依据的文件还是“{word}”，正式印发、改好文号以后再发布"})
    reviewed = provided("fair_competition_missing")
    if reviewed and (missing := reviewed(locked.policy.district_id, locked.policy.code, local_date(at))):
        raise GuardFailed([missing])
    locked.state, locked.review_note = VersionState.APPROVED, note.strip()
    locked.reviewed_at, locked.reviewer_id = at, actor.person_id
    locked.save()
    noted(actor, "policies.version_approve", locked.policy, at, version=locked.no, digest=locked.digest)
    if locked.effective_from is None or locked.effective_from <= local_date(at):
        return version_publish(actor=actor, version=locked, at=at)
    return locked


@transaction.atomic
def version_publish(*, actor: Viewer, version: PolicyVersion, at: datetime) -> PolicyVersion:
    """Put an approved version in force; the one before is superseded. Called by the approval or by the worker."""
    locked = _locked(actor, "policies.review", version, VersionState.APPROVED)
    policy = locked.policy
    today = local_date(at)
    PolicyVersion.objects.filter(policy=policy, state=VersionState.PUBLISHED).update(
        state=VersionState.SUPERSEDED, ended_on=today
    )
    locked.state, locked.published_at = VersionState.PUBLISHED, at
    locked.save()
    wording = wording_of(locked)
    policy.name, policy.current_id = wording.name, locked.pk
    policy.valid_from, policy.valid_to = wording.valid_from, wording.valid_to
    policy.state = PolicyState.PUBLISHED
    policy.published_on = policy.published_on or today
    policy.sizes = sizes_of(wording)
    policy.save()
    noted(actor, "policies.version_publish", policy, at, version=locked.no, digest=locked.digest)
    catalogue_changed(policy, at)
    return locked


@transaction.atomic
def policy_amend(*, actor: Viewer, policy: Policy, at: datetime) -> PolicyVersion:
    """Start the next version from the one in force; an unfinished one is returned as it is."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    must_lead(actor, "policies.edit", locked)
    unfinished = locked.versions.filter(
        state__in=(VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW, VersionState.APPROVED)
    ).first()
    if unfinished is not None:
        return unfinished
    last = locked.versions.order_by("-no").first()
    assert last is not None
    base = locked.current or last
    no = (locked.versions.aggregate(n=Max("no"))["n"] or 0) + 1
    made = PolicyVersion.objects.create(
        policy=locked,
        no=no,
        text=base.text,
        clause_text=base.clause_text,
        author_id=actor.person_id,
        saved_at=at,
    )
    noted(actor, "policies.policy_amend", locked, at, version=no, **{"from": base.no})
    return made


@transaction.atomic
def policy_end(
    *,
    actor: Viewer,
    policy: Policy,
    state: str,
    at: datetime,
    reason: str = "",
    replaced_by: Policy | None = None,
) -> Policy:
    """Take a policy out of force: expired (by the worker), replaced by another, or withdrawn with a reason."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    if state == PolicyState.EXPIRED and not actor.is_system:
        raise NotPermitted("到期由系统按有效期处理")
    if state != PolicyState.EXPIRED:
        must_lead(actor, "policies.review", locked)
        if len(reason.strip()) < 5:
            refuse({"reason": "请写明停用的原因，至少 5 个字"})
    if locked.state != PolicyState.PUBLISHED:
        raise ActionNotAvailable("这项政策不在用，不用停")
    if state == PolicyState.REPLACED and (replaced_by is None or replaced_by.pk == locked.pk):
        refuse({"replaced_by": "请选择替代它的政策"})
    locked.state, locked.replaced_by = state, replaced_by
    locked.save(update_fields=["state", "replaced_by"])
    PolicyVersion.objects.filter(policy=locked, state=VersionState.PUBLISHED).update(
        state=VersionState.SUPERSEDED, ended_on=local_date(at)
    )
    noted(actor, "policies.policy_end", locked, at, state=state, reason=reason.strip())
    catalogue_changed(locked, at)
    return locked


@transaction.atomic
def details_save(*, actor: Viewer, policy: Policy, values: Mapping[str, Any], at: datetime) -> Policy:
    """Change what stands beside the wording: theme, contact, publicity, who delivers."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    must_lead(actor, "policies.edit", locked)
    co_units = values.get("co_unit_ids")
    given = {k: v for k, v in values.items() if k != "co_unit_ids"}
    _check_details(locked.district_id, given)
    if given.get("lead_unit_id", locked.lead_unit_id) != locked.lead_unit_id:
        # A policy is handed over only by who answers for both departments.
        must_lead(actor, "policies.edit", locked, Unit.objects.get(pk=given["lead_unit_id"]))
    for name, value in given.items():
        setattr(locked, name, value)
    locked.save()
    if co_units is not None:
        locked.co_units.set(co_units)
    noted(actor, "policies.details_save", locked, at, fields=sorted(values))
    if locked.state == PolicyState.PUBLISHED:
        catalogue_changed(locked, at)
    return locked


def catalogue_changed(policy: Policy, at: datetime) -> None:
    """Let every process read the catalogue anew, and tell who listens; call in the change's transaction."""
    Catalogue.objects.get_or_create(district_id=policy.district_id)
    Catalogue.objects.filter(district_id=policy.district_id).update(stamp=F("stamp") + 1, changed_at=at)
    job_add(
        kind=f"event:{CHANGED}",
        payload={"policy": policy.pk, "district": policy.district_id},
        at=at,
        district_id=policy.district_id,
    )


def must_check(version: PolicyVersion, on: date) -> None:
    """Raise `GuardFailed` with every error of a version's text; warnings pass."""
    found = check_policy(_read(version.text), standard_registry(), on)
    errors = [p for p in found if p.severity == "error"]
    if errors:
        raise GuardFailed([f"第 {p.line} 行第 {p.column} 列：{p.message}。{p.advice}" for p in errors])


def digest_of(text: str) -> str:
    """Return the hash by which evaluations name the text they applied."""
    return hashlib.sha256(text.encode()).hexdigest()


def sizes_of(wording: Wording) -> list[str]:
    """Return the size words the wording's conditions name; empty means any size."""
    texts = [c.when for c in wording.requires] + [cell for row in wording.table.rows for cell in row.when]
    if "企业规模" not in " ".join([*texts, *(c.expression for c in wording.table.inputs)]):
        return []
    return [size for size in ("大型", "中型", "小型", "微型") if any(size in text for text in texts)]


def _read(text: str) -> Wording:
    try:
        return read_policy(text, "政策.yaml")
    except FileError as error:
        reasons = [f"第 {p.line} 行第 {p.column} 列：{p.message}。{p.advice}" for p in error.problems]
        raise GuardFailed(reasons, {"text": reasons}) from None


def _locked(actor: Viewer, permission: str, version: PolicyVersion, *wanted: VersionState) -> PolicyVersion:
    """Return a version locked, if the actor may do this to what its department leads and it stands as wanted."""
    rows = PolicyVersion.objects.select_for_update(of=("self",)).select_related("policy__lead_unit")
    locked = rows.get(pk=version.pk)
    must_lead(actor, permission, locked.policy)
    if locked.state not in wanted:
        label = VersionState(locked.state).label
        raise ActionNotAvailable(f"这一版现在是“{label}”，不能这样办。请刷新后再看。", state=locked.state)
    return locked


def _not_own(actor: Viewer, version: PolicyVersion) -> None:
    """Nobody reviews what he wrote or handed in himself."""
    if actor.person_id in {version.author_id, version.submitted_by_id}:
        raise NotPermitted("自己起草或送审的政策，要由另一个人审核")


def _check_details(district_id: int, values: Mapping[str, Any]) -> None:
    unknown = set(values) - DETAILS
    if unknown:
        raise ValueError(f"policies: {sorted(unknown)}")
    for name in ("lead_unit_id", "service_unit_id"):
        pk = values.get(name)
        if pk is not None and not Unit.objects.filter(pk=pk, district_id=district_id).exists():
            refuse({name: NO_UNIT})
