"""What a record is on a day: repairable now, on which day, never, or not any more; and why, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qiying.capabilities.credit_repair.rules.law import (
    GRADES,
    NEW,
    Published,
    ends_on,
    law_on,
    repairable_on,
    term_of,
)

Code = Literal[
    "repaired", "corrected", "never", "elsewhere", "applied", "ended", "shielded", "unknown", "later", "now"
]
LABELS: dict[Code, str] = {
    "repaired": "已修复",
    "corrected": "已更正",
    "never": "不能修复",
    "elsewhere": "到别处办",
    "applied": "正在办",
    "ended": "公示期满",
    "shielded": "重整期间屏蔽",
    "unknown": "还没分类",
    "later": "还没到日子",
    "now": "现在可以修复",
}
SHAPES: dict[Code, str] = {
    "repaired": "done",
    "corrected": "done",
    "never": "overdue",
    "elsewhere": "unknown",
    "applied": "ontime",
    "ended": "done",
    "shielded": "paused",
    "unknown": "unknown",
    "later": "paused",
    "now": "turn",
}
"""The shape that stands before a standing's word (`ui`)."""


@dataclass(frozen=True)
class Standing:
    """A record on a day: a word, the day it can be repaired from (if known), and the reason in a sentence or two."""

    code: Code
    on: date | None
    why: str

    @property
    def label(self) -> str:
        return LABELS[self.code]

    @property
    def shape(self) -> str:
        return SHAPES[self.code]

    @property
    def may_apply(self) -> bool:
        return self.code == "now"


@dataclass(frozen=True)
class Kept:
    """What is known of a record beside the law's terms."""

    state: Literal["published", "repaired", "corrected"] = "published"
    barred_by: str = ""
    is_ours: bool = True
    recogniser: str = ""
    open_case: str = ""
    decided_on: date | None = None


def day(on: date) -> str:
    """Return a day with its year, for a text that is kept."""
    return f"{on.year}年{on.month}月{on.day}日"


def term_words(record: Published, today: date) -> str:
    """Return what the law of a day gives a record: class, months at least and at most."""
    law = law_on(today)
    term = term_of(record, law)
    if term is None:
        return ""
    what = f"{GRADES[record.grade]}失信" if law is NEW else {"list": "名单"}.get(record.kind, "行政处罚")
    least = f"最少公示 {term.least} 个月" if term.least else "履行完义务就可以修复"
    return f"按{law.title}，{what}{least}，最多公示 {term.most} 个月"


def standing_of(record: Published, kept: Kept, today: date) -> Standing:
    """Return a record's standing today; what has ended first, then what forbids, then the day."""
    first, last = repairable_on(record), ends_on(record)
    if kept.state != "published":
        on = f"{day(kept.decided_on)}" if kept.decided_on else ""
        words = "修复，各处不再公示" if kept.state == "repaired" else "更正或者撤销，各处不再公示"
        return Standing(kept.state, None, f"{on}{words}。")
    if kept.open_case:
        return Standing("applied", first, f"{kept.open_case} 正在办，进展随时看。")
    if kept.barred_by:
        return Standing("never", None, f"法律规定不能修复：{kept.barred_by}。信息有误可以提异议。")
    if record.restructuring is not None and record.restructuring.shields(today):
        return Standing(
            "shielded",
            first,
            f"法院{day(record.restructuring.approved_on)}裁定批准重整计划，执行期间先不展示；执行完就可以修复。",
        )
    if first is None or last is None:
        return Standing("unknown", None, f"{kept.recogniser}还没定轻微、一般还是严重，定了才算得出哪一天。")
    if today >= last:
        return Standing("ended", None, f"公示到{day(last)}满期，不用修复；还看得到的，请让信用窗口撤下。")
    why = f"{day(record.published_on)}公示。{term_words(record, max(first, today))}"
    if not kept.is_ours:
        return Standing(
            "elsewhere", first, f"谁认定、谁修复：由{kept.recogniser}认定，请在“信用中国”网站申请。{why}。"
        )
    if today < first:
        return Standing("later", first, f"{why}，所以{day(first)}起可以修复。")
    return Standing("now", first, f"{why}，{day(first)}起就可以修复。")
