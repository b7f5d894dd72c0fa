"""Letters of a repair: what is missing, said once; and the decision with its remedy."""

from __future__ import annotations

from collections.abc import Sequence

from qiying.capabilities.credit_repair.rules.law import law_on
from qiying.capabilities.credit_repair.rules.standing import day
from qiying.capabilities.credit_repair.services.acts import REMEDY, known, record_in, refusal_sentence
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish


def has_asked(context: CaseContext) -> str | None:
    return None if known(context).material_items else "还没有告知要补什么"


def is_decided(context: CaseContext) -> str | None:
    return None if context.case.outcome in {"repaired", "corrected", "refused"} else "还没有决定"


def material_notice(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return what is missing, all together, and until when."""
    clock = next((c for c in file.context.clocks if c.kind == "material"), None)
    until = f"请在{day(clock.due_by)}前补齐，一次补齐以后不会再要别的。" if clock else ""
    return (_came(file), f"还缺下面的材料：{known(file.context).material_items}", until)


def decision(file: CaseFile, wish: LetterWish) -> Sequence[str]:
    """Return the decision: granted and what follows, or refused with reason, next day and remedy."""
    context, record = file.context, record_in(file.context)
    law = law_on(file.case.received_on).title
    if file.case.outcome == "refused":
        return (_came(file), f"经审核，决定不予同意。{refusal_sentence(known(context))}", REMEDY)
    what = "准予信用修复" if file.case.outcome == "repaired" else "异议成立，予以更正"
    places = "、".join(p.place for p in record.places.all()) or "各公示网站"
    return (
        _came(file),
        f"经审核，符合{law}规定的条件，决定{what}。",
        f"自决定之日起，{places}停止公示这条信息，停止共享和使用。",
    )


def _came(file: CaseFile) -> str:
    record = record_in(file.context)
    return f"你单位{day(file.case.received_on)}就{record.number}（{record.title}）提出的申请收悉。"
