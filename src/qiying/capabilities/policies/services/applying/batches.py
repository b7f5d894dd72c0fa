"""免申即享: the engine proposes, one officer samples and confirms, another person approves, the worker opens cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import SystemRandom

from django.db import transaction
from django.http import Http404

from qiying.capabilities.policies.models import (
    Application,
    BankAccount,
    GrantBatch,
    GrantItem,
    Match,
    MatchState,
    Policy,
    PolicyGrant,
)
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.shelf import Published, Shelf, shelf
from qiying.capabilities.policies.services.applying.checking import NOT_GRANTED, listed
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.services.evaluating import explained
from qiying.capabilities.policies.services.noting import noted, refuse
from qiying.decision.scalar.evaluate import ELIGIBLE
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import numbers
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.decision_facts import facts_of_profile
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import profiles
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer

State = GrantBatch.State
AT_ONCE = 500
AUTOMATIC = "免申即享"


def _officer(actor: Viewer, policy: Policy) -> None:
    """Let in the lead unit's own officer: one office does not pay out another's policy."""
    require(actor, "policies.batches")
    if actor.is_system:
        return
    if actor.district_id != policy.district_id:
        raise Http404
    if not actor.has_role("policy", policy.lead_unit_id):
        raise NotPermitted("批次由主办部门的政策专员发起和抽查")


@transaction.atomic
def batch_propose(*, actor: Viewer, policy: Policy, now: datetime) -> GrantBatch:
    """Propose who gets the policy without applying, with a random sample drawn; raise `GuardFailed` with reasons.

    In: eligible beyond doubt by a fresh evaluation, amount known, not listed, nothing granted or open before.
    """
    _officer(actor, policy)
    on = local_date(now)
    Policy.objects.select_for_update().get(pk=policy.pk)
    found = shelf(policy.district_id, on)
    one = found.by_id.get(policy.pk)
    if one is None or one.delivery != AUTOMATIC:
        raise GuardFailed(["只有在用的、写明免申即享的政策才能发起批次"])
    if policy.batches.filter(state__in=[State.PROPOSED, State.CONFIRMED]).exists():
        raise GuardFailed(["这项政策已有一个批次没办完，先办完或作废它"])
    chosen = list(_eligible(found, one, on.year, now))
    if not chosen:
        raise GuardFailed(["现在没有可以免申即享的企业：符合条件的都已享受、在申请，或者不能享受"])
    batch = GrantBatch.objects.create(
        number=numbers.number("MS", on, numbers.draw_suffix()),
        district_id=policy.district_id,
        policy=policy,
        version_id=one.version_id,
        as_of=on,
        proposed_at=now,
        proposed_by_id=actor.person_id,
    )
    sample = _sample([e for e, _, _ in chosen], policy.district_id, now)
    GrantItem.objects.bulk_create(
        GrantItem(batch=batch, enterprise_id=e, amount_fen=fen, row=row or 0, is_sampled=e in sample)
        for e, fen, row in chosen
    )
    noted(
        actor,
        "policies.batch_propose",
        batch,
        now,
        policy=policy.code,
        count=len(chosen),
        sampled=len(sample),
    )
    return batch


def _eligible(
    found: Shelf, one: Published, year: int, now: datetime
) -> Iterator[tuple[int, int | None, int | None]]:
    """Yield enterprise, amount and row of whom the policy fits beyond doubt; four queries per 500 and histories."""
    alone = found.only(one.code)
    for ids in _candidates(found.district_id, one.policy_id):
        barred = set(listed(ids, local_date(now)).values_list("enterprise_id", flat=True))
        rows = Application.objects.filter(policy_id=one.policy_id, enterprise_id__in=ids)
        rows = rows.exclude(case__outcome__in=NOT_GRANTED)
        if not one.wording.first_time_only:
            rows = rows.filter(year=year) | rows.filter(case__is_open=True)
        barred |= set(rows.values_list("enterprise_id", flat=True))
        past = set(Application.objects.filter(enterprise_id__in=ids).values_list("enterprise_id", flat=True))
        facts = profiles(ids)
        for enterprise in Enterprise.objects.filter(pk__in=[i for i in ids if i not in barred]).order_by(
            "pk"
        ):
            known = facts_of_profile(enterprise, facts.get(enterprise.pk, {}), found.registry)
            history = history_of(enterprise.pk) if enterprise.pk in past else {}
            (answer,) = explained(alone, known, history, nearest=False)
            if answer.outcome != ELIGIBLE:
                continue
            fen = answer.payment.amount if answer.payment else None
            if one.grant != PolicyGrant.MONEY or fen:
                yield enterprise.pk, fen, answer.row


def _candidates(district_id: int, policy_id: int) -> Iterator[list[int]]:
    """Yield enterprises that may fit, by 500: those matched, or all while nothing was ever matched."""
    matched = Match.objects.filter(policy_id=policy_id)
    if matched.exists():
        everybody = sorted(matched.filter(state=MatchState.ELIGIBLE).values_list("enterprise_id", flat=True))
    else:
        everybody = sorted(Enterprise.objects.filter(district_id=district_id).values_list("pk", flat=True))
    for i in range(0, len(everybody), AT_ONCE):
        yield everybody[i : i + AT_ONCE]


def _sample(ids: list[int], district_id: int, now: datetime) -> set[int]:
    """Draw the sample: a share of all, at least so many, or everybody."""
    on = local_date(now)
    percent = int(parameter("policy.sample_percent", district_id=district_id, on=on))
    least = int(parameter("policy.sample_least", district_id=district_id, on=on))
    size = min(len(ids), max(least, -(-len(ids) * percent // 100)))
    return set(SystemRandom().sample(ids, size))


@transaction.atomic
def item_check(*, actor: Viewer, item: GrantItem, is_ok: bool, note: str, now: datetime) -> GrantItem:
    """Say of one item whether what was looked at is right; a wrong one is struck out and needs words."""
    batch = _open_batch(item.batch_id, State.PROPOSED)
    _officer(actor, batch.policy)
    note = note.strip()[:200]
    if not is_ok and len(note) < 2:
        refuse({f"note_{item.pk}": "请写哪里不对"})
    item.sampled_ok, item.sample_note, item.is_sampled = is_ok, note, True
    item.state = GrantItem.State.IN if is_ok else GrantItem.State.OUT
    item.save(update_fields=["sampled_ok", "sample_note", "is_sampled", "state"])
    noted(
        actor, "policies.batch_check", batch, now,
        policy=batch.policy.code, enterprise=item.enterprise_id, is_ok=is_ok, note=note,
    )  # fmt: skip
    return item


@transaction.atomic
def batch_confirm(*, actor: Viewer, batch: GrantBatch, note: str = "", now: datetime) -> GrantBatch:
    """Confirm a sampled batch; those without an account are asked for one, and come in the next batch."""
    batch = _open_batch(batch.pk, State.PROPOSED)
    _officer(actor, batch.policy)
    waiting = batch.items.filter(is_sampled=True, sampled_ok__isnull=True).count()
    if waiting:
        raise GuardFailed([f"还有 {waiting} 家抽中的没有核对"])
    if not batch.items.filter(state=GrantItem.State.IN).exists():
        raise GuardFailed(["没有剩下的企业，请作废这一批"])
    batch.state, batch.confirmed_at, batch.confirmed_by_id = State.CONFIRMED, now, actor.person_id
    batch.note = note.strip()[:500]
    batch.save(update_fields=["state", "confirmed_at", "confirmed_by", "note"])
    _ask_accounts(batch, now)
    noted(actor, "policies.batch_confirm", batch, now, policy=batch.policy.code, note=batch.note)
    return batch


def _ask_accounts(batch: GrantBatch, now: datetime) -> None:
    if batch.policy.grant != PolicyGrant.MONEY:
        return
    specs = [
        NoticeSpec(
            template="policy_account_wanted",
            to=f"e:{item.enterprise_id}",
            context={"title": batch.policy.name, "enterprise": item.enterprise.name},
            subject=f"policy:{batch.policy_id}",
            dedupe_key=f"{batch.number}:account:{item.enterprise_id}",
            url="/policies/applications/account/",
        )
        for item in without_account(batch)
    ]
    notices_queue(specs, district_id=batch.district_id, at=now)


def without_account(batch: GrantBatch) -> list[GrantItem]:
    """Return the items still in whose enterprise has given no account."""
    items = batch.items.filter(state=GrantItem.State.IN, case__isnull=True).select_related("enterprise")
    if batch.policy.grant != PolicyGrant.MONEY:
        return []
    known = set(
        BankAccount.objects.filter(
            ended_at__isnull=True, enterprise_id__in=items.values("enterprise_id")
        ).values_list("enterprise_id", flat=True)
    )
    return [i for i in items if i.enterprise_id not in known]


@transaction.atomic
def batch_approve(*, actor: Viewer, batch: GrantBatch, now: datetime) -> GrantBatch:
    """Approve a confirmed batch: another person than who proposed, sampled or confirmed it (law 6)."""
    batch = _open_batch(batch.pk, State.CONFIRMED)
    require(actor, "policies.batches")
    if not actor.is_system and actor.district_id != batch.district_id:
        raise Http404
    lead = batch.policy.lead_unit_id
    if not (actor.has_role("reviewer", lead) or actor.has_role("leader", lead)):
        raise NotPermitted("批次由主办部门的审核员批准")
    if actor.person_id in {batch.proposed_by_id, batch.confirmed_by_id}:
        raise NotPermitted("发起、抽查过这一批的人不能批准它，要由另一个人来")
    batch.state, batch.approved_at, batch.approved_by_id = State.APPROVED, now, actor.person_id
    batch.save(update_fields=["state", "approved_at", "approved_by"])
    noted(actor, "policies.batch_approve", batch, now, policy=batch.policy.code)
    return batch


@transaction.atomic
def batch_drop(*, actor: Viewer, batch: GrantBatch, note: str, now: datetime) -> GrantBatch:
    """Drop a batch that was not approved yet."""
    batch = _open_batch(batch.pk, State.PROPOSED, State.CONFIRMED)
    require(actor, "policies.batches")
    if actor.district_id != batch.district_id:
        raise Http404
    if batch.policy.lead_unit_id not in actor.unit_ids:
        raise NotPermitted("批次由主办部门作废")
    if len(note.strip()) < 2:
        refuse({"note": "请写为什么作废"})
    batch.state, batch.note = State.DROPPED, note.strip()[:500]
    batch.save(update_fields=["state", "note"])
    noted(actor, "policies.batch_drop", batch, now, policy=batch.policy.code, note=batch.note)
    return batch


def batch_open(*, batch: GrantBatch, now: datetime, limit: int = 20) -> int:
    """Open the cases of an approved batch, one transaction each; return how many. Run again, it goes on."""
    items = list(
        batch.items.filter(state=GrantItem.State.IN, case__isnull=True)
        .select_related("enterprise")
        .order_by("id")[:limit]
    )
    for item in items:
        _open_item(batch, item, now)
    return len(items)


def _open_item(batch: GrantBatch, item: GrantItem, now: datetime) -> None:
    system = system_viewer("worker", district_id=batch.district_id)
    try:
        with transaction.atomic():
            fresh = GrantItem.objects.select_for_update().get(pk=item.pk)
            if fresh.case_id is not None:
                return
            fresh.case = application_submit(
                enterprise=item.enterprise,
                code=batch.policy.code,
                actor=system,
                data={},
                now=now,
                way="automatic",
                batch=batch,
            )
            fresh.save(update_fields=["case"])
    except KernelError as refused:
        words = refused.message[:200]
        GrantItem.objects.filter(pk=item.pk).update(state=GrantItem.State.OUT, sample_note=words)


def batches_finish() -> int:
    """Mark approved batches whose every case ended; return how many."""
    done = 0
    for batch in GrantBatch.objects.filter(state=State.APPROVED):
        items = batch.items.filter(state=GrantItem.State.IN)
        if not items.filter(case__isnull=True).exists() and not items.filter(case__is_open=True).exists():
            done += GrantBatch.objects.filter(pk=batch.pk, state=State.APPROVED).update(state=State.DONE)
    return done


def _open_batch(batch_id: int, *states: str) -> GrantBatch:
    batch = GrantBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in states:
        raise ActionNotAvailable(f"这一批现在是“{batch.get_state_display()}”，请刷新再看")
    return batch
