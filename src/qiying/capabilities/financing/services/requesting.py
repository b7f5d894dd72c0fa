"""One request to several institutions: each has a part with its clock, answers with an offer or a reason.

The firm compares what is offered and takes one; what it lets an institution see is a consent of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from qiying.capabilities.financing.models import WORDS, Line, Product
from qiying.capabilities.financing.selectors import desk_of, offers_of, products_in_force, standings_of
from qiying.capabilities.financing.services.common import check_asker, told
from qiying.capabilities.financing.services.declaring import PURPOSE
from qiying.capabilities.financing.services.inputs import (
    KINDS,
    REASONS,
    SHARED_DAYS,
    PartExtras,
    RequestExtras,
)
from qiying.capabilities.financing.services.lines import agreed_event, line_begin
from qiying.decision.scalar.evaluate import NOT_ELIGIBLE
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standard import children
from qiying.kernel.consents.models import Consent
from qiying.kernel.consents.services import consent_give, consent_revoke
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.statutes.loan_cost import (
    WAYS,
    Terms,
    cost_of,
    read_fees,
)
from qiying.ui.humanize import money_words


def fen_of(wan: Decimal) -> int:
    """Return fen of an amount in 万元."""
    return int(wan * 1_000_000)


# --- asking -----------------------------------------------------------------------------------------
def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """The firm's own request for products that are offered, one of each institution that can be reached here."""
    yield from check_asker(act)
    data, known = act.data, {p.pk: p for p in products_in_force(act.case.district_id, act.today)}
    if data.kind not in KINDS:
        yield "kind", "没有这一种，请重选"
    if desk_of(act.case.district_id) is None:
        yield "product_ids", "本区还没有设融资协调单位，请运维在单位里设"
    wanted = list(dict.fromkeys(data.product_ids))
    if gone := [pk for pk in wanted if pk not in known]:
        yield "product_ids", f"有 {len(gone)} 个产品已经停办了，请重选"
        return
    chosen = [known[pk] for pk in wanted]
    yield from _check_products(act, chosen)


def _check_products(act: Act, chosen: Sequence[Product]) -> Iterable[tuple[str, str]]:
    names = [p.institution.name for p in chosen]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        yield "product_ids", f"{name}一次只申请一个产品"
    for product in chosen:
        if product.institution.unit_id is None:
            yield "product_ids", f"{product.institution.name}还没上平台，请按产品页上的电话联系"
        if act.data.months > product.months:
            yield "months", f"{product}最长 {product.months} 个月"
    if act.enterprise is None:
        return
    for standing in standings_of(act.enterprise, chosen, act.today):
        if standing.answer.outcome == NOT_ELIGIBLE:
            because = "；".join(standing.answer.because[:2])
            yield "product_ids", f"{standing.product}现在不符合：{because}"
    units = [p.institution.unit_id for p in chosen]
    # two phones at once ask one after the other
    Enterprise.objects.select_for_update().get(pk=act.enterprise.pk)
    asked = Case.objects.filter(
        procedure="financing_part", is_open=True, lead_unit_id__in=units, enterprise_id=act.enterprise.pk
    )
    for number, name in asked.values_list("number", "lead_unit__name"):
        yield "product_ids", f"{name}那里已经有一份在看（{number}），不用再提"


def opened(act: Act) -> None:
    """Each institution has a part of its own and, where the firm agreed, a consent of its own."""
    data, desk = act.data, desk_of(act.case.district_id)
    known = {p.pk: p for p in products_in_force(act.case.district_id, act.today)}
    chosen = [known[pk] for pk in dict.fromkeys(data.product_ids)]
    fen = fen_of(data.amount)
    title = f"{act.enterprise.name}想要 {money_words(fen)}"[:120]
    act.set(
        title=title, kind=data.kind, category=data.kind, lead_unit_id=desk, enterprise_id=act.enterprise.pk
    )
    until = data.until or act.today + timedelta(days=SHARED_DAYS)
    act.set_extras(fen=fen, months=data.months, purpose=data.purpose)
    act.party_add(f"e:{act.enterprise.pk}", "asker")
    act.party_add(f"u:{desk}", "lead")
    for product in chosen:
        assert product.institution.unit is not None
        consent = _consent(act, product.institution.unit, data.facts, until, act.case.number)
        given = {"title": f"{title}（{product.name}）"[:120], "product_id": product.pk}
        given |= {"unit_id": product.institution.unit_id, "consent_id": consent.pk if consent else 0}
        children.child_open(act, "financing_part", given)
    act.clock_start("choose", words="从提申请算起")
    act.index_text = f"{act.case.number}\n{title}\n{data.purpose}"
    act.count("received")
    act.count("asked", len(chosen))


