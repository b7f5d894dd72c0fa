"""Matters that no window accepts: the centre takes them, finds an owner, and makes an item or an answer of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from qiying.capabilities.handling.services.common import (
    BRANCH,
    MatterExtras,
    check_asker,
    opened_for,
    told,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.registers.register import Register, all_registers, made

RESULTS = {"solved": "办成了", "explained": "现在办不了，写明了理由"}


class UnacceptedExtras(MatterExtras):
    returns: int = 0
    result: str = ""
    item: str = ""


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="替自己的企业说就不用选"
    )
    title: str = entry("要办什么", max_length=80)
    text: str = entry("说说情况", widget="textarea", personal=True, min_length=4, max_length=2000)
    tried: str = entry("去过哪些窗口，怎么说的", default="", widget="textarea", max_length=600)
    branch_id: int | None = entry(
        "到哪个分中心",
        default=None,
        source="centre_branches",
        help="生物医药等行业有分中心的选它，没有就不选",
    )
    documents: list[int] = entry("材料、照片", default=(), widget="documents", max_length=20)


class FindOwner(ActionInput):
    unit_id: int = entry("谁牵头", source="units")
    co_unit_ids: list[int] = entry("谁配合", default=(), source="units", widget="multiselect", max_length=10)
    basis: str = entry(
        "为什么归它", widget="textarea", min_length=4, max_length=400, help="职责、依据或者协调定的"
    )


class Solve(ActionInput):
    result: Literal["solved", "explained"] = entry("结果", choices=RESULTS, widget="radio")
    text: str = entry("怎么办成的，或者为什么办不了", widget="textarea", min_length=8, max_length=2000)
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=20)


class Conclude(ActionInput):
    becomes: Literal["item", "answer"] = entry(
        "留下什么",
        choices={"item": "以后都能办：加进事项清单", "answer": "只此一件：书面答复"},
        widget="radio",
    )
    item_name: str = entry("事项名称", default="", max_length=80, help="加进清单的要写，以后别的企业按它来办")
    materials: str = entry("要哪些材料", default="", widget="textarea", max_length=1000, help="一行一份")
    promised: str = entry("承诺多久", default="", max_length=20, help="如 5 个工作日")


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """Who asks is the enterprise, and a branch is one."""
    yield from check_asker(act)
    if act.data.branch_id and act.data.branch_id not in units_with(act.case.district_id, BRANCH):
        yield "branch_id", "没有这个分中心，请重选或者不选"


def opened(act: Act) -> None:
    """The centre has it, or the branch of the sector."""
    kind = "branch" if act.data.branch_id else "unaccepted"
    opened_for(act, act.data.branch_id, kind=kind, category=kind)
    for mine in sorted(act.viewer.unit_ids - {act.case.lead_unit_id})[:1]:
        act.party_add(f"u:{mine}", "window")
    act.clock_start("take", words="从收到当天算起")
    told(act, "没有窗口收的事", act.data.tried or "请先接下，再找谁来办", "centre")


def taken(act: Act) -> None:
    """Somebody of the centre has it; now an owner has to be found."""
    act.stop("take")
    act.clock_start("owner", words="中心接下以后算起")
    act.count("taken")


def check_owner(act: Act) -> Iterable[tuple[str, str]]:
    """An owner is a working unit of this district, and no helper of itself."""
    for unit_id in (act.data.unit_id, *act.data.co_unit_ids):
        if not act.is_own_unit(unit_id):
            yield "unit_id", "没有这个单位，请重选"
    if act.data.unit_id in act.data.co_unit_ids:
        yield "co_unit_ids", "牵头的不用再选配合"


def owner_found(act: Act) -> None:
    """The owner solves it on a clock that the enterprise is promised."""
    data = act.data
    if act.in_time("owner"):
        act.count("owner_in_time", unit_id=data.unit_id)
    act.count("owner_found", unit_id=data.unit_id)
    act.stop("owner")
    act.set(lead_unit_id=data.unit_id)
    act.party_add(f"u:{data.unit_id}", "lead")
    for unit_id in data.co_unit_ids:
        act.party_add(f"u:{unit_id}", "co")
    act.clock_start("solve", words="定下牵头单位以后算起")
    told(act, "请您单位牵头办", data.basis, "lead")
    told(act, "请您单位配合", data.basis, "co")
    told(act, "找到谁来办了", f"期限到{act.case.promised_by:%-m月%-d日}。", "asker")


def returned_once(context: CaseContext) -> str | None:
    """An owner is contested once; then the centre's word stands."""
    if UnacceptedExtras.of(context.case).returns:
        return "已经退过一次，中心再定的不能再退；有困难请找督查协调"
    return None


