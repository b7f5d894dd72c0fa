"""What has to hold before money is granted, checked anew at the approval and shown to whoever approves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from qiying.capabilities.policies.models import Application, NegativeListing, PolicyState, PolicyVersion
from qiying.capabilities.policies.selectors.applying import GONE, history_of
from qiying.capabilities.policies.selectors.shelf import Shelf, group_of, published_of
from qiying.capabilities.policies.services.applying.common import application_of, is_money
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.evaluating import explained
from qiying.decision.scalar.evaluate import ELIGIBLE
from qiying.decision.scalar.explain import Explanation
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.decision_facts import KnownFact, known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.ui.humanize import money_words

NOT_GRANTED = (*GONE, "voided")


@dataclass(frozen=True)
class Finding:
    """One check: whether it holds, in words; a remark holds and is said all the same."""

    code: str
    label: str
    holds: bool
    words: str


@dataclass(frozen=True)
class Checked:
    """Every check of one application, and the most that may be granted, in fen (None: no money)."""

    findings: tuple[Finding, ...]
    most_fen: int | None
    evaluation: Explanation

    @property
    def holds(self) -> bool:
        return all(f.holds for f in self.findings)


def application_check(application: Application, *, on: date) -> Checked:
    """Return every check of an application on a day; reads only, at most a dozen queries."""
    known = known_facts(application.enterprise)
    now = evaluation_now(application, known)
    findings = [_eligible(application, now, known), _in_force(application), _not_listed(application, on)]
    findings += [_not_doubled(application), _project(application)]
    most = now.payment.amount if now.payment is not None and now.outcome == ELIGIBLE else None
    if is_money(application):
        findings += [_cap(application, now), _group(application, now), _account(application)]
    return Checked(tuple(findings), most if is_money(application) else None, now)


def check_grantable(act: Act) -> Iterator[tuple[str, str]]:
    """Refuse an approval for every check that does not hold; other cases of the enterprise wait meanwhile."""
    application = application_of(act)
    Enterprise.objects.select_for_update().get(pk=application.enterprise_id)
    checked = application_check(application, on=act.today)
    for finding in checked.findings:
        if not finding.holds:
            yield "", finding.words
    if not is_money(application):
        return
    wanted = proposed_fen(application, act.case)
    if checked.holds and not wanted:
        yield "", "拟兑现金额是 0，不能核定；不给的请走“不予兑现”"
    elif checked.holds and checked.most_fen is not None and wanted > checked.most_fen:
        yield "", f"拟兑现 {money_words(wanted)}，现在最多 {money_words(checked.most_fen)}，请退回重审"


def proposed_fen(application: Application, case: Case) -> int:
    """Return what the review proposes, else what was evaluated."""
    said = ApplicationExtras.of(case).proposed_fen
    return said if said is not None else int(application.asked_fen or 0)


def evaluation_now(application: Application, known: dict[str, KnownFact]) -> Explanation:
    """Evaluate the version applied under, on the day of application, with the facts known now."""
    on = local_date(application.applied_at)
    shelf = _alone(application.version_id, application.version.digest, on)
    history = history_of(application.enterprise_id, but=application.pk)
    (answer,) = explained(shelf, known, history, nearest=False)
    return answer


@lru_cache(maxsize=256)
def _alone(version_id: int, digest: str, on: date) -> Shelf:
    """Return one version compiled for a day; a version's text never changes under its digest."""
    version = PolicyVersion.objects.select_related("policy__lead_unit").get(pk=version_id)
    return Shelf(version.policy.district_id, 0, on, (published_of(version),))


@on_forget
def forget() -> None:
    """Forget compiled versions (tests)."""
    _alone.cache_clear()


def facts_changed(application: Application, known: dict[str, KnownFact]) -> list[str]:
    """Return in words which facts differ from those the evaluation read."""
    said = []
    for name, kept in application.evaluation.facts_read.items():
        fact = known.get(name)
        if fact is None:
            said.append(f"{name}原来是 {kept['value']}，现在没有了")
        elif str(fact.value) != kept["value"]:
            said.append(f"{name}从 {kept['value']} 更正为 {fact.value}")
    return said


def _eligible(application: Application, now: Explanation, known: dict[str, KnownFact]) -> Finding:
    changed = "，".join(facts_changed(application, known))
    since = f"申报以后：{changed}。" if changed else ""
    if now.outcome == ELIGIBLE:
        return Finding(
            "eligible", "条件", True, f"{since}按现在的数重算，仍然符合" if since else "重算一遍，仍然符合"
        )
    why = "；".join(str(r) for r in now.because[:3])
    return Finding("eligible", "条件", False, f"{since}按现在的数重算，不能认定符合：{why}")


