"""System checks of procedures: the product refuses to start on a machine that cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.core import checks
from django.utils.module_loading import module_has_submodule

from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES, RECUSED, Procedure
from qiying.kernel.notices.wording import notice_templates
from qiying.kernel.permissions.registry import REGISTRY

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
            yield checks.Error(f"{name} 没有登记办理程序：以 PROCEDURES.register(...) 结束它", id="cases.E002")


def faults(procedure: Procedure, templates: frozenset[str]) -> Iterator[str]:
    """Yield every fault of one machine as a sentence."""
    states = {s.code for s in procedure.states}
    finals = {s.code for s in procedure.states if s.is_final}
    codes = [a.code for a in (procedure.opening, *procedure.actions)]
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield f"动作 {code} 写了两次"
    for action in (procedure.opening, *procedure.actions):
        for s in (*action.states, *action.to):
            if s not in states:
                yield f"动作 {action.code} 提到没有的状态 {s}"
        for t in action.notices:
            if t not in templates:
                yield f"动作 {action.code} 缺通知模板 notices/{t}.txt"
        for by in action.by:
            yield from _role_faults(procedure, action.code, by)
    yield from _party_faults(procedure)
    yield from _reach_faults(procedure, states, finals)
    for code, names in procedure.asker_reads.items():
        known = procedure.action(code).input.model_fields if procedure.has_action(code) else {}
        if code not in codes or set(names) - set(known):
            yield f"来件人能读的 {code} 里有没有的动作或输入：{'、'.join(sorted(set(names) - set(known)))}"
    for d in procedure.deadlines:
        for code in d.stopped_by:
            if code not in codes:
                yield f"期限 {d.kind} 由没有的动作 {code} 停止"
        if not d.stopped_by:
            yield f"期限 {d.kind} 没有出口"


def _party_faults(procedure: Procedure) -> Iterator[str]:
    codes = {p.code for p in procedure.parties}
    for code in sorted(codes):
        if len(code) > PARTY_LENGTH or code in {NOBODY, RECUSED}:
            yield f"参与身份 {code} 的代码不能用，或者长过 {PARTY_LENGTH} 个字符"
        if len({p.side for m in PROCEDURES.all() for p in (*m.parties, *procedure.parties) if p.code == code}) > 1:
            yield f"参与身份 {code} 在各个程序里必须属于同一边"
    for s in procedure.states:
        if s.turn not in codes | {NOBODY}:
            yield f"状态 {s.code} 轮到没有声明的参与身份 {s.turn}"


def _role_faults(procedure: Procedure, action: str, by: str) -> Iterator[str]:
    if by in PROGRAMS:
        return
    party, _, role = by.partition(":")
    if party not in {p.code for p in procedure.parties}:
        yield f"动作 {action} 提到没有声明的参与身份 {party}"
    if role and role not in REGISTRY.roles:
        yield f"动作 {action} 提到没有声明的角色 {role}"


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
