"""The yearly plan of a body: visits within the cap, reviewed by 司法局, discussed, published by the end of March."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.inspections.models import Plan, PlanLine
from qiying.capabilities.inspections.rules.inspecting import judged, place_key
from qiying.capabilities.inspections.selectors import body_of, cap_of, comings, is_key, items_on
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.enterprises.selectors import enterprise_required
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

EARLIEST, LATEST = 2024, 2099


def _tell(plan: Plan, template: str, unit_id: int, now: datetime, **words: str) -> None:
    spec = NoticeSpec(
        template=template,
        to=f"u:{unit_id}",
        context={"plan": str(plan), **words},
        subject=plan.subject,
        dedupe_key=f"{template}:{plan.pk}:{unit_id}:{now.isoformat()}",
        url=f"/inspections/plans/{plan.pk}/",
    )
    notices_queue([spec], district_id=plan.district_id, at=now)


@transaction.atomic
def plan_save(*, plan: Plan | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Plan:
    """Begin the plan of one's own body for a year, or change what a draft says."""
    require(actor, "inspections.inspect")
    body = body_of(actor, local_date(now))
    if body is None:
        raise NotPermitted("您的单位不在检查主体名录里，不能检查，也不用编计划")
    row = plan or Plan(district_id=body.district_id, body=body, year=int(values["year"]))
    _own_draft(row, actor)
    fields: dict[str, list[str]] = {}
    if not EARLIEST <= row.year <= LATEST:
        fields["year"] = [f"年度在 {EARLIEST} 到 {LATEST} 之间"]
    elif not row.pk and Plan.objects.filter(body=body, year=row.year).exists():
        fields["year"] = [f"{row.year} 年的计划已经有了，请打开它"]
    refuse(fields)
    row.way, row.share = str(values["way"]), str(values["share"])
    row.save()
    row_noted(actor, "inspections.plan_save", row, now, what=str(row))
    return row


def _own_draft(plan: Plan, actor: Viewer) -> None:
    if not actor.is_system and plan.body.unit_id not in actor.unit_ids:
        raise NotPermitted("只能编本单位的计划")
    if plan.state != Plan.State.DRAFT:
        raise ActionNotAvailable("送审或公布了的计划不能改；要改，先调整（退回在编），再送审")


