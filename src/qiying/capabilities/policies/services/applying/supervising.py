"""Cards and urging on an application: addressed acts that ask for acknowledgement."""

from __future__ import annotations

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.services.applying.common import sync_due, units_with
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.kernel.cases.rederiving import clocks_rederive

RUNG_WORDS = {
    "reminder": "期限过半，请抓紧",
    "yellow": "期限快到了，发黄牌提醒",
    "red": "已经超期，发红牌",
    "urging": "还没办完，请尽快办",
}
_OWNERS = {"pay": "treasury", "deliver": "service", "appeal": "supervision"}


def fire_rung(act: Act) -> None:
    """Issue what a clock's rung asks for, to the unit whose turn it is; each rung fires once."""
    clock = act.rows.of("clock")[act.data.clock_no]
    kind, unit_id = act.data.kind, _owner(act, clock)
    act.supervise(
        kind,
        text=RUNG_WORDS[kind],
        needs_ack=kind in {"yellow", "red"},
        unit_id=unit_id,
        clock_no=clock.no,
        rung=act.data.rung,
    )
    act._look_again(clock)
    act.count(kind, unit_id=unit_id)
    label, words = act.procedure.deadline(clock.kind).label, RUNG_WORDS[kind]
    told = [unit_id, *(units_with(act.case.district_id, "supervision") if kind == "red" else [])]
    for unit in [u for u in dict.fromkeys(told) if u]:
        dedupe = f"{act.case.number}:{clock.no}:{act.data.rung}:{unit}"
        act.notify("policy_card", f"u:{unit}", dedupe=dedupe, deadline=label, words=words)


def _owner(act: Act, clock: Clock) -> int | None:
    if clock.party_key.startswith("u:"):
        return int(clock.party_key[2:])
    wanted = _OWNERS.get(clock.kind, "lead")
    found = next((p.key for p in act.parties if p.role == wanted and p.key.startswith("u:")), None)
    return int(found[2:]) if found else act.case.lead_unit_id


def urge(act: Act) -> None:
    """Send an urging letter to the lead unit."""
    act.supervise("urging", text=act.data.text or "请尽快办理", needs_ack=True, unit_id=act.case.lead_unit_id)
    act.count("urging")
    if act.case.lead_unit_id:
        words = act.data.text or RUNG_WORDS["urging"]
        act.notify("policy_card", f"u:{act.case.lead_unit_id}", deadline="办理", words=words)


def acknowledge(act: Act) -> None:
    """Acknowledge an addressed act and say what is done about it."""
    row = act.rows.of("supervision")[act.data.supervision_no]
    act.change("supervision", row, acked_by_name=act.viewer.name, acked_at=act.now)


def calendar_changed(act: Act) -> None:
    """Re-derive the open clocks; a publicity period ends by the new calendar as well."""
    for clock in clocks_rederive(act):
        if clock.kind == "publicity":
            Application.objects.filter(case_id=act.case.pk).update(public_to=clock.due_by)
    sync_due(act)
