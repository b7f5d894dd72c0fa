"""Obstacles in enforcement: a firm complains in confidence, 司法局 asks the body, concludes, has it corrected.

民营经济促进法第五十三条; 行政执法监督条例 (国务院令第825号). The body reads what 司法局 wrote in its own words;
who complained and what the firm wrote it reads only where the firm agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from qiying.capabilities.legal_environment.models import COMPLAINT_KINDS as KINDS
from qiying.capabilities.legal_environment.services.common import check_asker, told
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.organisations.selectors import units_with

RESULTS = {"founded": "属实，要改正", "unfounded": "不属实，或者执法合法适当"}
INSTRUMENTS = {"notice": "执法监督通知书", "opinion": "执法监督意见书", "decision": "执法监督决定书"}
CHECKED = {"done": "改到位了，办结", "back": "没改到位，退回"}


class ComplaintExtras(Extras):
    body_id: int = 0
    result: str = ""
    instrument: str = ""
    reason: str = ""
    correction: str = ""


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="只有一家就不用选"
    )
    unit_id: int = entry("反映哪个执法单位", source="units")
    kind: str = entry("哪一种", choices=KINDS)
    account: str = entry(
        "经过", widget="textarea", personal=True, tells_asker="id", min_length=8, max_length=3000,
        help="只有司法局看得到；被反映的单位看的是司法局自己写的话",
    )  # fmt: skip
    agrees_named: bool = entry("同意让被反映的单位知道是我们", default=False, widget="checkbox")
    documents: list[int] = entry(
        "凭据", default=(), widget="documents", max_length=20, help="被反映的单位看不到"
    )

    @property
    def hide_asker(self) -> bool:
        return not self.agrees_named


class Taking(ActionInput):
    summary: str = entry(
        "请被反映的单位说明什么", widget="textarea", min_length=8, max_length=1000,
        help="对方看到的就是这段：用自己的话写，别写认得出企业的细节",
    )  # fmt: skip


class Declined(ActionInput):
    reason: str = entry("为什么不受理", widget="textarea", min_length=8, max_length=600)
    go_to: str = entry("该找谁", min_length=2, max_length=200, help="复议、诉讼、信访，或者别的机关")


class Explained(ActionInput):
    text: str = entry("事实、依据和程序", widget="textarea", min_length=8, max_length=3000)
    documents: list[int] = entry("案卷材料", default=(), widget="documents", max_length=20)


class Decided(ActionInput):
    result: Literal["founded", "unfounded"] = entry("结论", choices=RESULTS, widget="radio")
    reason: str = entry("查明的事实和依据", widget="textarea", min_length=8, max_length=2000)
    instrument: str = entry(
        "用哪种文书", default="", choices={"": "不属实，不用", **INSTRUMENTS}, help="属实的必须选"
    )
    correction: str = entry("要改正什么", default="", widget="textarea", max_length=1000)
    answer: str = entry("答复企业", widget="textarea", min_length=8, max_length=2000)


class Corrected(ActionInput):
    text: str = entry("怎么改的、以后怎么防", widget="textarea", min_length=8, max_length=2000)
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=20)


class Checked(ActionInput):
    result: Literal["done", "back"] = entry("核对", choices=CHECKED, widget="radio")
    text: str = entry("看到了什么，告诉企业", widget="textarea", min_length=4, max_length=1000)


def known(context: CaseContext) -> ComplaintExtras:
    return ComplaintExtras.of(context.case)


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """The firm's own complaint of a body of this district, which is not the one that looks into it."""
    yield from check_asker(act)
    watch = units_with(act.case.district_id, "law_watch")
    if act.data.kind not in KINDS:
        yield "kind", "没有这一种，请重选"
    if not watch:
        yield "unit_id", "本区还没有设行政执法监督的单位，请运维在单位里设"
    if not act.is_own_unit(act.data.unit_id):
        yield "unit_id", "没有这个单位，请重选"
    elif act.data.unit_id in watch:
        yield "unit_id", "反映司法局自己的，请向区政府或者纪检反映"


def opened(act: Act) -> None:
    """司法局 alone has it; the body takes no part until it is asked."""
    data, watch = act.data, units_with(act.case.district_id, "law_watch")[0]
    act.set(
        title=f"执法堵点：{KINDS[data.kind]}",
        kind=data.kind,
        category=data.kind,
        confidentiality="restricted",
    )
    act.set(hide_asker=data.hide_asker, enterprise_id=act.enterprise.pk if act.enterprise else None)
    act.set_extras(body_id=data.unit_id)
    if act.enterprise is not None:
        act.party_add(f"e:{act.enterprise.pk}", "asker")
    act.party_add(f"u:{watch}", "watch")
    act.document_audience = "restricted"
    act.index_text = f"{act.case.number}\n{KINDS[data.kind]}"
    act.clock_start("accept")
    act.clock_start("decide", words="从收到算起")
    act.count("received")
    told(act, "收到企业反映的执法堵点", "请受理，保密办理。", "watch")


