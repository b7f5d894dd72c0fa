"""A right pledged: valued, registered with a certificate, transferred with the pledgee's consent only, released."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from qiying.capabilities.risk_sharing.models import IpPledge
from qiying.capabilities.risk_sharing.rules.law import percent, percent_of, share_of, yuan
from qiying.capabilities.risk_sharing.selectors import PLEDGE, REGISTRY, banks_of, office, pledge_of
from qiying.capabilities.risk_sharing.services.common import fen_of, told
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.certificates import issue_certificate, revoke_certificate
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer


class PledgeExtras(Extras):
    """What is asked for while the pledge stands."""

    transferee: str = ""
    price: int = 0
    refusal: str = ""


def pledge_in(context: CaseContext) -> IpPledge:
    found = pledge_of(context.case)
    assert found is not None
    return found


def _keep(row: IpPledge, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


@transaction.atomic
def pledge_open(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Open the case of a pledge and keep the right; a right is pledged once at a time, whoever is quicker."""
    try:
        with transaction.atomic():
            case = case_open(
                procedure=PLEDGE, actor=actor, data=data.model_dump(), now=now, district_id=district_id,
                session_key=session_key,
            )  # fmt: skip
            if not IpPledge.objects.filter(case=case).exists():
                told = {
                    name: getattr(data, name) for name in ("bank_id", "kind", "number", "name", "expires_on")
                }
                IpPledge.objects.create(
                    case=case, district_id=district_id, enterprise_id=case.enterprise_id or 0,
                    fen=fen_of(data.amount), **told,
                )  # fmt: skip
    except IntegrityError:
        refuse({"number": ["这项权利刚刚提过质押，请刷新"]})
    return case


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """The firm's own right, in force, pledged nowhere else here, to a bank of the district."""
    data, district = act.data, act.case.district_id
    wanted = data.enterprise_id or min(act.viewer.enterprise_ids, default=None)
    row = enterprises_visible_to(act.viewer).filter(pk=wanted or 0).first()
    if row is None or row.district_id != district or row.pk not in act.viewer.enterprise_ids:
        yield "enterprise_id", "请选您的哪家企业"
    act.enterprise = row
    if not banks_of(district).filter(pk=data.bank_id).exists():
        yield "bank_id", "本区没有这家银行"
    if office(district, REGISTRY) is None:
        yield "bank_id", "本区还没有知识产权质押登记窗口，请打 12345"
    if data.expires_on <= act.today:
        yield "expires_on", "权利已经到期，不能质押"
    earlier = IpPledge.objects.filter(district_id=district, kind=data.kind, number=data.number, is_live=True)
    if earlier.exists():
        yield "number", "这项权利已经在质押，注销以后才能再质押"


def opened(act: Act) -> None:
    """The bank says what the right is worth and whether it lends on it."""
    data, firm = act.data, act.enterprise
    assert firm is not None
    registry = office(act.case.district_id, REGISTRY)
    assert registry is not None
    act.set(
        title=f"质押{dict(IpPledge.Kind.choices)[data.kind]}：{data.name}"[:120], enterprise_id=firm.pk, kind=data.kind,
        lead_unit_id=registry.pk,
    )  # fmt: skip
    act.party_add(firm.key, "asker")
    act.party_add(f"u:{data.bank_id}", "bank")
    act.party_add(f"u:{registry.pk}", "lead")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{firm.name}\n{data.number}"
    act.count("received")
    act.clock_start("value", words="企业申请后银行评估")
    told(act, "请评估质押的权利", f"{data.name}，要贷 {yuan(fen_of(data.amount))}。", "bank")


def check_valued(act: Act) -> Iterable[tuple[str, str]]:
    row, most = pledge_in(act), Decimal(str(act.parameter("risk.ip_most")))
    value = fen_of(act.data.amount)
    if row.fen * 100 > value * most:
        part = share_of(row.fen, value)
        yield (
            "amount",
            f"贷款占评估价的 {percent_of(part)}，超过 {percent(most)}（{act.case.number} 开办时的参数，样例）",
        )