def given_back(act: Act) -> None:
    """It is not theirs: the centre looks for another owner, on what is left of a day."""
    for party in list(act.parties):
        if party.role in {"lead", "co"} and party.until is None:
            act.party_end(party.key, party.role)
    act.stop("solve", result="cancelled")
    act.set(lead_unit_id=next(iter(act.units_of("centre"))))
    act.set_extras(returns=UnacceptedExtras.of(act.case).returns + 1)
    act.clock_start("owner", limit=1, words="退回以后一个工作日内再定")
    act.count("returned")
    told(act, "退回来了，请再定谁办", act.data.reason, "centre")


def solved(act: Act) -> None:
    """The owner says how it was solved, or why it cannot be now; the centre looks whether that is an answer."""
    act.count("in_time" if act.in_time("solve") else "late")
    act.stop("solve")
    act.set_extras(result=act.data.result)
    act.answer("final", act.data.text)
    told(act, RESULTS[act.data.result], act.data.text, "centre")


def sent_back(act: Act) -> None:
    """It is no answer yet; the clock goes on."""
    clock = next(c for c in reversed(act.clocks) if c.kind == "solve")
    act.clock_restart(clock)
    told(act, "请再办", act.data.reason, "lead")


def check_conclusion(act: Act) -> Iterable[tuple[str, str]]:
    """What was solved may become an item; what was not gets a written answer."""
    if act.data.becomes != "item":
        return
    if UnacceptedExtras.of(act.case).result != "solved":
        yield "becomes", "没办成的不能变成事项，请书面答复"
    elif not act.data.item_name:
        yield "item_name", "请写事项名称"
    elif _catalogue() is None:
        yield "becomes", "本区没有装事项清单，请书面答复"


def concluded(act: Act) -> None:
    """What came of it stays: an item that everybody can ask for, or an answer in writing."""
    extras = UnacceptedExtras.of(act.case)
    outcome = "item" if act.data.becomes == "item" else extras.result
    if outcome == "item":
        act.set_extras(item=_item_made(act))
    act.set(outcome=outcome)
    act.count(f"closed_{outcome}")
    act.count("closed")
    words = "以后这类事都能办，已经加进事项清单。" if outcome == "item" else "书面答复在这件事的页面里。"
    told(act, RESULTS[extras.result], words, "asker", "window", "lead")


def _catalogue() -> Register[Any] | None:
    return next((r for r in all_registers() if r.name == "service_items"), None)


def _item_made(act: Act) -> str:
    """Write an item through the register that keeps them, by the words of its form; refuse as it refuses."""
    register = _catalogue()
    assert register is not None and register.form is not None and register.save is not None
    if not register.may_edit(act.viewer):
        raise GuardFailed(["您没有权限加事项，请让管事项清单的同事来办"])
    lead = next(iter(act.units_of("lead")), act.case.lead_unit_id)
    told_as = {
        "事项编码": f"JW{act.case.pk % 10_000:04d}", "名称": act.data.item_name, "办理单位": str(lead),
        "事项类型": "公共服务", "企业在哪一步": "日常经营", "材料": act.data.materials,
        "承诺多久": act.data.promised, "依据": f"由办件 {act.case.number} 形成",
    }  # fmt: skip
    empty = made(register.form, None, act.viewer, act.today, None)
    given: dict[str, Any] = {}
    for name, field in empty.fields.items():
        wanted = told_as.get(str(field.label), empty.get_initial_for_field(field, name) or "")
        choices = [(str(key), str(label)) for key, label in getattr(field, "choices", ()) if str(key)]
        if choices:
            named = next((key for key, label in choices if wanted in (key, label)), "")
            wanted = named or (choices[0][0] if field.required else "")
        given[name] = wanted
    form = made(register.form, given, act.viewer, act.today, None)
    if not form.is_valid():
        raise GuardFailed(
            [f"{form.fields[n].label if n in form.fields else ''}：{w[0]}" for n, w in form.errors.items()]
        )
    return str(register.save(act.viewer, None, form.cleaned_data, act.now))
