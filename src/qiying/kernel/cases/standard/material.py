"""Missing papers: named once, all together (《优化营商环境条例》第三十六条); our clocks wait until they are given."""

from __future__ import annotations

from pydantic import ValidationInfo, field_validator

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry


class RequestMaterial(ActionInput):
    items: str = entry(
        "要补哪些材料", widget="textarea", min_length=4, max_length=1000, help="一次说全，以后不能再要"
    )
    basis: str = entry("依据", default="《优化营商环境条例》第三十六条", max_length=200)


class GiveMaterial(ActionInput):
    note: str = entry("说明", default="", widget="textarea", personal=True, max_length=500)
    documents: list[int] = entry(
        "补交的材料", default=(), widget="documents", max_length=20, validate_default=True
    )

    @field_validator("documents")
    @classmethod
    def _something_is_given(cls, documents: list[int], info: ValidationInfo) -> list[int]:
        if not documents and not info.data.get("note", "").strip():
            raise ValueError("还没有材料：传上来，或者在说明里写一句材料交到了哪里")
        return documents


def request(act: Act) -> None:
    """Name the missing papers; every running clock of ours waits, the asker's starts."""
    for clock in act.clocks:
        act.clock_pause(clock, "material", "等企业补材料")
    act.set_extras(material_items=act.data.items, back_to=act.from_state)
    act.clock_start("material", words="请在这段时间里补齐材料")
    act.count("material_asked")


def give(act: Act, otherwise: str) -> None:
    """Take the papers in, let the clocks go on and return to where it was asked from."""
    act.stop("material")
    for clock in act.clocks:
        if clock.pause_kind == "material":
            act.clock_resume(clock)
    act.go(Extras.of(act.case).back_to or otherwise)


def not_asked(context: CaseContext) -> str | None:
    """Missing papers are named once."""
    asked = any(c.kind == "material" for c in context.clocks)
    return "材料已经一次性告知过，不能再要" if asked else None


def is_late(context: CaseContext) -> str | None:
    """While the asker still has time to hand in, nothing is decided against him."""
    clock = context.clock("material")
    if clock is None or context.today > clock.due_by:
        return None
    return f"补材料的时间还没到，到{clock.due_by.month}月{clock.due_by.day}日为止"
