"""One key: facts recorded, evaluated exactly, the case opened; or refused with reasons and nothing written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.policies.models import (
    Application,
    BankAccount,
    Evaluation,
    GrantBatch,
    Policy,
    PolicyGrant,
    PolicyState,
)
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.shelf import Published, Shelf, shelf
from qiying.capabilities.policies.services.applying.accounts import account_give, account_of
from qiying.capabilities.policies.services.applying.checking import NOT_GRANTED
from qiying.capabilities.policies.services.evaluating import evaluation_record
from qiying.decision.scalar.evaluate import ELIGIBLE, UNKNOWN
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.decision_facts import facts_declare, known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, system_viewer

PROCEDURE = "policy_application"
WAYS = Application.Way
ACCOUNT = ("account_holder", "account_bank", "account_number")


@transaction.atomic
def application_submit(
    *,
    enterprise: Enterprise,
    code: str,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    way: str = "applied",
    batch: GrantBatch | None = None,
) -> Case:
    """Apply for a policy and return the case; the same form sent twice gives the same case.

    Args:
        data: `facts` {engine name: text}, `project`, `account_holder`, `account_bank`, `account_number`, `consent`,
            `documents` (ids), `token` (of the form), `session_key`; every one may be left out.
    Raises: `NotPermitted`; `GuardFailed` with every reason, and in its `data` what a page links to: `earlier` (case
        number), `replaced_by` (policy code), `missing` (facts), `nearest` (sentences). Nothing is written then.
    """
    _require(actor, enterprise, way)
    locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    twice = _same_form(locked, str(data.get("token") or ""))
    if twice is not None:
        return twice
    found = shelf(locked.district_id, local_date(now))
    one = found.by_code.get(code)
    if one is None or not one.is_paid_here:
        raise not_here(locked.district_id, code)
    application = _judged(locked, found, one, actor, data, now, way, batch)
    case = application.case = _open(application, one, actor, data, now)
    application.save()
    if application.way == WAYS.AUTOMATIC:
        system = system_viewer("worker", district_id=locked.district_id)
        case_act(case=case, action="start_automatic", actor=system, data={}, now=now)
    case.refresh_from_db()
    return case


def _judged(
    enterprise: Enterprise, found: Shelf, one: Published, actor: Viewer, data: Mapping[str, Any], now: datetime,
    way: str, batch: GrantBatch | None,
) -> Application:  # fmt: skip
    """Return the application as it will stand, its facts recorded and evaluated; raise with every reason against it."""
    on, project = local_date(now), str(data.get("project") or "").strip()[:120]
    key = project_key_of(project)
    _declare(actor, enterprise, {str(k): str(v) for k, v in dict(data.get("facts") or {}).items()}, now)
    _refuse_double(enterprise, one, key, on.year, "")
    evaluation = _evaluated(enterprise, found, one, actor, now)
    stage = _stage(one, evaluation)
    _refuse_double(enterprise, one, key, on.year, stage)
    account = _account(enterprise, one, data, actor, now, way)
    if way != WAYS.AUTOMATIC and not data.get("consent"):
        raise GuardFailed(["请勾选同意"], {"consent": ["请勾选同意：核对您的数据、公示结果"]})
    return Application(
        district_id=enterprise.district_id,
        policy_id=one.policy_id,
        version_id=one.version_id,
        enterprise=enterprise,
        way=WAYS.INSTANT if way != WAYS.AUTOMATIC and one.delivery == "即申即享" else way,
        batch=batch,
        stage=stage,
        project=project,
        project_key=key,
        evaluation=evaluation,
        account=account,
        year=on.year,
        asked_fen=evaluation.amount_fen if one.grant == PolicyGrant.MONEY else None,
        applied_at=now,
    )


def _require(actor: Viewer, enterprise: Enterprise, way: str) -> None:
    if actor.is_system or (way == WAYS.APPLIED and enterprise.pk in actor.enterprise_ids):
        return
    if way == WAYS.COUNTER and actor.has("policies.counter") and actor.district_id == enterprise.district_id:
        return
    raise NotPermitted("只有企业自己的专员，或者窗口，可以替这家企业申报")


def _same_form(enterprise: Enterprise, token: str) -> Case | None:
    if not token:
        return None
    rows = Application.objects.filter(enterprise=enterprise, case__extras__token=token).select_related("case")
    found = rows.order_by("-id").first()
    return found.case if found else None


def not_here(district_id: int, code: str) -> GuardFailed:
    """Say why a policy takes no application: replaced by which one, expired when, or applied for elsewhere."""
    policy = Policy.objects.select_related("replaced_by").filter(district_id=district_id, code=code).first()
    if policy is None or policy.state == PolicyState.DRAFT:
        return GuardFailed(["没有这项政策，或者还没发布"], unknown=True)
    if policy.state == PolicyState.REPLACED and policy.replaced_by is not None:
        words = f"这项政策已被“{policy.replaced_by.name}”替代，请按新政策申报"
        return GuardFailed([words], replaced_by=policy.replaced_by.code)
    if policy.state == PolicyState.WITHDRAWN:
        return GuardFailed(["这项政策已停用，不能再申报"])
    if not policy.is_paid_here:
        where = f"，请到 {policy.apply_url}" if policy.apply_url else ""
        return GuardFailed([f"这项政策不在这里申报{where}"])
    if policy.valid_to is not None:
        return GuardFailed([f"这项政策到 {policy.valid_to:%Y年%-m月%-d日} 为止，现在不能再申报"])
    return GuardFailed(["这项政策现在不能申报"])


def _declare(actor: Viewer, enterprise: Enterprise, facts: dict[str, str], now: datetime) -> None:
    try:
        facts_declare(
            actor=actor, enterprise=enterprise, values=facts, at=now, on=local_date(now), note="申报时填写"
        )
    except GuardFailed as wrong:
        raise GuardFailed(wrong.reasons, {f"fact_{k}": v for k, v in wrong.fields.items()}) from None


def _evaluated(
    enterprise: Enterprise, found: Shelf, one: Published, actor: Viewer, now: datetime
) -> Evaluation:
    """Make the authoritative evaluation; raise with the engine's reasons unless it says eligible."""
    evaluation = evaluation_record(
        shelf=found,
        code=one.code,
        enterprise_id=enterprise.pk,
        known=known_facts(enterprise, found.registry),
        history=history_of(enterprise.pk),
        actor=actor,
        at=now,
    )
    told = evaluation.told
    missing = [name for names in told["missing"][:1] for name in names]
    if evaluation.outcome == UNKNOWN:
        raise GuardFailed([f"还差这些数才能判断：{'、'.join(missing)}"], missing=missing)
    if evaluation.outcome != ELIGIBLE:
        nearest = [miss["text"] for miss in told["nearest"]]
        raise GuardFailed(list(told["because"]) or ["不符合条件"], nearest=nearest)
    if one.grant != PolicyGrant.MONEY:
        return evaluation
    if evaluation.amount_fen is None:
        words = (
            f"符合条件，还差这些数才能算出金额：{'、'.join(missing)}"
            if missing
            else "金额要由主办部门算，请联系它"
        )
        raise GuardFailed([words], missing=missing)
    if evaluation.amount_fen == 0:
        why = next((str(said) for said in reversed(told["because"])), "")
        raise GuardFailed([f"没有可以兑现的金额。{why.removeprefix('符合：')}"])
    return evaluation


