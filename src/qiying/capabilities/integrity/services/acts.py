"""What acts on a sealed report change: states and days; never a word of what it says."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.standard import asking

TITLE = "廉洁举报"


def opened(act: Act) -> None:
    """A report arrived; the only party is the discipline body."""
    act.set(title=f"{TITLE} {act.case.number}", kind="report", confidentiality="sealed")
    act.party_add(f"u:{act.data.unit_id}", "discipline")
    act.clock_start("accept", words="从收到举报算起")
    act.count("received")
    act.notify("integrity_received", f"u:{act.data.unit_id}#discipline")


def taken(act: Act) -> None:
    act.stop("accept")
    act.clock_start("check", words="从受理算起")
    act.count("accepted")


def asked(act: Act) -> None:
    act.clock_pause(act.clock("check"), "waiting_asker", "等举报人回复")


def answered(act: Act) -> None:
    """The reporter said more; whoever checks goes on."""
    act.clock_resume(act.clock("check"))
    if act.case.state == "asking":
        act.go("checking")
    act.tell("discipline", "integrity_answered", "discipline")


def proposed(act: Act) -> None:
    asking.ask(act, "conclude", "", reason=f"拟定结论：{act.procedure.outcomes[act.data.outcome]}")
    act.set_extras(outcome=act.data.outcome)
    act.tell("discipline", "integrity_to_check", "discipline")


def decided(act: Act) -> None:
    """A second person of the body agrees with the conclusion, or sends it back."""
    approval = act.open_approval("conclude")
    assert approval is not None
    act.decide_approval(approval, act.data.decision)
    if act.data.decision == "refused":
        act.go("checking")
        return
    act.end_clocks("met")
    act.set(outcome=act.case.extras["outcome"])
    act.count("concluded")
    act.go("closed")


def not_checked_by_author(context: CaseContext) -> str | None:
    """Who drew the conclusion does not agree with it himself."""
    return asking.not_own_request("conclude")(context)
