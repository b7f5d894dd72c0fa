"""The supervision ladder: addressed acts that ask for acknowledgement, not notifications."""

from __future__ import annotations

from qiying.capabilities.service_requests.selectors import district_units
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Supervision
from qiying.kernel.cases.rederiving import clocks_rederive

RUNG_WORDS = {
    "reminder": "期限过半，请抓紧",
    "yellow": "期限快到了，发黄牌提醒",
    "red": "已经超期，发红牌",
    "urging": "还没办完，每周催一次",
}


def fire_rung(act: Act) -> None:
    """Issue what a clock's rung asks for; each rung of a clock fires once."""
    clock = act.rows.of("clock")[act.data.clock_no]
    kind, unit_id = act.data.kind, act.case.lead_unit_id
    target = unit_id or next(iter(district_units(act.case.district_id, "desk")), None)
    act.supervise(
        kind,
        text=RUNG_WORDS[kind],
        needs_ack=kind in {"yellow", "red"},
        unit_id=target,
        clock_no=clock.no,
        rung=act.data.rung,
    )
    if act.data.rung == "red" or kind == "urging":
        _plan_weekly(act, clock.no)
    act._look_again(clock)
    act.count(kind, unit_id=target)
    if target:
        act.notify(f"card_{kind}", f"u:{target}", dedupe=f"{act.case.number}:{clock.no}:{act.data.rung}")
    if kind == "red":
        for unit in district_units(act.case.district_id, "supervision"):
            act.notify("card_red", f"u:{unit}", dedupe=f"{act.case.number}:{clock.no}:red:{unit}")


def _plan_weekly(act: Act, clock_no: int) -> None:
    """After a red card an urging letter goes out every week until the answer."""
    clock = act.rows.of("clock")[clock_no]
    done = sum(1 for r in clock.rungs if r["kind"] == "urging")
    most = int(act.parameter("urging.most"))
    if done < most:
        week = {"name": f"urging:{done + 1}", "kind": "urging", "after_workdays": 1 + 5 * (done + 1)}
        act.change("clock", clock, rungs=[*clock.rungs, week])


def urge(act: Act) -> None:
    """Send an urging letter to the lead or a co-handler."""
    unit_id = act.data.unit_id or act.case.lead_unit_id
    act.supervise("urging", text=act.data.text or "请尽快办理并答复", needs_ack=True, unit_id=unit_id)
    act.count("urging", unit_id=unit_id)
    if unit_id:
        act.notify("card_urging", f"u:{unit_id}", text=act.data.text)


def instruct(act: Act) -> None:
    """Give a leader's instruction that its unit must acknowledge."""
    unit_id = act.data.unit_id or act.case.lead_unit_id
    act.supervise("instruction", text=act.data.text, needs_ack=True, unit_id=unit_id)
    act.count("instruction", unit_id=unit_id)
    if unit_id:
        act.notify("instruction", f"u:{unit_id}", text=act.data.text)


def acknowledge(act: Act) -> None:
    """Acknowledge an addressed act and say what is done about it."""
    row = act.rows.of("supervision")[act.data.supervision_no]
    act.change("supervision", row, acked_by_name=act.viewer.name, acked_at=act.now)


def form_task_force(act: Act) -> None:
    """Form a task force from the roster of 攻坚手 for a hard case."""
    members = [act.data.head_id, *[m for m in act.data.member_ids if m != act.data.head_id]]
    act.supervise("task_force", text=act.data.text, members=members, person_id=act.data.head_id, unit_id=None)
    for person_id in members:
        act.party_add(f"p:{person_id}", "task_force")
        act.notify("task_force", f"p:{person_id}", text=act.data.text)
    act.count("task_force")


def name_lead_official(act: Act) -> None:
    """Let a district leader take a hard case under his name."""
    act.supervise("lead_official", text=act.data.text, person_id=act.data.person_id)
    act.party_add(f"p:{act.data.person_id}", "official")
    act.set(extras={**act.case.extras, "lead_official_id": act.data.person_id})
    act.notify("lead_official", f"p:{act.data.person_id}", text=act.data.text)


def send_back(act: Act) -> None:
    """After a second refusal, send the case back to the unit with an instruction."""
    for row in act.supervisions:
        if row.kind == Supervision.Kind.SECOND_REFUSAL and row.acked_at is None:
            act.change("supervision", row, acked_by_name=act.viewer.name, acked_at=act.now)
    instruct(act)
    if not act.case.lead_unit_id:
        act.go("accepted")
    else:
        act.go("handling")


def calendar_changed(act: Act) -> None:
    """Re-derive the open clocks after the calendar changed; old and new dates stay in the event."""
    for clock in clocks_rederive(act):
        if clock.kind.startswith("handle"):
            act.set(promised_by=clock.promised_by, due_by=clock.due_by)
