"""A fact corrected by the enterprise: shown with evidence, decided by the science office, scored again at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from qiying.capabilities.innovation.selectors import fact_choices, judging_unit
from qiying.capabilities.innovation.services.runs import score_again
from qiying.decision.indicators import standard_registry
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.enterprises.decision_facts import facts_declare, known_facts
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.viewer import system_viewer

NOTICE = "innovation_told"


class CorrectionExtras(Extras):
    """What is to be corrected."""

    fact: str = ""
    value: str = ""
    before: str = ""
    reason: str = ""


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="只有一家就不用选"
    )
    fact: str = entry("更正哪一项", choices=fact_choices(), max_length=60)
    value: str = entry("应该是多少", min_length=1, max_length=40, help="金额写元，比例写小数，例如 0.12")
    text: str = entry("为什么", widget="textarea", personal=True, min_length=4, max_length=1000)
    documents: list[int] = entry("证明材料", default=(), widget="documents", max_length=10)


class Decision(ActionInput):
    decision: Literal["accepted", "refused"] = entry(
        "决定", choices={"accepted": "采纳，按这个数重算", "refused": "不采纳"}, widget="radio"
    )
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500, help="企业会看到")


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """The asker's own enterprise, a value the register can keep, and something that proves it."""
    data, registry = act.data, standard_registry()
    wanted = data.enterprise_id or min(act.viewer.enterprise_ids, default=None)
    row = enterprises_visible_to(act.viewer).filter(pk=wanted or 0).first()
    if row is None or row.district_id != act.case.district_id or row.pk not in act.viewer.enterprise_ids:
        yield "enterprise_id", "请选您的哪家企业"
    act.enterprise = row
    if data.fact not in fact_choices():
        yield "fact", "没有这一项，请重选"
    elif reasons := registry.refused({data.fact: data.value}):
        yield "value", reasons[data.fact]
    elif row is not None:
        known = known_facts(row).get(data.fact)
        if known is not None and known.stored == registry[data.fact].stored(data.value):
            yield "value", "和登记的一样，不用更正"
    if not data.documents:
        yield "documents", "请传能证明的材料，例如审计报告、证书"
    if judging_unit(act.case.district_id) is None:
        yield "fact", "本区还没有定哪个单位管科创评价，请打 12345"


def opened(act: Act) -> None:
    """The unit that keeps the scores decides within its days."""
    data, firm = act.data, act.enterprise
    unit = judging_unit(act.case.district_id)
    assert firm is not None and unit is not None
    known = known_facts(firm).get(data.fact)
    before = f"{known.value}（{known.source_label}）" if known is not None else ""
    act.set(
        title=f"更正{data.fact}：{firm.label}"[:120],
        enterprise_id=firm.pk,
        lead_unit_id=unit.pk,
        kind="correction",
    )
    act.set_extras(fact=data.fact, value=data.value, before=before)
    act.party_add(firm.key, "asker")
    act.party_add(f"u:{unit.pk}", "lead")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{firm.name}"
    act.count("received")
    act.clock_start("decide", words="收到材料后要决定采不采纳")
    act.tell(
        "lead", NOTICE, title=act.case.title, words=f"企业要把{data.fact}更正为 {data.value}，请看材料。"
    )


def in_view(context: CaseContext) -> list[tuple[str, str]]:
    """Show what stands and what is wanted above the decision."""
    known = CorrectionExtras.of(context.case)
    return [("现在登记的", known.before or "没有登记"), (f"要更正的{known.fact}", known.value)]


def decided(act: Act) -> None:
    """Accepted: recorded as an official fact with its paper, and the enterprise is scored again."""
    known, firm = CorrectionExtras.of(act.case), Enterprise.objects.get(pk=act.case.enterprise_id or 0)
    is_accepted = act.data.decision == "accepted"
    act.stop("decide")
    act.set_extras(reason=act.data.reason)
    act.set(outcome=act.data.decision)
    act.go(act.data.decision)
    act.count(act.data.decision)
    if is_accepted:
        facts_declare(
            actor=system_viewer("worker", district_id=firm.district_id),
            enterprise=firm,
            values={known.fact: known.value},
            at=act.now,
            on=act.today,
            source=FactSource.OFFICIAL,
            note=f"更正 {act.case.number}",
        )
        score_again(enterprise_ids=[firm.pk], district_id=firm.district_id, now=act.now)
    words = "采纳了，积分已经重算。" if is_accepted else "没有采纳。"
    act.notify(NOTICE, firm.key, title=act.case.title, words=f"{words}{act.data.reason}")
