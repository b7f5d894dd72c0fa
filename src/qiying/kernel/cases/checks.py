"""System checks of procedures: the product refuses to start on a machine that cannot work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.core import checks
from django.utils.module_loading import module_has_submodule

from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.parameters import declared_parameters
from qiying.kernel.cases.reading import MASKS
from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES, RECUSED, Action, Procedure
from qiying.kernel.notices.wording import notice_templates
from qiying.kernel.permissions.registry import REGISTRY
from qiying.ui.icons import PATHS as ICONS

PROGRAMS = {"anyone", "system", "import"}
PARTY_LENGTH = 12
"""What the column `Case.turn` holds."""


def register() -> None:
    """Register the check with Django."""
    checks.register(check_procedures)


def check_procedures(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for each fault of each registered procedure."""
    templates = notice_templates()
    return [
        *_unregistered(),
        *(
            checks.Error(message, id="cases.E001", obj=f"{p.code} v{p.version}")
            for p in PROCEDURES.all()
            for message in faults(p, templates)
        ),
    ]


def procedure_modules() -> list[str]:
    """Return every file under a `procedures` folder of an installed app, as a dotted name."""
    found = []
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "procedures"):
            package = import_module(f"{config.name}.procedures")
            found += [f"{package.__name__}.{m.name}" for m in iter_modules(package.__path__)]
    return found


def _unregistered() -> Iterator[checks.CheckMessage]:
    registered = PROCEDURES.all()
    for name in procedure_modules():
        if not any(value is p for value in vars(import_module(name)).values() for p in registered):
            yield checks.Error(
                f"{name} 没有登记办理程序：以 PROCEDURES.register(...) 结束它", id="cases.E002"
            )


def faults(procedure: Procedure, templates: frozenset[str]) -> Iterator[str]:
    """Yield every fault of one machine as a sentence."""
    every = (procedure.opening, *procedure.actions)
    codes = [a.code for a in every]
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield f"动作 {code} 写了两次"
    states = {s.code for s in procedure.states}
    for action in every:
        yield from _action_faults(procedure, action, states, templates)
    yield from _party_faults(procedure)
    if procedure.initial in states:
        yield from _reach_faults(procedure, states, {s.code for s in procedure.states if s.is_final})
    else:
        yield f"没有开始的状态 {procedure.initial}"
    for code, names in procedure.asker_reads.items():
        known = set(procedure.action(code).input.model_fields) if procedure.has_action(code) else set()
        if code not in codes or set(names) - known:
            yield f"来件人能读的 {code} 里有没有的动作或输入：{'、'.join(sorted(set(names) - known))}"
    for code in procedure.rated_in:
        if code not in states or not procedure.state(code).is_final:
            yield f"{code} 不是办结的状态，不能请人评（rated_in）"
    yield from _worker_faults(procedure)
    yield from _deadline_faults(procedure, set(codes))


def _action_faults(
    procedure: Procedure, action: Action, states: set[str], templates: frozenset[str]
) -> Iterator[str]:
    for s in (*action.states, *action.to):
        if s not in states:
            yield f"动作 {action.code} 提到没有的状态 {s}"
    for t in action.notices:
        if t not in templates:
            yield f"动作 {action.code} 缺通知模板 notices/{t}.txt"
    for by in action.by:
        # Nobody takes part yet in what is only being opened: there it is a role.
        yield from _role_faults(procedure, action, by, is_opening=action is procedure.opening)
    if action.icon not in ICONS:
        yield f"动作 {action.code} 的图标 {action.icon} 没有"
    for name in re.findall(r"\{(\w+)\}", action.sentence):
        if name not in action.input.model_fields:
            yield f"动作 {action.code} 的句子提到没有的一项 {{{name}}}"
    for name in action.input.model_fields:
        extra = field_extra(action, name)
        if extra.get("tells_asker") in MASKS and action.input.model_fields[name].annotation is not str:
            yield f"动作 {action.code} 的 {name} 不是文字，不能遮成姓名或电话（tells_asker），请用 id"
        wanted = str(extra.get("source", ""))
        if wanted and source(wanted) is None:
            yield f"动作 {action.code} 的 {name} 提到没有登记的选项来源 {wanted}"
    if action.whole is not None and not action.part_of:
        yield f"动作 {action.code} 有整件的办法，却没写它是哪一件的一步（part_of）"


