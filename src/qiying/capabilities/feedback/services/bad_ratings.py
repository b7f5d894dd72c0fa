"""What acts on a bad rating change: contacted, verified, put right or explained, or struck out by a second person."""

from __future__ import annotations

from collections.abc import Iterable

from qiying.capabilities.feedback.models import ServiceRating
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.standard import asking, recording

LEAST_TRIES = 3


def opened(act: Act) -> None:
    """A bad rating arrived; whoever gave it stays hidden from the rated."""
    data = act.data
    act.set(title=f"差评：{data.matter}", kind="rating", hide_asker=True)
    act.party_add(f"u:{data.lead_id}", "lead")
    act.party_add(f"u:{data.unit_id}", "rated")
    if data.asker_key:
        act.party_add(data.asker_key, "asker")
        if data.asker_key.startswith("e:"):
            act.set(enterprise_id=int(data.asker_key[2:]))
    for unit_id in data.supervision_ids:
        act.party_add(f"u:{unit_id}", "supervision")
    act.set(lead_unit_id=data.lead_id)
    act.count("received", unit_id=data.unit_id)
    if data.is_named:
        act.count("named", unit_id=data.unit_id)
        act.clock_start("contact", words="从评价当天算起")
    else:
        act.go("verifying")
        act.clock_start("verify", words="没留名字，直接核实")
    act.tell("lead", "bad_rating_received", matter=data.matter)


def contacted(act: Act) -> None:
    """An attempt to reach who rated; reached, or tried often enough, it is verified."""
    recording.contact(act, "rating")
    tries = sum(1 for c in act.contacts if c.purpose == "rating")
    if act.data.reached or tries >= LEAST_TRIES:
        act.stop("contact")
        if act.case.state == "received":
            act.go("verifying")
            act.clock_start("verify", words="联系过差评人以后算")


def verified(act: Act) -> None:
    """True: the rated unit puts it right; without ground: explained; false or malicious: asked to be struck out."""
    data = act.data
    act.stop("verify", "contact")
    if data.finding in ("simple", "hard"):
        act.count("verified", unit_id=rated(act))
        name = "rating.rectify" if data.finding == "simple" else "rating.rectify_hard"
        act.clock_start(
            "rectify", limit=int(act.parameter(name)), words="核实属实后算", party_key=f"u:{rated(act)}"
        )
        act.go("rectifying")
        act.tell("rated", "bad_rating_to_rectify", reason=data.reason)
    elif data.finding == "explain":
        act.answer("final", data.reason)
        act.set(outcome="explained")
        act.count("explained", unit_id=rated(act))
        act.go("closed")
        _tell_asker(act, data.reason)
    else:
        asking.ask(act, "exclude", reason=data.reason)
        act.go("excluding")


def _tell_asker(act: Act, text: str) -> None:
    for part in act.parties:
        if part.role == "asker":
            act.notify("bad_rating_answered", part.key, text=text)


def rated(context: CaseContext) -> int:
    """Return the unit that was rated."""
    return next(iter(context.units_of("rated")))


def rectified(act: Act) -> None:
    """The rated unit says what it changed; whoever verified looks."""
    act.clock_stop(act.clock("rectify"))
    act.answer("final", act.data.text)
    act.tell("lead", "bad_rating_rectified", text=act.data.text)


def confirmed(act: Act) -> None:
    """It is right now, and who rated is told what was changed; or it goes back on the same clock."""
    if act.data.decision == "refused":
        clock = next((c for c in reversed(act.clocks) if c.kind == "rectify"), None)
        if clock is not None:
            act.clock_restart(clock)
        act.go("rectifying")
        act.tell("rated", "bad_rating_to_rectify", reason=act.data.note)
        return
    current = act.current_answer
    act.set(outcome="rectified")
    act.count("rectified", unit_id=rated(act))
    act.go("closed")
    _tell_asker(act, current.text if current else "")


def excluded(act: Act) -> None:
    """A second person strikes it out, or sends it back to be verified."""
    if asking.decided(act, "exclude") is None:
        act.go("verifying")
        act.clock_start("verify", words="不同意剔除，重新核实")
        return
    ServiceRating.objects.filter(case_id=act.case.pk).update(annulled_at=act.now)
    act.set(outcome="annulled")
    act.count("annulled", unit_id=rated(act))
    act.go("closed")
    row_noted(act.viewer, "feedback.rating_annulled", act.case, act.now, case=act.case.number)


def check_reason(act: Act) -> Iterable[tuple[str, str]]:
    """What is told to somebody says something."""
    if len(act.data.reason) < 4:
        yield "reason", "请写清楚核实到什么，至少 4 个字"


def is_named(context: CaseContext) -> str | None:
    """Who left nothing cannot be called."""
    named = ServiceRating.objects.filter(case_id=context.case.pk).first()
    return None if named is not None and named.is_named else "这条差评没有留名字和电话，联系不了，请直接核实"


def rectified_by_other(context: CaseContext) -> str | None:
    """The unit that was rated does not confirm itself."""
    mine = context.viewer.unit_ids & set(context.units_of("rated"))
    return "被评的单位不能自己确认整改" if mine else None
