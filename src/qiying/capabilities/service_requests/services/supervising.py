"""The supervision ladder: addressed acts that ask for acknowledgement, not notifications."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Supervision
from qiying.kernel.cases.standard.reminding import addressee


def instruct(act: Act) -> None:
    """Give a leader's instruction that its unit must acknowledge."""
    unit_id = addressee(act, act.data.unit_id)
    act.supervise("instruction", text=act.data.text, needs_ack=True, unit_id=unit_id)
    act.count("instruction", unit_id=unit_id)
    act.notify("instruction", f"u:{unit_id}", text=act.data.text)


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
    act.set_extras(lead_official_id=act.data.person_id)
    act.notify("lead_official", f"p:{act.data.person_id}", text=act.data.text)


def send_back(act: Act) -> None:
    """After a second refusal, send the case back to the unit with an instruction."""
    for row in act.supervisions:
        if row.kind == Supervision.Kind.SECOND_REFUSAL and row.acked_at is None:
            act.change("supervision", row, acked_by_name=act.viewer.name, acked_at=act.now)
    instruct(act)
    act.go("handling" if act.case.lead_unit_id else "accepted")