def taken(act: Act) -> None:
    """The body is asked in 司法局's own words."""
    body = known(act).body_id
    act.count("accepted_in_time" if act.in_time("accept") else "accepted_late")
    act.stop("accept")
    act.set(lead_unit_id=body)
    act.party_add(f"u:{body}", "lead")
    act.clock_start("explain", words="收到说明要求以后算起")
    told(act, "请说明一件执法情况", act.data.summary[:200], "lead")
    told(act, "受理了", "司法局已受理，被反映的单位看不到是谁反映的，除非您同意。", "asker")


def declined(act: Act) -> None:
    """Not this procedure's matter: said with where to go."""
    act.end_clocks()
    act.set(outcome="declined")
    act.answer("final", f"{act.data.reason} 请找：{act.data.go_to}")
    act.count("declined")
    told(act, "没有受理", f"{act.data.reason} 请找：{act.data.go_to}", "asker")


def explained(act: Act) -> None:
    act.count(
        "explained_in_time" if act.in_time("explain") else "explained_late", unit_id=act.case.lead_unit_id
    )
    act.stop("explain")
    act.document_audience = "internal"
    told(act, "被反映的单位作了说明", act.data.text[:200], "watch")


def check_decided(act: Act) -> Iterable[tuple[str, str]]:
    """What is founded is corrected by a document that says what."""
    if act.data.result == "founded":
        if act.data.instrument not in INSTRUMENTS:
            yield "instrument", "属实的选用哪种文书"
        if len(act.data.correction) < 4:
            yield "correction", "写明要改正什么"


def decided(act: Act) -> None:
    """Concluded and answered; what is founded is to be corrected."""
    data = act.data
    act.count("decided_in_time" if act.in_time("decide") else "decided_late")
    act.stop("decide")
    act.set_extras(
        result=data.result, reason=data.reason, instrument=data.instrument, correction=data.correction
    )
    act.answer("final", data.answer)
    act.count(data.result)
    told(act, f"结论：{RESULTS[data.result]}", data.answer[:200], "asker")
    if data.result == "unfounded":
        act.set(outcome="unfounded")
        told(act, "执法堵点有了结论：不属实或者合法适当", data.reason[:200], "lead")
        act.go("closed")
        return
    act.clock_start("correct", words=f"收到{INSTRUMENTS[data.instrument]}以后算起")
    told(act, f"请改正（{INSTRUMENTS[data.instrument]}）", data.correction[:200], "lead")
    act.go("correcting")


def corrected(act: Act) -> None:
    act.count(
        "corrected_in_time" if act.in_time("correct") else "corrected_late", unit_id=act.case.lead_unit_id
    )
    act.stop("correct")
    act.clock_start("check", words="收到改正报告以后算起")
    act.document_audience = "internal"
    told(act, "改正报告来了，请核对", act.data.text[:200], "watch")


def checked(act: Act) -> None:
    act.stop("check")
    if act.data.result == "back":
        act.count("sent_back")
        act.clock_start("correct", words="没改到位，重新算起")
        told(act, "没改到位，请再改", act.data.text, "lead")
        act.go("correcting")
        return
    act.set(outcome="corrected")
    act.count("corrected")
    told(act, "改正核对过了，办结", act.data.text, "asker", "lead")
    act.go("closed")


def named(act: Act) -> None:
    """The firm agrees later that the body knows it."""
    act.set(hide_asker=False)
    told(act, "企业同意让被反映的单位知道是谁", "办案件里看得到了。", "watch", "lead")


def is_hidden(context: CaseContext) -> str | None:
    return None if context.case.hide_asker else "已经同意过了"


def instrument_letter(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the document by which a body is told to correct; never a word of the firm."""
    extras, case = ComplaintExtras.of(file.case), file.case
    return (
        f"经查，你单位有关执法行为（{case.number}，{KINDS.get(case.kind, '')}）存在问题：",
        extras.reason,
        f"现以{INSTRUMENTS.get(extras.instrument, '文书')}要求你单位：{extras.correction}",
        "请在期限内改正，书面报告结果；不得打听、报复反映人。",
    )


def answer_letter(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the answer to the firm with what it may still do."""
    answer = file.context.current_answer
    return (
        f"你单位反映的问题（{file.case.number}）已经查明，现答复如下。",
        answer.text if answer else "",
        "对执法决定本身不服的，可以在法定期限内申请行政复议或者提起行政诉讼。",
    )


def is_founded(context: CaseContext) -> str | None:
    return None if known(context).result == "founded" else "没有认定属实，不用发"


def is_answered(context: CaseContext) -> str | None:
    return None if context.current_answer is not None else "还没有答复"
