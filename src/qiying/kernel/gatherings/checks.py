"""System checks of kinds: the product refuses to start on one that cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.gatherings.kinds import ANSWER, CHECK_IN, PLAN, RECORD, WRITE, GatheringKind, all_kinds
from qiying.kernel.permissions.registry import REGISTRY


def register() -> None:
    """Register the check with Django."""
    checks.register(check_kinds)


def check_kinds(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for each fault of each declared kind."""
    return [checks.Error(words, id="gatherings.E001", obj=k.code) for k in all_kinds() for words in faults(k)]


def faults(kind: GatheringKind) -> Iterator[str]:
    """Yield what is wrong with a kind, in words."""
    phases = [p.code for p in kind.phases]
    if len(phases) < 3 or phases[0] != "planned" or len(set(phases)) < len(phases):
        yield "至少要有筹备、进行和结束三个阶段，第一个是 planned，不能重复"
    for phase in kind.phases:
        if unknown := phase.allows - {PLAN, ANSWER, CHECK_IN, RECORD, WRITE}:
            yield f"阶段 {phase.code} 允许了没有的事：{'、'.join(sorted(unknown))}"
        if phase.code != "planned" and not phase.act:
            yield f"阶段 {phase.code} 没有进入它的按钮"
    if kind.items and not any(RECORD in p.allows for p in kind.phases):
        yield "有要记录的事，却没有哪个阶段可以记录"
    for code in (kind.organises, kind.sees):
        if code not in REGISTRY.permissions:
            yield f"没有声明过权限 {code}"
    known = {p.code for p in PROCEDURES.all()}
    for item in kind.items:
        if not item.answers:
            yield f"{item.code} 没有可选的答复"
        if item.procedure and (item.procedure not in known or item.case_data is None):
            yield f"{item.code} 要立 {item.procedure} 的件，但没有这种程序，或没写立件时填什么"
    for guard in kind.guards:
        if guard.phase not in phases:
            yield f"守着的阶段 {guard.phase} 不存在"
    groups = (kind.roles, kind.items, kind.letters, kind.duties)
    if any(len({one.code for one in group}) < len(group) for group in groups):
        yield "身份、事项、信函、会后的事，代码不能重复"