def _consent(act: Act, unit: Unit, facts: Sequence[str], until: date, number: str) -> Consent | None:
    """Let one institution see the chosen facts; None where nothing was chosen."""
    if not facts:
        return None
    return consent_give(
        owner=act.enterprise.key, actor=act.viewer, to_unit=unit, purpose=PURPOSE, facts=list(facts), until=until,
        at=act.now, subject=f"case:{number}", district_id=act.case.district_id,
    )  # fmt: skip


def part_opened(act: Act) -> None:
    """An institution's own part; it sees the firm, the amount and the words, facts only by the consent."""
    data = act.data
    assert act.case.parent is not None
    act.set(title=data.title, kind=act.case.parent.kind, lead_unit_id=data.unit_id)
    act.set(enterprise_id=act.case.parent.enterprise_id)
    act.set_extras(product_id=data.product_id, consent_id=data.consent_id)
    act.party_add(f"u:{data.unit_id}", "lead")
    children.askers_inherit(act)
    act.clock_start("answer")
    act.count("received")
    told(act, "收到融资申请，请答复", "给方案，或者写明为什么不行。", "lead")


# --- answering --------------------------------------------------------------------------------------
def product_of(case: Case) -> Product:
    """Return the version a part is about."""
    return Product.objects.select_related("institution").get(pk=PartExtras.of(case).product_id)


def wish_of(part: Case) -> RequestExtras:
    """Return what the firm wants, as its request says."""
    return RequestExtras.of(part.parent) if part.parent else RequestExtras()


def starts_with(context: CaseContext) -> Mapping[str, Any]:
    """Return what stands in an offer at first: what the product says and the firm wants."""
    product, wish = product_of(context.case), wish_of(context.case)
    return {
        "amount": Decimal(wish.fen) / 1_000_000, "rate": product.rate, "months": wish.months, "way": product.way,
        "security": product.security, "fees": product.fees, "valid_until": context.today + timedelta(days=15),
    }  # fmt: skip


def check_offer(act: Act) -> Iterable[tuple[str, str]]:
    """An offer of a loan has a rate, its fees are all named, it stands for some days."""
    data, product = act.data, product_of(act.case)
    if data.way not in WAYS or data.security not in WORDS["securities"]:
        yield "way", "请在选项里选"
        return
    fees, wrong = read_fees(data.fees)
    for words in wrong:
        yield "fees", words
    if not act.today <= data.valid_until <= act.today + timedelta(days=180):
        yield "valid_until", "从今天起，最长 180 天"
    if product.is_loan and not wrong:
        if data.rate <= 0:
            yield "rate", "贷款要写年利率"
        elif cost_of(Terms(fen_of(data.amount), data.rate, data.months, data.way, fees)) is None:
            yield "fees", "放款前的费用不能比本金多"


def offered(act: Act) -> None:
    """The firm sees it beside the others, with what it costs a year."""
    data, product = act.data, product_of(act.case)
    assert act.case.parent_id is not None and act.case.enterprise_id is not None
    row = Line.objects.create(
        district_id=act.case.district_id, state=Line.State.OFFERED, part=act.case, whole_id=act.case.parent_id,
        product=product, institution=product.institution, enterprise_id=act.case.enterprise_id, fen=fen_of(data.amount),
        rate=data.rate, months=data.months, way=data.way, security=data.security, fees=data.fees, text=data.text,
        asked_on=act.case.received_on, answer_until=data.valid_until,
    )  # fmt: skip
    act.count("answered_in_time" if act.in_time("answer") else "answered_late")
    act.stop("answer")
    act.count("offered")
    cost = row.cost
    rate = f"，一年综合成本 {cost.simple}%（单利）、{cost.irr}%（内部收益率）" if cost else ""
    words = f"{product.institution.name}：{row.money}，{row.months} 个月{rate}。"
    act.answer("final", f"{words}{data.text}"[:2000])
    told(act, "机构给了方案", words, "asker")


def refused(act: Act) -> None:
    act.count("answered_in_time" if act.in_time("answer") else "answered_late")
    act.stop("answer")
    act.set(outcome="refused")
    act.set_extras(reason=f"{REASONS.get(act.data.kind, '')}。{act.data.reason}")
    act.count("refused")
    act.answer("final", f"{REASONS.get(act.data.kind, '')}：{act.data.reason}")
    told(act, "机构没有同意", f"{REASONS.get(act.data.kind, '')}：{act.data.reason}"[:200], "asker")


