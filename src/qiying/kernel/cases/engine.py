"""The only writer of a case: `case_open`, `case_act`, and `available_actions` from the same guards.

One transaction: visible (404) → right person (403) → lock → right state (409) → guards and input (422) → effect →
event chained → rows, figures, search, notices. Sending is the worker's, after commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_put, personal_token
from qiying.kernel.cases import numbers
from qiying.kernel.cases.act import Act, plain
from qiying.kernel.cases.chain import chained
from qiying.kernel.cases.context import CaseContext, Rows
from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.inputs import personal_fields, read_input
from qiying.kernel.cases.intaking import intake_open
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.persist import write
from qiying.kernel.cases.reading import Reading
from qiying.kernel.cases.selectors import live_number
from qiying.kernel.cases.vocabulary import CHILD_MOVED, PROCEDURES, Action, Procedure
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer, system_viewer


@dataclass(frozen=True)
class Available:
    """An action a viewer may press now, or why not."""

    action: Action
    is_enabled: bool
    reasons: tuple[str, ...] = ()


def case_open(
    *,
    procedure: str,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    district_id: int,
    received_at: datetime | None = None,
    suffix: str = "",
    channel: Channel | None = None,
    extras: Mapping[str, Any] | None = None,
    parent: Case | None = None,
    session_key: str | None = None,
) -> Case:
    """Open a case of the newest version of a procedure and return it; raise `GuardFailed` with every reason."""
    machine = PROCEDURES.latest(procedure)
    action = machine.opening
    with transaction.atomic():
        given = read_input(action, data)
        came = received_at or now
        case = Case(
            number=numbers.number(machine.number_prefix, local_date(came), suffix or numbers.draw_suffix()),
            procedure=machine.code,
            version=machine.version,
            district_id=district_id,
            channel=channel,
            parent=parent,
            state=machine.initial,
            turn=machine.state(machine.initial).turn,
            received_at=came,
            received_on=local_date(came),
            opened_at=now,
            last_event_at=now,
            extras=machine.extras.checked(extras or {}, extras or {}),
        )
        act = _prepare(case, actor, now, action, given, Rows(case, is_new=True))
        act.session_key = session_key
        if not set(action.by) & ({"anyone"} | _program(actor) | set(actor.roles)):
            raise NotPermitted(f"您不能办“{action.label}”")
        _check(act)
        first = {"number", "procedure", "version", "district_id", "channel_id", "parent_id", "state", "turn"}
        first |= {"received_at", "received_on", "opened_at", "extras"}
        act.ops.append({"set": {f: plain(getattr(case, f)) for f in sorted(first)}})
        act.from_state = ""
        _finish(act, is_new=True)
    return case


def case_act(
    *,
    case: Case,
    action: str,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    seen_seq: int | None = None,
    session_key: str | None = None,
    part_of: str = "",
) -> Case:
    """Do an action on a case and return it as it then is.

    Args:
        seen_seq: the last event the person saw; if the case went on since, the act is refused (409).
        part_of: the service that calls, for an act that is a part of something larger.
    Raises: Http404, NotPermitted, ActionNotAvailable, GuardFailed.
    """
    with transaction.atomic():
        locked = _locked(case)
        context = CaseContext(locked, actor, now)
        definition = _allowed(context, action, seen_seq)
        if definition.part_of != part_of:
            raise ActionNotAvailable(f"“{definition.label}”是一件更大的事里的一步，不能单独办")
        reasons = definition.refusals(context)
        try:
            given = read_input(definition, data)
        except GuardFailed as error:
            raise GuardFailed([*reasons, *error.reasons], error.fields) from None
        if reasons:
            raise GuardFailed(reasons)
        act = _prepare(locked, actor, now, definition, given, context.rows)
        act.session_key = session_key
        _check(act)
        _finish(act, is_new=False)
    return locked


def case_do(
    *,
    case: Case,
    action: str,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    seen_seq: int | None = None,
    session_key: str | None = None,
) -> Case:
    """Do what a person or a client asks for by name: an act, or the whole of which that act is a part."""
    machine = PROCEDURES.get(case.procedure, case.version)
    whole = machine.action(action).whole if machine.has_action(action) else None
    if whole is None:
        return case_act(
            case=case,
            action=action,
            actor=actor,
            data=data,
            now=now,
            seen_seq=seen_seq,
            session_key=session_key,
        )
    with transaction.atomic():
        locked = _locked(case)
        definition = _allowed(CaseContext(locked, actor, now), action, seen_seq)
        return whole(case=locked, actor=actor, data=read_input(definition, data), now=now)


def _locked(case: Case) -> Case:
    """Lock a case, its parent first: a child's move is told to it, and the whole is taken back from above."""
    if case.parent_id is not None:
        _lock(case.parent_id)
    found = _lock(case.pk)
    if not found:
        raise Http404
    return found[0]


def _lock(pk: int) -> list[Case]:
    return kept(_to_be_locked, pk=pk)


def _to_be_locked() -> QuerySet[Case]:
    return Case.objects.select_related("channel").select_for_update(of=("self",))


def _allowed(context: CaseContext, action: str, seen_seq: int | None) -> Action:
    """Return the action if this person may do it in the state the case is in."""
    case, machine = context.case, context.procedure
    if not context.standings:
        raise Http404
    if not machine.has_action(action):
        raise ActionNotAvailable(f"“{machine.label}”没有“{action}”这一步")
    definition = machine.action(action)
    reason = permission_reason(definition, context)
    if reason:
        raise NotPermitted(reason)
    if case.state not in definition.states:
        live = live_number(case, context.viewer)
        if live:
            words = f"这件事已并入 {live}，请到那一件里{definition.label}"
            raise ActionNotAvailable(words, state=case.state, seq=case.seq, live=live)
    if case.state not in definition.states or (seen_seq is not None and seen_seq != case.seq):
        raise ActionNotAvailable(_moved_on(definition, context), state=case.state, seq=case.seq)
    return definition


