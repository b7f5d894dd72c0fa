"""Letters of an application, as the law asks for them: what is missing, that it was accepted, why it was refused."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish, day

REMEDY = "对本决定不服的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。"


def _came(file: CaseFile) -> str:
    case = file.case
    return f"您{day(case.received_on)}申请的“{case.title}”（办件号 {case.number}）收悉。"


def material_notice(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Name everything that is missing, once (行政许可法第三十二条)."""
    clock = next((c for c in reversed(file.context.clocks) if c.kind == "material"), None)
    until = f"请在{day(clock.due_by)}前补齐。" if clock else ""
    return (
        _came(file),
        f"经审查，需要补正的全部内容如下：{Extras.of(file.case).material_items}",
        f"{until}补齐后即予受理；本告知为一次性告知，不再另行要求其他材料。",
    )


def accepted_notice(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    case = file.case
    until = f"承诺在{day(case.promised_by)}前作出决定。" if case.promised_by else ""
    return (
        _came(file),
        f"材料齐全、符合法定形式，已于{day(case.accepted_on or case.received_on)}受理。",
        until,
    )


def refusal(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    answer = file.context.current_answer
    return (_came(file), f"经审查，{answer.text if answer else ''}", "决定不予许可。", REMEDY)


def was_asked(context: CaseContext) -> str | None:
    return None if Extras.of(context.case).material_items else "没发出去：还没有要补的材料。"


def was_accepted(context: CaseContext) -> str | None:
    return None if context.case.accepted_on else "没发出去：还没有受理。"


def was_refused(context: CaseContext) -> str | None:
    refused = context.case.outcome in {"refused", "not_accepted"}
    return None if refused else "没发出去：没有不予许可的决定。"