def _stage(one: Published, evaluation: Evaluation) -> str:
    row = evaluation.row
    if row is None or not one.wording.stages or not 0 < row <= len(one.wording.table.rows):
        return ""
    return one.wording.table.rows[row - 1].stage[:40]


def _refuse_double(enterprise: Enterprise, one: Published, key: str, year: int, stage: str) -> None:
    """Refuse a second application of the same thing and name the first; once is once, whatever the year."""
    rows = Application.objects.filter(enterprise=enterprise, policy_id=one.policy_id).select_related("case")
    rows = rows.exclude(case__outcome__in=NOT_GRANTED)
    if not one.wording.first_time_only:
        rows = rows.filter(year=year, project_key=key)
        if one.wording.stages:
            if not stage:
                return
            rows = rows.filter(stage=stage)
    earlier = rows.order_by("-id").first()
    if earlier is None:
        return
    done = "已经享受过" if earlier.approved_at else "已经有一件在办"
    once = "只能享受一次，" if one.wording.first_time_only else ""
    raise GuardFailed([f"这项政策{once}您{done}：{earlier.case.number}"], earlier=earlier.case.number)


def _account(
    enterprise: Enterprise, one: Published, data: Mapping[str, Any], actor: Viewer, now: datetime, way: str
) -> BankAccount | None:
    if one.grant != PolicyGrant.MONEY:
        return None
    typed = [str(data.get(name) or "").strip() for name in ACCOUNT]
    current = account_of(enterprise.pk)
    if current is not None and not any(typed[1:]):
        return current
    if way == WAYS.AUTOMATIC:
        raise GuardFailed(["还没有收款账户"])
    holder, bank, number = typed[0] or enterprise.name, typed[1], typed[2]
    return account_give(enterprise=enterprise, holder=holder, bank=bank, number=number, actor=actor, now=now)


def _open(asked: Application, one: Published, actor: Viewer, data: Mapping[str, Any], now: datetime) -> Case:
    extras: dict[str, Any] = {
        "enterprise": asked.enterprise_id,
        "enterprise_name": asked.enterprise.name,
        "why": "；".join(asked.evaluation.told["because"])[:600],
        "token": str(data.get("token") or ""),
    }
    if (batch := asked.batch) is not None:
        hands = [batch.proposed_by_id, batch.confirmed_by_id]
        extras["prepared_by"] = sorted({p for p in hands if p})
        extras["approved_by"] = [batch.approved_by_id] if batch.approved_by_id else []
        extras["batch"] = batch.number
    given = {
        "policy": one.code,
        "version": one.version_no,
        "evaluation": asked.evaluation_id,
        "title": f"{one.name}：{asked.project}"[:120] if asked.project else one.name[:120],
        "project": asked.project,
        "stage": asked.stage,
        "way": str(asked.way),
        "amount_fen": asked.evaluation.amount_fen,
        "documents": list(data.get("documents") or ()),
    }
    return case_open(
        procedure=PROCEDURE,
        actor=actor,
        data=given,
        now=now,
        district_id=asked.district_id,
        extras={k: v for k, v in extras.items() if v not in ("", None)},
        session_key=data.get("session_key"),
    )


def project_key_of(name: str) -> str:
    """Return a project's name as it is compared between departments.

    >>> project_key_of("关于 年产５０万套精密轴承（二期）项目")
    '年产50万套精密轴承二期'
    """
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).lower()
    return plain.removeprefix("关于").removesuffix("建设项目").removesuffix("项目")[:120]
