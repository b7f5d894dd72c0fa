"""Agency on written authority (代办): what may be done in an enterprise's name stands in it, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from qiying.capabilities.handling.services.common import (
    MatterExtras,
    check_asker,
    opened_for,
    told,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.parameters import parameter


class AgencyExtras(MatterExtras):
    """What the authority says; each renewal replaces scope and term, the events keep what was before."""

    scope: str = ""
    until: str = ""
    signer: str = ""
    is_remote: bool = False
    agent: str = ""
    steps: int = 0

    @property
    def lines(self) -> list[str]:
        """Return the single things that may be done."""
        return [line.strip() for line in self.scope.splitlines() if line.strip()]


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="替自己的企业办就不用选"
    )
    title: str = entry("要代办什么", max_length=80)
    scope: str = entry(
        "授权办哪些",
        widget="textarea",
        min_length=2,
        max_length=1000,
        help="一行一件：提交材料、补正、领取证照；没写的不能代办",
    )
    until: date = entry("授权到哪天", widget="date")
    signer: str = entry("谁签的授权书", max_length=40, personal=True, help="法定代表人或者他书面委托的人")
    is_remote: bool = entry("不见面办，全程不用到窗口", default=True, widget="checkbox")
    documents: list[int] = entry("授权书和材料", widget="documents", min_length=1, max_length=20)


class Renew(ActionInput):
    scope: str = entry(
        "授权办哪些", widget="textarea", min_length=2, max_length=1000, help="一行一件；写全，以这次的为准"
    )
    until: date = entry("授权到哪天", widget="date")
    documents: list[int] = entry("新的授权书", widget="documents", min_length=1, max_length=20)


class Step(ActionInput):
    what: str = entry("办授权里的哪一件", source="authority")
    text: str = entry("办到哪了", widget="textarea", min_length=2, max_length=600)
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=20)


class Result(ActionInput):
    text: str = entry("结果，证照怎么给企业", widget="textarea", min_length=4, max_length=1000)
    documents: list[int] = entry("证照、回执", default=(), widget="documents", max_length=20)


def check_authority(act: Act) -> Iterable[tuple[str, str]]:
    """An authority is in writing, names what it covers, and ends on a day within the longest term."""
    longest = int(parameter("agency.longest", district_id=act.case.district_id, on=act.today))
    if not act.data.documents:
        yield "documents", "请附上签了字的授权书，拍照也行"
    if act.data.until < act.today:
        yield "until", "授权已经过期，请写今天以后的日子"
    elif (act.data.until - act.today).days > longest:
        yield "until", f"一次授权最长 {longest} 天，到期可以续"


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """Who asks is the enterprise, and its authority holds."""
    yield from check_asker(act)
    yield from check_authority(act)


def opened(act: Act) -> None:
    """The centre looks at the authority before it acts for anybody."""
    opened_for(act, kind="agency", category="agency")
    _authority(act, is_remote=act.data.is_remote)
    act.clock_start("take", words="从收到授权当天算起")
    told(act, "有一件代办", "请核对授权书，再定谁代办", "centre")


def _authority(act: Act, **more: Any) -> None:
    act.set_extras(scope=act.data.scope, until=act.data.until.isoformat(), **more)


def taken(act: Act) -> None:
    """Somebody of the centre is the agent, by name, from now on."""
    act.stop("take")
    act.set_extras(agent=act.viewer.name)
    act.clock_start("handle", words="从接下当天算起")
    act.count("taken")
    told(act, "代办接下了", f"{act.viewer.name}替您办，办一步记一步，都在这里看得到。", "asker")


def authority_holds(context: CaseContext) -> str | None:
    """Nothing is done in an enterprise's name after its authority ended."""
    until = AgencyExtras.of(context.case).until
    if until and context.today > date.fromisoformat(until):
        return f"授权到{until}已经过期，请企业续了再办"
    return None


def check_scope(act: Act) -> Iterable[tuple[str, str]]:
    """Only what the authority names is done."""
    if act.data.what not in AgencyExtras.of(act.case).lines:
        yield "what", "授权书里没有这一件，不能代办；要办请企业补授权"


def stepped(act: Act) -> None:
    """One thing of the authority was done; the enterprise reads it."""
    act.document_audience = "all"
    act.set_extras(steps=AgencyExtras.of(act.case).steps + 1)
    act.count("steps")


def renewed(act: Act) -> None:
    """The new authority takes the place of the old one."""
    _authority(act)
    told(act, "授权续了", f"到{act.data.until:%Y年%-m月%-d日}", "centre")


def finished(act: Act) -> None:
    """The enterprise has what it wanted; the authority is used up."""
    act.count("in_time" if act.in_time("handle") else "late")
    act.count("done")
    if AgencyExtras.of(act.case).is_remote:
        act.count("without_meeting")
    act.answer("final", act.data.text)
    act.set(outcome="done")
    told(act, "代办办好了", act.data.text, "asker")


def has_acted(context: CaseContext) -> str | None:
    """What was done is named before it is finished."""
    return None if AgencyExtras.of(context.case).steps else "还没有记一步代办，先记办了什么"


def refused(act: Act) -> None:
    """It is not taken on, with the reason."""
    act.answer("final", act.data.reason)
    act.set(outcome="refused")
    act.count("refused")
    told(act, "代办没有接", act.data.reason, "asker")