def available_actions(context: CaseContext) -> list[Available]:
    """Return what the viewer may do now and what he may do in other states, each with its reasons."""
    found = []
    for action in context.procedure.actions:
        if not action.is_offered or not _stands(action, context):
            continue
        reason = permission_reason(action, context)
        if reason:
            found.append(Available(action, False, (reason,)))
        elif context.case.state not in action.states:
            found.append(Available(action, False, (state_reason(action, context),)))
        elif action.suits is None or action.suits(context) is None:
            reasons = tuple(action.refusals(context))
            found.append(Available(action, not reasons, reasons))
    return found


def permission_reason(action: Action, context: CaseContext) -> str | None:
    """Return why this person may not do the action, or None."""
    if not _stands(action, context):
        return f"“{action.label}”不由您来办"
    if action.judges and context.has_handled:
        return "承办过这件事的人和单位不能评价、办结或审批它"
    return None


def state_reason(action: Action, context: CaseContext) -> str:
    """Return why the state does not allow the action."""
    names = "、".join(context.procedure.state(s).label for s in action.states[:3])
    return f"现在是“{context.state.label}”，要到“{names}”才能{action.label}"


def _stands(action: Action, context: CaseContext) -> bool:
    return bool(set(action.by) & context.standings)


def _program(viewer: Viewer) -> set[str]:
    if not viewer.is_system:
        return set()
    return {"import"} if viewer.name == "import_service" else {"system"}


def _moved_on(action: Action, context: CaseContext) -> str:
    last = context.case.events.order_by("-seq").first()
    if last is None:
        return f"这件事已有变化，现在是“{context.state.label}”，不能再{action.label}。请刷新后再看"
    who = f"{Reading(context).actor(last)}刚才已“{_label(context.procedure, last.action)}”"
    return f"{who}，现在是“{context.state.label}”，不能再{action.label}。请刷新后再看"


def _label(procedure: Procedure, code: str) -> str:
    return procedure.action(code).label if procedure.has_action(code) else code


def _prepare(case: Case, actor: Viewer, now: datetime, action: Action, given: ActionInput, rows: Rows) -> Act:
    names = [n for n in personal_fields(action.input) if getattr(given, n)]
    refs = personal_put([str(getattr(given, n)) for n in names], at=now) if names else []
    return Act(
        case, actor, now, action=action, data=given, refs=dict(zip(names, refs, strict=True)), rows=rows
    )


def _check(act: Act) -> None:
    found = [pair for check in act.action.checks for pair in check(act)]
    if found:
        fields: dict[str, list[str]] = {}
        for name, reason in found:
            fields.setdefault(name, []).append(reason)
        raise GuardFailed([r for _, r in found], fields)


def _input_json(act: Act) -> dict[str, Any]:
    values = act.data.model_dump(mode="json", exclude_none=True)
    for name, ref in act.refs.items():
        values[name] = personal_token(ref)
    return {k: v for k, v in values.items() if v not in ("", [])}


def _finish(act: Act, *, is_new: bool) -> None:
    case, action = act.case, act.action
    # Read before the effect: an act may end the part it is done in. Whoever opens has no part before it.
    role, behalf = ("", "") if is_new else (act.acting_role, act.acting_key)
    act.action.effect(act)
    if is_new:
        intake_open(act)
        role, behalf = act.acting_role, act.acting_key
    if len(action.to) == 1 and not action.is_conditional and case.state != action.to[0]:
        act.go(action.to[0])
    act.keep_due()
    case.last_event_at = act.now
    told: dict[str, Any] = {
        "input": _input_json(act),
        "ops": act.ops,
        "counts": [_count_json(c) for c in act.counts],
    }
    told |= {name: kept for name in ("restated", "was") if (kept := getattr(act, name))}
    if acting_for := act.acting_for:
        told["acting_for"] = acting_for
    event = chained(
        case,
        data=told,
        action=action.code,
        actor_id=act.viewer.person_id,
        actor_name=act.viewer.name or "系统",
        actor_role=role,
        on_behalf=act.on_behalf or behalf,
        at=act.now,
        from_state=act.from_state,
        to_state=case.state,
    )
    write(act, event, is_new=is_new)
    for follow in act.afterwards:
        follow()
    if case.parent_id is not None and act.from_state and act.from_state != case.state:
        _tell_parent(act)
    if act.afterwards:  # what followed may have moved this case on
        case.refresh_from_db()


def _tell_parent(act: Act) -> None:
    """Record with the parent that a child moved, in the child's own transaction: once, or not at all."""
    case = act.case
    parent = Case.objects.get(pk=case.parent_id or 0)
    machine = PROCEDURES.get(parent.procedure, parent.version)
    if not machine.has_children or parent.state not in machine.action(CHILD_MOVED).states:
        return
    unit = case.lead_unit.label if case.lead_unit else ""
    moved: dict[str, Any] = {
        "number": case.number,
        "title": case.title,
        "unit": unit,
        "status": act.state.label,
    }
    moved |= {"state": case.state, "outcome": case.outcome, "is_final": act.state.is_final}
    worker = system_viewer("worker", district_id=case.district_id)
    case_act(case=parent, action=CHILD_MOVED, actor=worker, data=moved, now=act.now)


def _count_json(count: Any) -> dict[str, Any]:
    values = {"m": count.measure, "v": count.value, "b": count.bucket, "u": count.unit_id}
    if count.month_of:
        values["on"] = count.month_of.isoformat()
    return values