def check_reason(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.kind not in REASONS:
        yield "kind", "请选一个理由"


def wanted_more(act: Act) -> None:
    act.count("asked_more")
    told(act, "机构请您补资料", act.data.text[:200], "asker")


def shared_again(act: Act) -> None:
    """A firm lets an institution see again, or more; what was agreed before stands beside until it ends."""
    extras, unit = PartExtras.of(act.case), Unit.objects.get(pk=act.case.lead_unit_id or 0)
    act.enterprise = act.case.enterprise
    until = act.data.until or act.today + timedelta(days=SHARED_DAYS)
    consent = _consent(act, unit, act.data.facts, until, act.case.number)
    act.set_extras(consent_id=consent.pk if consent else extras.consent_id)
    told(act, "企业补了资料", f"同意看的到 {until:%Y-%m-%d} 为止。", "lead")


def check_shared(act: Act) -> Iterable[tuple[str, str]]:
    if not act.data.facts and not act.data.documents:
        yield "facts", "选给看哪几项，或者附上材料"


# --- choosing ---------------------------------------------------------------------------------------
def part_moved(act: Act) -> None:
    """An offer lets the firm choose; when nobody has one and all have answered, nothing came of it."""
    if act.data.state == "offered":
        if act.case.state == "going":
            act.go("choosing")
        return
    if not act.data.is_final or act.data.outcome in {"accepted", "passed_over"}:
        return
    left = [c for c in children.children_of(act.case) if c.is_open]
    if left and any(c.state == "offered" for c in left):
        return
    if left:
        if act.case.state == "choosing":
            act.go("going")
        return
    act.end_clocks()
    act.set(outcome="none")
    act.count("none")
    told(
        act, "几家都没有同意", "理由写在各家的答复里；可以补了资料再提，也可以找区金融中心。", "asker", "lead"
    )
    act.go("ended")


def chosen_offer(act: Act) -> Line | None:
    """Return the offer that was named, if it is one of this request's and can still be had."""
    return next((o for o in offers_of(act.case) if o.pk == act.data.offer_id), None)


def check_choice(act: Act) -> Iterable[tuple[str, str]]:
    offer = chosen_offer(act)
    if offer is None or offer.state != Line.State.OFFERED:
        yield "offer_id", "没有这个方案，或者机构收回了，请重选"
    elif offer.answer_until and offer.answer_until < act.today:
        yield "offer_id", f"这个方案 {offer.answer_until:%Y-%m-%d} 已经过期，请机构重新给"


def accepted(act: Act) -> None:
    """One is taken, the others are told; a line begins, and whoever shares risks hears of it."""
    offer = chosen_offer(act)
    assert offer is not None
    act.end_clocks()
    act.set(outcome="agreed")
    act.count("agreed")
    act.count("days", bucket=min((act.today - act.case.received_on).days, 365))
    act.emit("loan_agreed", **agreed_event(offer, act.today, act.case.number))
    case, now, actor = act.case, act.now, act.viewer

    def follow() -> None:
        line_begin(line=offer, actor=actor, now=now)
        _end_parts(case, offer.part_id or 0, now)
        looks_end(case, offer.institution.unit_id, actor, now)

    act.afterwards.append(follow)
    told(act, "谈成了", f"{offer.institution.name} {offer.money}", "lead")


def _end_parts(case: Case, chosen_id: int, now: datetime) -> None:
    worker = system_viewer("worker", district_id=case.district_id)
    for part in children.children_of(case).filter(is_open=True):
        action = "accepted" if part.pk == chosen_id else "pass_over"
        case_act(case=part, action=action, actor=worker, data={}, now=now)


def dropped(act: Act) -> None:
    act.end_clocks()
    act.set(outcome="dropped")
    act.count("dropped")
    case, now = act.case, act.now
    act.afterwards.append(lambda: _end_parts(case, 0, now))
    no_more_looks(act)
    told(act, "企业都没选", act.data.reason, "lead")


def looks_end(case: Case, but_unit: int | None, actor: Viewer, now: datetime) -> None:
    """Take back what was agreed for a request, but from the institution that was taken."""
    numbers = [case.number, *children.children_of(case).values_list("number", flat=True)]
    rows = Consent.objects.filter(
        subject__in=[f"case:{n}" for n in numbers], purpose=PURPOSE, revoked_at__isnull=True
    )
    for consent in rows.exclude(to_unit_id=but_unit or 0):
        consent_revoke(consent=consent, actor=actor, at=now)


def no_more_looks(act: Act) -> None:
    """When a firm takes its request back, nobody looks any more."""
    case, actor, now = act.case, act.viewer, act.now
    act.afterwards.append(lambda: looks_end(case, None, actor, now))


def withdrawn_too(act: Act) -> None:
    children.withdraw_too(act)
    no_more_looks(act)


def part_accepted(act: Act) -> None:
    act.set(outcome="accepted")
    act.count("accepted")
    told(act, "企业选了您的方案，请放款", "在“授信”里登记放款和还款。", "lead")


def passed_over(act: Act) -> None:
    act.end_clocks()
    act.set(outcome="passed_over")
    Line.objects.filter(part=act.case).update(state=Line.State.DECLINED, reason="企业选了别家或者都不要")
    act.count("passed_over")
    told(act, "企业选了别家或者不要了", "这一份不用再办。", "lead")