def _worker_faults(procedure: Procedure) -> Iterator[str]:
    """What the worker and the register of erasures will call has to be there, wherever it may be called."""
    states = {s.code for s in procedure.states}
    going = {s.code for s in procedure.states if not s.is_final}
    called = {"erased": (states, {"scope", "reason", "count"})}
    if procedure.deadlines:
        called["calendar_changed"] = (going, {"reason"})
    if any(d.has_cards for d in procedure.deadlines):
        called["fire_rung"] = (set(), {"clock_no", "rung", "kind"})
    for code, (where, fields) in called.items():
        if not procedure.has_action(code):
            yield f"缺动作 {code}：后台要用，取 standard.recording.by_program"
            continue
        action = procedure.action(code)
        if missing := sorted(where - set(action.states)):
            yield f"动作 {code} 在这些状态里办不了：{'、'.join(missing)}"
        if "system" not in action.by or not fields <= set(action.input.model_fields):
            yield f"动作 {code} 要能由 system 办，并且有 {'、'.join(sorted(fields))}"


def _deadline_faults(procedure: Procedure, codes: set[str]) -> Iterator[str]:
    parties = {p.code for p in procedure.parties}
    parameters = {p.name for p in declared_parameters()}
    for d in procedure.deadlines:
        for code in d.stopped_by:
            if code not in codes:
                yield f"期限 {d.kind} 由没有的动作 {code} 停止"
        if not d.stopped_by:
            yield f"期限 {d.kind} 没有出口"
        if d.parameter not in parameters:
            yield f"期限 {d.kind} 的参数 {d.parameter} 没有声明"
        if d.has_cards and d.owed_by not in parties:
            yield f"期限 {d.kind} 由没有声明的参与身份 {d.owed_by} 来办"
    for asked in procedure.approvals:
        if asked.decided_by not in parties:
            yield f"申请 {asked.kind} 由没有声明的参与身份 {asked.decided_by} 决定"
        if procedure.deciding(asked.kind) is None:
            yield f"申请 {asked.kind} 没有决定它的动作（decides）"
    kinds = {asked.kind for asked in procedure.approvals}
    for action in procedure.actions:
        if action.decides and action.decides not in kinds:
            yield f"动作 {action.code} 决定没有声明的申请 {action.decides}"


def _party_faults(procedure: Procedure) -> Iterator[str]:
    codes = {p.code for p in procedure.parties}
    for code in sorted(codes):
        if len(code) > PARTY_LENGTH or code in {NOBODY, RECUSED}:
            yield f"参与身份 {code} 的代码不能用，或者长过 {PARTY_LENGTH} 个字符"
        if (
            len(
                {p.side for m in PROCEDURES.all() for p in (*m.parties, *procedure.parties) if p.code == code}
            )
            > 1
        ):
            yield f"参与身份 {code} 在各个程序里必须属于同一边"
    for s in procedure.states:
        if s.turn not in codes | {NOBODY}:
            yield f"状态 {s.code} 轮到没有声明的参与身份 {s.turn}"
        for code in set(s.by_party) - codes:
            yield f"状态 {s.code} 的话说给没有声明的参与身份 {code}"


def _role_faults(procedure: Procedure, action: Action, by: str, *, is_opening: bool) -> Iterator[str]:
    if by in PROGRAMS:
        return
    party, _, role = by.partition(":")
    if is_opening:
        party, role = "", by
    if party and party not in {p.code for p in procedure.parties}:
        yield f"动作 {action.code} 提到没有声明的参与身份 {party}"
    if role and role not in REGISTRY.roles:
        yield f"动作 {action.code} 提到没有声明的角色 {role}"


def _reach_faults(procedure: Procedure, states: set[str], finals: set[str]) -> Iterator[str]:
    steps: dict[str, set[str]] = {s: set() for s in states}
    for a in procedure.actions:
        for s in a.states:
            if s in steps:
                steps[s].update(t for t in a.to if t in states)
    reached, frontier = {procedure.initial}, [procedure.initial]
    while frontier:
        for t in steps.get(frontier.pop(), ()):
            if t not in reached:
                reached.add(t)
                frontier.append(t)
    for s in sorted(states - reached):
        yield f"状态 {s} 永远到不了"
    ending = set(finals)
    while True:
        more = {s for s, to in steps.items() if s not in ending and to & ending}
        if not more:
            break
        ending |= more
    for s in sorted(states - ending):
        yield f"状态 {s} 没有办法走到终点"