@transaction.atomic
def line_save(*, line: PlanLine | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> PlanLine:
    """Put a visit into the draft of a year; one over the cap is refused, and so is what is not listed."""
    require(actor, "inspections.inspect")
    body = body_of(actor, local_date(now))
    firm = enterprise_required(actor.district_id, str(values["enterprise"]))
    first, last = values["first_on"], values["last_on"]
    plan = Plan.objects.select_for_update().filter(body=body, year=first.year).first() if body else None
    if body is None or plan is None:
        why = [f"请先编本单位 {first.year} 年的计划"]
        raise GuardFailed(why, {"first_on": why})
    _own_draft(plan, actor)
    names = [n.strip() for n in str(values["items"]).replace(",", "、").split("、") if n.strip()]
    own = items_on(actor.district_id or 0, first).filter(body=body)
    listed = {word: item for item in own for word in (item.name, item.code)}
    fields: dict[str, list[str]] = {}
    if unlisted := [n for n in names if n not in listed]:
        fields["items"] = [f"{'、'.join(unlisted)}不在本单位公布的检查事项里，不能检查"]
    if last < first:
        fields["last_on"] = ["不能早于开始的那天"]
    elif last.year != first.year:
        fields["last_on"] = ["一次检查要在同一年里"]
    key = place_key(str(values["place"]))
    same = PlanLine.objects.filter(plan=plan, enterprise=firm, place_key=key, first_on=first)
    if same.exclude(pk=line.pk if line else 0).exists():
        fields["enterprise"] = ["这次检查已经在计划里"]
    refuse(fields)
    items = list(dict.fromkeys(listed[n] for n in names))
    row = line or PlanLine(plan=plan, district_id=plan.district_id)
    row.enterprise, row.place, row.place_key = firm, str(values["place"]), key
    row.kind, row.ordered_by = str(values["kind"]), str(values.get("ordered_by") or "")
    row.first_on, row.last_on = first, last
    earlier = comings(body, firm.pk, first.year, but_line=row.pk or 0)
    found = judged(cap_of(body, first), earlier, row.coming(is_key(items)))
    if found.is_blocked:
        refuse({"first_on": [f"超过频次上限，不能编进计划。{found.words}"]})
    row.save()
    row.items.set(items)
    row_noted(actor, "inspections.line_save", row, now, what=str(row))
    return row


@transaction.atomic
def line_remove(*, line: PlanLine, actor: Viewer, now: datetime) -> None:
    """Take a visit out of a draft."""
    require(actor, "inspections.inspect")
    _own_draft(line.plan, actor)
    if line.inspection_id is not None:
        raise ActionNotAvailable("已经提请检查了，不能从计划里删")
    row_noted(actor, "inspections.line_remove", line, now, what=str(line))
    line.delete()


STEPS = {
    "submit": (Plan.State.DRAFT, Plan.State.REVIEWING),
    "review": (Plan.State.REVIEWING, Plan.State.REVIEWED),
    "publish": (Plan.State.REVIEWED, Plan.State.PUBLISHED),
    "revise": (Plan.State.PUBLISHED, Plan.State.DRAFT),
}
"""Where a plan stands before a step and after it; a review that refuses leads back to the draft."""


@transaction.atomic
def plan_move(*, plan: Plan, step: str, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Plan:
    """Let a plan go on: sent for review, reviewed by 司法局, published after discussion, or taken back to be changed.

    `values`: `decision` and `opinion` of a review, `discussed_on` of publishing, `reason` of a change.
    """
    was, state = STEPS[step]
    row = Plan.objects.select_for_update(of=("self",)).select_related("body__unit").get(pk=plan.pk)
    if row.state != was:
        raise ActionNotAvailable(f"现在是“{row.get_state_display()}”，不能这样做")
    is_own = row.body.unit_id in actor.unit_ids
    if step == "review":
        require(actor, "inspections.watch")
        if is_own:
            raise NotPermitted("本单位的计划要由别人审核")
    elif not (actor.has("inspections.lead") and is_own):
        raise NotPermitted("计划由本单位负责人送审、公布、调整")
    row.state = state
    told = {"submit": _submit, "review": _review, "publish": _publish, "revise": _revise}[step](
        row, values, now
    )
    if step == "review":
        row.reviewed_by_name = actor.name
    row.save()
    row_noted(actor, f"inspections.plan_{step}", row, now, what=str(row), **told)
    return row


def _submit(row: Plan, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    watch = units_with(row.district_id, "law_watch")
    if not row.lines.exists():
        raise GuardFailed(["计划里还没有一次检查，先编好再送审"])
    if not watch:
        raise GuardFailed(["本区还没有设行政执法监督机构，请运维在单位职能里设"])
    _tell(row, "inspection_plan_to_review", watch[0], now)
    return {}


def _review(row: Plan, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    row.opinion, row.reviewed_on = str(values.get("opinion") or "").strip(), local_date(now)
    words = "审核通过"
    if values["decision"] != "approved":
        if len(row.opinion) < 4:
            refuse({"opinion": ["退回要写明哪里不对，至少 4 个字"]})
        row.state, words = Plan.State.DRAFT, "退回"
    _tell(row, "inspection_plan_reviewed", row.body.unit_id, now, decision=words, opinion=row.opinion)
    return {"decision": words}


def _publish(row: Plan, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    row.discussed_on, row.published_on = values["discussed_on"], local_date(now)
    if row.discussed_on is None or row.discussed_on > row.published_on:
        refuse({"discussed_on": ["集体讨论过了才能公布"]})
    return {"discussed_on": str(row.discussed_on)}


def _revise(row: Plan, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
    return {"reason": str(values["reason"])}
