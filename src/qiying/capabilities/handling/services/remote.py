"""Remote handling (异地通办): what one region's desk takes in, the other's handles; parties are two desks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import field_validator

from qiying.capabilities.handling.models import Partner
from qiying.capabilities.handling.services.common import (
    MatterExtras,
    centre_of,
    opened_for,
    told,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.phones import reachable
from qiying.kernel.organisations.selectors import in_force

WAYS = {"in": "他们那边的人，在本区办事", "out": "本区的企业，在他们那边办事"}


class RemoteExtras(MatterExtras):
    way: str = ""
    partner: str = ""
    partner_id: int = 0


class Opening(ActionInput):
    partner_id: int = entry("哪个伙伴地区", source="centre_partners")
    way: Literal["in", "out"] = entry("谁在哪里办", choices=WAYS, widget="radio")
    title: str = entry("办什么", max_length=80)
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", tells_asker="id", help="本区的企业；外地的写在下面"
    )
    applicant: str = entry("申请人", default="", max_length=80, personal=True, help="外地的企业或者个人")
    phone: str = entry("申请人电话", default="", widget="tel", max_length=30, personal=True)
    text: str = entry("情况和要求", widget="textarea", personal=True, max_length=2000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=20)

    _reachable = field_validator("phone")(reachable)


class HandOn(ActionInput):
    unit_id: int = entry("转给哪个单位", source="units")
    text: str = entry("说明", default="", max_length=300)


class Result(ActionInput):
    text: str = entry("结果", widget="textarea", min_length=4, max_length=1000)
    sent_by: str = entry("怎么送回", default="", max_length=80, help="如：邮政快递 EX123456789CN")
    documents: list[int] = entry("证照、凭据", default=(), widget="documents", max_length=20)


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """Both desks are there, and who opens stands at one of them or is the enterprise that asks."""
    data, district_id = act.data, act.case.district_id
    rows = Partner.objects.filter(in_force(act.today), district_id=district_id, desk__is_active=True)
    partner = rows.filter(pk=data.partner_id).first()
    own = act.viewer.has_role("partner")
    if partner is None or (own and partner.desk_id not in act.viewer.unit_ids):
        yield "partner_id", "这个地区现在没有窗口在这里，请选别的或者先打电话"
    if centre_of(district_id) is None:
        yield "title", "本区还没有设服务中心，请运维在单位里设"
    wanted = data.enterprise_id or min(act.viewer.enterprise_ids, default=None)
    act.enterprise = (
        enterprises_visible_to(act.viewer).filter(pk=wanted or 0, district_id=district_id).first()
    )
    if data.way == "out" and act.enterprise is None:
        yield "enterprise_id", "请选本区哪家企业的事"
    if data.way == "in" and not data.applicant:
        yield "applicant", "请写申请人"
    if data.way == "in" and act.enterprise is not None:
        yield "way", "本区企业在外地办的，选“本区的企业，在他们那边办事”"
    if own and data.way == "out":
        yield "way", "本区的企业由本区的窗口或者企业自己提"


def opened(act: Act) -> None:
    """The receiving desk sees it at once; the other one watches."""
    partner = Partner.objects.get(pk=act.data.partner_id)
    opened_for(act, kind=f"remote_{act.data.way}", category=f"partner_{partner.pk}")
    act.set_extras(way=act.data.way, partner=str(partner), partner_id=partner.pk)
    here, there = f"u:{act.case.lead_unit_id}", f"u:{partner.desk_id}"
    sender, handler = (there, here) if act.data.way == "in" else (here, there)
    act.party_add(sender, "sender")
    act.party_add(handler, "handler")
    act.set(lead_unit_id=int(handler[2:]))
    act.count(f"received_{act.data.way}")
    act.clock_start("take", words="从收到当天算起")
    told(act, "异地通办", f"{partner}：请接下", "handler")


def taken(act: Act) -> None:
    """The desk where it is handled took it."""
    act.stop("take")
    act.clock_start("handle", words="从接下当天算起")
    act.count("taken")
    told(
        act,
        "异地通办接下了",
        f"{act.case.title}，{act.case.promised_by:%-m月%-d日}前办好。",
        "sender",
        "asker",
    )


def check_hand_on(act: Act) -> Iterable[tuple[str, str]]:
    """Only a unit of this district is handed to, and only what is handled here."""
    if not act.is_own_unit(act.data.unit_id):
        yield "unit_id", "没有这个单位，请重选"
    elif RemoteExtras.of(act.case).way != "in":
        yield "unit_id", "在外地办的，由对方窗口转"


def handed_on(act: Act) -> None:
    """A department of this district handles it; the desk keeps it in view."""
    act.party_add(f"u:{act.data.unit_id}", "lead")
    act.set(lead_unit_id=act.data.unit_id)
    told(act, "异地通办转来的", act.data.text or act.case.title, "lead")


def finished(act: Act) -> None:
    """The result goes back the way it came."""
    act.count("in_time" if act.in_time("handle") else "late")
    act.count(f"done_{RemoteExtras.of(act.case).way}")
    act.count("done")
    act.answer("final", " ".join(filter(None, (act.data.text, act.data.sent_by))))
    act.set(outcome="done")
    told(act, "异地通办办好了", act.data.text, "sender", "asker")


def refused(act: Act) -> None:
    """It cannot be handled from afar, with the reason."""
    act.answer("final", act.data.reason)
    act.set(outcome="refused")
    act.count("refused")
    told(act, "异地通办办不了", act.data.reason, "sender", "asker")
