"""IP four in one: one request reaches court, procuratorate, enforcement and services at once, with a common record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from qiying.capabilities.legal_environment.services.common import check_asker, told
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.cases.standard import children
from qiying.kernel.organisations.selectors import units_with

SIDES = {"court": "司法审判", "procurator": "检察保护", "enforcement": "行政执法", "services": "公共服务"}
KINDS = {
    "trademark": "商标被侵权", "patent": "专利被侵权", "copyright": "著作权被侵权", "secret": "商业秘密",
    "overseas": "海外纠纷", "other": "其他",
}  # fmt: skip
DONE = {"acted": "办了", "advised": "给了意见", "none": "看过，本单位没有要办的"}
HELPED = {"solved": "解决了", "eased": "风险减轻了", "explained": "现在解决不了，讲清了路"}


class RequestExtras(Extras):
    done: dict[str, str] = {}
    result: str = ""


class PartExtras(Extras):
    side: str = ""


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="只有一家就不用选"
    )
    title: str = entry("什么事", min_length=4, max_length=80)
    kind: str = entry("哪一种", choices=KINDS)
    text: str = entry(
        "说说情况", widget="textarea", personal=True, min_length=8, max_length=3000,
        help="说一次就行：法院、检察院、执法和服务单位同时收到",
    )  # fmt: skip
    documents: list[int] = entry("权利证书、证据", default=(), widget="documents", max_length=20)


class PartOpening(ActionInput):
    title: str = entry("事项", max_length=120)
    side: str = entry("哪一方", choices=SIDES)
    unit_id: int = entry("单位", source="units")


class Record(ActionInput):
    on: date = entry("哪天", widget="date")
    text: str = entry("做了什么、商量了什么", widget="textarea", min_length=4, max_length=1000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Done(ActionInput):
    done: Literal["acted", "advised", "none"] = entry("本单位", choices=DONE, widget="radio")
    text: str = entry("办了什么、什么意见", widget="textarea", min_length=4, max_length=2000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Conclusion(ActionInput):
    result: Literal["solved", "eased", "explained"] = entry("结果", choices=HELPED, widget="radio")
    text: str = entry("答复企业", widget="textarea", min_length=8, max_length=3000)


def sides_of(district_id: int) -> dict[str, int]:
    """Return the unit of each side that the district has."""
    found = {side: next(iter(units_with(district_id, f"ip_{side}")), None) for side in SIDES}
    return {side: unit for side, unit in found.items() if unit is not None}


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """The firm's own request; all four sides are there to be reached."""
    yield from check_asker(act)
    district = act.case.district_id
    if act.data.kind not in KINDS:
        yield "kind", "没有这一种，请重选"
    missing = [f"{SIDES[s]}" for s in SIDES if s not in sides_of(district)]
    if not units_with(district, "ip_desk"):
        missing.insert(0, "受理")
    if missing:
        yield "title", f"本区还没有设：{'、'.join(missing)}，请运维在单位里设"


def opened(act: Act) -> None:
    """All four have it at once: each takes part in the common record and has a part of its own with a clock."""
    data, desk = act.data, units_with(act.case.district_id, "ip_desk")[0]
    act.set(title=data.title, kind=data.kind, category=data.kind, lead_unit_id=desk)
    if act.enterprise is not None:
        act.set(enterprise_id=act.enterprise.pk)
        act.party_add(f"e:{act.enterprise.pk}", "asker")
    act.party_add(f"u:{desk}", "lead")
    for side, unit in sides_of(act.case.district_id).items():
        act.party_add(f"u:{unit}", "side")
        given = {"title": f"{data.title}（{SIDES[side]}）", "side": side, "unit_id": unit}
        children.child_open(act, "ip_part", given)
    act.clock_start("conclude", words="从收到算起")
    act.index_text = f"{act.case.number}\n{data.title}\n{data.text}"
    act.count("received")
    told(act, "知识产权一件事", "四方同时收到，各办各的，记在一起。", "lead", "side")


def not_later(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.on > act.today:
        yield "on", "还没到这一天"


def recorded(act: Act) -> None:
    act.document_audience = "internal"
    act.count("records")


def part_moved(act: Act) -> None:
    """A side's result joins the common record; when all four are there the desk concludes."""
    if not act.data.is_final:
        return
    known = RequestExtras.of(act.case).done
    act.set_extras(done={**known, act.data.unit: act.data.status})
    left = children.children_of(act.case).filter(is_open=True).count()
    if not left and act.case.state == "going":
        act.go("joining")
        told(act, "四方都办完了，请汇总答复", act.data.status, "lead")


def concluded(act: Act) -> None:
    act.count("concluded_in_time" if act.in_time("conclude") else "concluded_late")
    act.stop("conclude")
    act.set(outcome=act.data.result)
    act.set_extras(result=act.data.result)
    act.answer("final", act.data.text)
    act.count(act.data.result)
    told(act, f"知识产权一件事办完了：{HELPED[act.data.result]}", act.data.text[:200], "asker", "side")


def part_opened(act: Act) -> None:
    """A side's own part; it reads the firm's words in the common record of the whole."""
    data = act.data
    act.set(title=data.title, kind=data.side, lead_unit_id=data.unit_id)
    act.set_extras(side=data.side)
    act.party_add(f"u:{data.unit_id}", "lead")
    children.askers_inherit(act)
    act.clock_start("part")
    act.count("received")
    told(act, "知识产权一件事，请办本单位这一份", SIDES[data.side], "lead")


def part_done(act: Act) -> None:
    act.count("done_in_time" if act.in_time("part") else "done_late")
    act.stop("part")
    act.set(outcome=act.data.done)
    act.count(act.data.done)
    act.answer("final", act.data.text)


def result_letter(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return what the four did and what the firm is told."""
    answer = file.context.current_answer
    parts = children.children_of(file.case).select_related("lead_unit")
    lines = [
        f"{SIDES.get(p.kind, '')}（{p.lead_unit.label if p.lead_unit else ''}）：{DONE.get(p.outcome, '在办')}。"
        for p in parts
    ]
    first = f"贵单位提出的“{file.case.title}”（{file.case.number}），四方办理情况如下。"
    return (first, *lines, answer.text if answer else "")


def is_answered(context: CaseContext) -> str | None:
    return None if context.current_answer is not None else "还没有答复"
