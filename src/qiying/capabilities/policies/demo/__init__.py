"""The demo district's policies: the shipped files in every state, known facts, accounts, and a year of applications."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from qiying.capabilities.policies.demo.facts import facts_add
from qiying.capabilities.policies.demo.year import Year
from qiying.capabilities.policies.models import Match, Policy, PolicyState, Theme
from qiying.capabilities.policies.services.applying.listings import listing_add
from qiying.capabilities.policies.services.catalogue.due import versions_due
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    details_save,
    draft_save,
    policy_amend,
    policy_create,
    policy_end,
    version_approve,
    version_return,
    version_submit,
)
from qiying.capabilities.policies.services.catalogue.loading import (
    file_import,
    file_publish,
    files_in,
    files_read,
)
from qiying.capabilities.policies.services.matching.runs import matches_run
from qiying.capabilities.policies.services.pushing.receipts import push_seen
from qiying.capabilities.policies.services.subscribing import policy_follow
from qiying.decision.commands.policy_files import shipped_policies
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import World

CO_UNITS = {
    "sample-tech-upgrade": ("fagai", "caizheng"),
    "sample-equipment-investment": ("fagai",),
    "sample-ip-pledge-interest": ("jinrong",),
    "sample-rent-subsidy": ("zhujian",),
    "sample-listing-by-stage": ("shuiwu",),
}
ORDER = 20
APART = True
HERE = Path(__file__).parent
CONTACT = ("企业服务科", "0573-86120{:03d}")


def tell(world: World) -> None:
    """Record what is known of the enterprises, fill the policy library and let a year of applications, batches and
    payments happen, ending now.
    """
    facts_add(world, world.fresh_draw(), world.start)
    draw, now = world.fresh_draw(), world.now
    start = now - timedelta(days=368)
    world.say("惠企政策：装入政策 …")
    _catalogue(world, start)
    matches_run(district_id=world.district.pk, kind="full", at=start)
    world.say("惠企政策：一年的申报和兑现 …")
    Year(world, draw, start).happen()
    _writing(world, now)
    _listings(world, now)
    world.say("惠企政策：匹配 …")
    matches_run(district_id=world.district.pk, kind="nightly", at=now)
    _looked(world, draw, now)
    clerk = world.clerk(world.enterprises[0].pk, now)
    assert clerk is not None
    policy = Policy.objects.get(district=world.district, code="sample-tech-upgrade")
    policy_follow(actor=clerk, policy=policy, at=now)


@transaction.atomic
def _looked(world: World, draw: random.Random, now: datetime) -> None:
    """Clerks opened some of what fits their enterprise."""
    fits = Match.objects.filter(enterprise_id__in=list(world.clerks), state="eligible").order_by("pk")
    policies = Policy.objects.in_bulk(fits.values_list("policy_id", flat=True).distinct())
    for match in fits:
        if draw.random() < 0.35:
            clerk = world.clerks[match.enterprise_id]
            at = now - timedelta(days=draw.randint(1, 200), hours=draw.randint(0, 9))
            push_seen(
                policy=policies[match.policy_id], enterprise_id=match.enterprise_id, person_id=clerk.pk, at=at
            )


def _catalogue(world: World, at: datetime) -> None:
    """Load the shipped files, put them in force, and say who looks after each."""
    files = files_in([shipped_policies() / "national", shipped_policies() / "patterns"])
    for n, read in enumerate(files_read(world.district.pk, files, local_date(at))):
        version = file_import(actor=world.maker, district_id=world.district.pk, read=read, at=at)
        if version is None:
            continue
        code = version.policy.code
        values: dict[str, object] = {"contact_name": CONTACT[0], "contact_phone": CONTACT[1].format(n + 11)}
        if code in CO_UNITS:
            values["co_unit_ids"] = [world.units[k].pk for k in CO_UNITS[code]]
        if code == "sample-green-channel":
            unit = world.units["shenpi"].pk
            values |= {"grant": "right", "is_paid_here": True, "theme": Theme.SERVICE, "lead_unit_id": unit}
            values |= {"service_unit_id": unit, "publicity_workdays": 0}
        details_save(actor=world.maker, policy=version.policy, values=values, at=at)
        file_publish(actor=world.maker, version=version, at=at)
    versions_due(at)


def _writing(world: World, now: datetime) -> None:
    """Leave drafts, one in review, one sent back, one amended and one replaced: every state has an example."""
    policy, reviewer = world.viewers["jingxin.policy"], world.viewers["jingxin.reviewer"]
    by_code = {p.code: p for p in Policy.objects.filter(district=world.district)}
    upgrade = by_code["sample-tech-upgrade"]
    draft = policy_amend(actor=policy, policy=upgrade, at=now - timedelta(days=40))
    text = draft.text.replace("min(3000000, 设备投资额 * 0.2)", "min(2500000, 设备投资额 * 0.15)")
    text = text.split("examples:")[0]
    draft = draft_save(
        actor=policy, version=draft, text=text, revision=draft.revision, at=now - timedelta(days=40),
        change_note="资金有限，比例从 20% 降到 15%，单个项目最高从 300 万降到 250 万",
    )  # fmt: skip
    draft = version_submit(actor=policy, version=draft, at=now - timedelta(days=39))
    version_approve(actor=reviewer, version=draft, at=now - timedelta(days=38), note="与财政局核过")
    waiting = policy_amend(
        actor=policy, policy=by_code["sample-equipment-investment"], at=now - timedelta(days=3)
    )
    waiting = draft_save(
        actor=policy, version=waiting, text=waiting.text.replace("5000000", "3000000", 1),
        revision=waiting.revision, at=now - timedelta(days=3), change_note="门槛从 500 万降到 300 万，惠及更多小企业",
        effective_from=local_date(now) + timedelta(days=34),
    )  # fmt: skip
    version_submit(actor=policy, version=waiting, at=now - timedelta(days=2))
    _new_drafts(world, now)
    old = by_code.get("specialised-sme")
    if old is not None and old.state == PolicyState.PUBLISHED:
        policy_end(
            actor=reviewer, policy=old, state=PolicyState.REPLACED, replaced_by=by_code["tech-sme"],
            reason="认定办法已换新，按新办法评价", at=now - timedelta(days=30),
        )  # fmt: skip


def _new_drafts(world: World, now: datetime) -> None:
    """One new policy is being written, another came back from its reviewer."""
    policy, reviewer = world.viewers["jingxin.policy"], world.viewers["jingxin.reviewer"]
    unit = world.units["jingxin"].pk
    policy_create(
        actor=policy, district_id=world.district.pk, text=(HERE / "digital-workshop.yaml").read_text(encoding="utf-8"), lead_unit_id=unit, theme=Theme.DIGITAL,
        at=now - timedelta(days=5),
    )  # fmt: skip
    green = policy_create(
        actor=policy, district_id=world.district.pk, text=(HERE / "green-factory.yaml").read_text(encoding="utf-8"), lead_unit_id=unit, theme=Theme.GREEN,
        at=now - timedelta(days=9),
    )  # fmt: skip
    green = version_submit(actor=policy, version=green, at=now - timedelta(days=8))
    version_return(
        actor=reviewer, version=green, at=now - timedelta(days=7),
        note="只写了注册地一个条件，谁都符合。请写明哪一级绿色工厂、哪一年认定。",
    )  # fmt: skip


def _listings(world: World, now: datetime) -> None:
    """Two enterprises are on the negative list."""
    actor = world.viewers["jingxin.policy"]
    until: date = local_date(now) + timedelta(days=200)
    reasons = (
        ("拖欠职工工资，正在整改", "明人社监〔2026〕12号"),
        ("骗取稳岗补贴，已追回", "明人社罚〔2025〕3号"),
    )
    for firm, (reason, source) in zip(world.enterprises[-2:], reasons, strict=True):
        listing_add(
            actor=actor, enterprise=firm, reason=reason, source=source, listed_on=local_date(now) - timedelta(days=20), until_on=until,
            at=now - timedelta(days=20),
        )  # fmt: skip
