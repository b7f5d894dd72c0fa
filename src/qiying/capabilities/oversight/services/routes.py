"""Supervised matters on three routes: to the competent unit, led by a leader, by law; and the lists that choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from qiying.capabilities.oversight.models import RouteList
from qiying.capabilities.oversight.models.routes import ROUTES
from qiying.capabilities.oversight.services.common import cited, congress_of, told
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.organisations.selectors import in_force

DECISIONS = {"lifted": "撤销、解除", "changed": "变更", "kept": "维持"}
JUDGED = {"solved": "解决了，办结", "back": "没解决，退回再办"}


class MatterExtras(Extras):
    list_id: int = 0
    measure: str = ""
    meetings: int = 0
    objections: int = 0
    decision: str = ""
    reason: str = ""


class Opening(ActionInput):
    list_id: int = entry("在哪张清单上", source="route_lists", help="清单定了怎么督办、多少天给结果")
    title: str = entry("什么问题", min_length=4, max_length=80)
    text: str = entry("情况", widget="textarea", min_length=4, max_length=2000)
    unit_id: int = entry("交给哪个单位", source="units")
    official_id: int | None = entry(
        "哪位领导领衔", default=None, source="district_leaders", help="领衔办的必须选"
    )
    measure: str = entry("哪项强制措施", default="", max_length=200, help="依法办的写：查封、扣押、冻结……")
    article_ids: list[int] = entry(
        "依据哪几条", default=(), source="articles", widget="multiselect", max_length=20
    )
    documents: list[int] = entry("附件", default=(), widget="documents", max_length=10)


class Meeting(ActionInput):
    on: date = entry("哪天开的", widget="date")
    text: str = entry("谁参加、定了什么", widget="textarea", min_length=4, max_length=1000)


class Objection(ActionInput):
    reason: str = entry("为什么不当", widget="textarea", min_length=10, max_length=1000)
    article_ids: list[int] = entry(
        "违反哪几条", source="articles", widget="multiselect", min_length=1, max_length=20
    )


class Decided(ActionInput):
    decision: Literal["lifted", "changed", "kept"] = entry("决定", choices=DECISIONS, widget="radio")
    reason: str = entry("理由和依据", widget="textarea", min_length=10, max_length=1000)


class Result(ActionInput):
    text: str = entry("办成怎样、凭什么", widget="textarea", min_length=8, max_length=2000)
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=20)


class Judged(ActionInput):
    result: Literal["solved", "back"] = entry("审核", choices=JUDGED, widget="radio")
    text: str = entry("看到了什么", widget="textarea", min_length=4, max_length=600)


def known(context: CaseContext) -> MatterExtras:
    return MatterExtras.of(context.case)


def list_of(act: Act) -> RouteList | None:
    """Return the list a new matter stands on."""
    rows = RouteList.objects.filter(in_force(act.today), district_id=act.case.district_id)
    return rows.filter(pk=act.data.list_id).first()


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """A list of today, a working unit that is not the congress, and what its route asks for."""
    found = list_of(act)
    if found is None:
        yield "list_id", "没有这张清单，或者已经不用了"
    if not act.is_own_unit(act.data.unit_id) or act.data.unit_id == congress_of(act.case.district_id):
        yield "unit_id", "请选一个承办单位"
    if found is not None and found.route == "led" and not act.data.official_id:
        yield "official_id", "领衔办的要选哪位领导"
    if found is not None and found.route == "legal" and len(act.data.measure) < 2:
        yield "measure", "依法办的要写哪项措施"


def opened(act: Act) -> None:
    """The list says the route; the unit works, the congress watches."""
    data, found, congress = act.data, list_of(act), congress_of(act.case.district_id)
    assert found is not None
    act.set(title=data.title, kind=found.route, lead_unit_id=data.unit_id)
    act.set_extras(list_id=found.pk, measure=data.measure)
    act.party_add(f"u:{congress}", "congress")
    act.party_add(f"u:{data.unit_id}", "lead")
    if data.official_id:
        act.party_add(f"p:{data.official_id}", "official")
    act.index_text = f"{act.case.number}\n{data.title}\n{data.text}"
    act.clock_start("result", limit=found.days, words=f"{found.name}要在这段时间里给结果")
    act.count("received")
    act.count(f"route_{found.route}")
    told(act, f"人大交办（{ROUTES[found.route]}）", data.text[:200], "lead", "official")
    cited(act, "监督事项")


def is_led(context: CaseContext) -> str | None:
    return None if context.case.kind == "led" else "不是领衔办的事项"


def is_legal(context: CaseContext) -> str | None:
    return None if context.case.kind == "legal" else "不是依法办的事项"


def met(act: Act) -> None:
    act.set_extras(meetings=known(act).meetings + 1)
    act.count("meetings")


def objected(act: Act) -> None:
    """A reasoned objection to a measure: who took it decides, the congress changes nothing itself."""
    act.set_extras(objections=known(act).objections + 1)
    act.clock_start("decide", words="收到异议以后要作出决定")
    act.count("objections")
    told(act, "对强制措施提出异议", act.data.reason, "lead")
    cited(act, "监督事项")


def decided(act: Act) -> None:
    """Another person of the unit decides with reasons; the decision is recorded as it was made."""
    act.stop("decide")
    act.set_extras(decision=act.data.decision, reason=act.data.reason)
    act.count(f"objection_{act.data.decision}")
    told(act, f"异议的决定：{DECISIONS[act.data.decision]}", act.data.reason, "congress")


def answered(act: Act) -> None:
    act.count("result_in_time" if act.in_time("result") else "result_late")
    act.stop("result")
    act.answer("final", act.data.text)
    told(act, "监督事项给了结果", act.data.text[:200], "congress")


def judged(act: Act) -> None:
    """The congress writes off on what it saw, or sends back."""
    if act.data.result == "solved":
        act.set(outcome="solved")
        act.emit("case_closed", outcome="solved", procedure="supervised_matter")
        act.count("solved")
        act.go("closed")
        told(act, "监督事项办结了", act.data.text, "lead", "official")
        return
    act.count("sent_back")
    clock = next((c for c in reversed(act.clocks) if c.kind == "result"), None)
    if clock is not None:
        act.clock_restart(clock)
    act.go("handling")
    told(act, "没解决，请再办", act.data.text, "lead", "official")