def valued(act: Act) -> None:
    """The agreed value goes to the registry; the days of registration begin."""
    row = pledge_in(act)
    _keep(row, value_fen=fen_of(act.data.amount), valued_by=act.data.valued_by)
    act.stop("value")
    act.clock_start("register", words="材料齐了到登记")
    told(act, "请登记质押", f"评估 {yuan(fen_of(act.data.amount))}，{act.data.valued_by}。", "lead", "asker")


def registered(act: Act) -> None:
    """The pledge arises now, and not before (民法典 art. 444); the certificate proves it."""
    row = pledge_in(act)
    fields = {
        "权利": f"{row.get_kind_display()} {row.name}", "权利号": row.number, "质权人": row.bank.name,
        "担保的贷款": yuan(row.fen), "评估价值": yuan(row.value_fen or 0), "登记日": act.today.isoformat(),
    }  # fmt: skip
    made = issue_certificate(
        "ip_pledge", holder=row.enterprise.name, enterprise=row.enterprise, case=act.case, fields=fields,
        by=act.viewer, now=act.now, valid_until=row.expires_on,
    )  # fmt: skip
    _keep(row, registered_on=act.today, certificate=made.pk, registered_by_id=act.viewer.person_id)
    act.stop("register")
    act.count("registered")
    act.count("registered_wan", value=row.fen // 1_000_000)
    told(act, "质押登记了", f"登记证 {made.number}，质权从今天起设立。", "asker", "bank")


def refused(act: Act) -> None:
    """Nothing was pledged; the right is free again."""
    _keep(pledge_in(act), is_live=False)
    act.end_clocks()
    act.set(outcome="refused")
    act.count("refused")
    told(act, "没有办成", act.data.reason, "asker", "bank", "lead")


def withdrawn(act: Act) -> None:
    _keep(pledge_in(act), is_live=False)


def transfer_asked(act: Act) -> None:
    """A pledged right is transferred or licensed with the pledgee's consent only (民法典 art. 444)."""
    act.set_extras(transferee=act.data.transferee, price=fen_of(act.data.amount))
    told(act, "企业要转让质押的权利", f"转给{act.data.transferee}，{yuan(fen_of(act.data.amount))}。", "bank")


def in_view(context: CaseContext) -> list[tuple[str, str]]:
    row, known = pledge_in(context), PledgeExtras.of(context.case)
    shown = [("权利", f"{row.get_kind_display()} {row.number}"), ("要贷", yuan(row.fen))]
    if row.value_fen:
        shown.append(("评估", f"{yuan(row.value_fen)}，{row.valued_by}"))
    if known.transferee:
        shown.append(("要转给", f"{known.transferee}，{yuan(known.price)}"))
    return shown


def transfer_decided(act: Act) -> None:
    """With consent the new holder is noted and the pledge stays; what is paid goes to the loan first."""
    known, agrees = PledgeExtras.of(act.case), act.data.decision == "agreed"
    if agrees:
        _keep(pledge_in(act), transferee=known.transferee)
        act.count("transferred")
    words = "质权人同意了，转让价款提前还款或者提存。" if agrees else "质权人不同意，不能转让。"
    told(act, "转让质押的权利", f"{words}{act.data.reason}", "asker", "lead")
    act.set_extras(transferee=None, price=None)


def release_asked(act: Act) -> None:
    act.clock_start("release", words="质权人申请注销后")
    told(act, "请注销质押", act.data.reason, "lead", "asker")


def released(act: Act) -> None:
    """The pledge ends, its certificate says so, the right is free."""
    row = pledge_in(act)
    found = Certificate.objects.filter(pk=row.certificate or 0).first()
    if found is not None:
        revoke_certificate(found, reason="质押已注销", by=act.viewer, now=act.now)
    _keep(row, released_on=act.today, is_live=False)
    act.end_clocks("met")
    act.set(outcome="released")
    act.count("released")
    told(act, "质押注销了", "权利上没有质押了。", "asker", "bank")