def _in_force(application: Application) -> Finding:
    """A policy that ran out after the day of application still binds who promised it (国务院令第722号 art. 31)."""
    policy = application.policy
    if policy.state == PolicyState.REPLACED:
        by = f"“{policy.replaced_by.name}”" if policy.replaced_by else "新政策"
        return Finding("in_force", "政策", False, f"这项政策已被{by}替代，请企业按新政策申报")
    if policy.state == PolicyState.WITHDRAWN:
        return Finding("in_force", "政策", False, "这项政策已停用")
    if policy.state == PolicyState.EXPIRED:
        return Finding("in_force", "政策", True, "政策已到期，企业在有效期内申报，照常兑现")
    if policy.current_id != application.version_id:
        return Finding("in_force", "政策", True, f"政策已修订，按申报时的第 {application.version.no} 版办")
    return Finding("in_force", "政策", True, "政策在用")


def listed(enterprise_ids: Iterable[int], on: date) -> QuerySet[NegativeListing]:
    """Return the listings in force on a day of some enterprises."""
    return NegativeListing.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        enterprise_id__in=list(enterprise_ids),
        removed_at__isnull=True,
        listed_on__lte=on,
    )


def _not_listed(application: Application, on: date) -> Finding:
    found = listed([application.enterprise_id], on).first()
    if found is None:
        return Finding("listed", "负面清单", True, "不在负面清单上")
    return Finding("listed", "负面清单", False, f"在负面清单上：{found.reason}（{found.source}）")


def granted_before(application: Application) -> QuerySet[Application]:
    """Return what the enterprise was granted, this application apart."""
    rows = Application.objects.filter(enterprise_id=application.enterprise_id, approved_at__isnull=False)
    return rows.exclude(pk=application.pk).exclude(case__outcome__in=NOT_GRANTED)


def _not_doubled(application: Application) -> Finding:
    same = granted_before(application).filter(
        policy_id=application.policy_id,
        year=application.year,
        stage=application.stage,
        project_key=application.project_key,
    )
    number = same.values_list("case__number", flat=True).first()
    if number is None:
        return Finding("doubled", "有没有重复", True, "这一年、这一阶段没有享受过")
    return Finding("doubled", "有没有重复", False, f"同一项政策这一年已经核定过（{number}）")


def _project(application: Application) -> Finding:
    """A project is supported once, whichever department granted it; later stages of one policy are one support."""
    if not application.project_key:
        return Finding("project", "同一项目", True, "没有按项目申报")
    others = granted_before(application).filter(project_key=application.project_key)
    other = (
        others.exclude(policy_id=application.policy_id).select_related("policy__lead_unit", "case").first()
    )
    if other is None:
        return Finding("project", "同一项目", True, "别的部门没有支持过这个项目")
    unit = other.policy.lead_unit.label
    return Finding(
        "project", "同一项目", False, f"同一项目已由{unit}按“{other.policy.name}”支持（{other.case.number}）"
    )


def _cap(application: Application, now: Explanation) -> Finding:
    paid = now.payment
    if paid is not None and paid.capped:
        left = money_words(paid.amount or 0)
        return Finding("cap", "上限", bool(paid.amount), f"到了每年或累计的上限，最多还有 {left}")
    return Finding("cap", "上限", True, "没有超过每年和累计的上限")


def _group(application: Application, now: Explanation) -> Finding:
    """就高不重复: what other policies of the group granted this year is taken off; nothing left, nothing granted."""
    name = group_of(application.version)
    if not name:
        return Finding("group", "就高不重复", True, "没有互斥的政策")
    had = now.payment.elsewhere if now.payment is not None else 0
    if not had:
        return Finding("group", "就高不重复", True, f"“{name}”里今年没有享受过别的")
    left = (now.payment.amount if now.payment is not None else None) or 0
    words = f"“{name}”里今年已享受 {money_words(had)}，就高不重复，"
    words += f"只能补差额 {money_words(left)}" if left else "这项不能再给"
    return Finding("group", "就高不重复", bool(left), words)


def _account(application: Application) -> Finding:
    if application.account is None:
        return Finding("account", "账户", False, "企业还没有给收款账户")
    account = application.account
    return Finding("account", "账户", True, f"{account.holder} {account.bank} 尾号 {account.last4}")
