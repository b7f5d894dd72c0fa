"""What a deputies' proposal may be, and how its answers are coded. Pure.

《浙江省…代表建议、批评和意见办理规定》(2016): one matter each (art. 7), seven kinds that are no proposal (art. 6).
Arts. 6 (1), (4) and (5) as read; the other kinds are a sample (样例) until the text was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from qiying.statutes.workdays import add_months

EXCLUDED = {
    "own_interest": "只涉及代表本人、近亲属或者本人企业的利益",
    "case": "正在办理的案件，或者要求干预司法的",
    "tender": "正在进行的招标投标、政府采购",
    "letter": "转交别人的信访件、举报（样例）",
    "academic": "学术探讨、产品推介（样例）",
    "empty": "没有实际内容（样例）",
    "level": "不属于本级国家机关职权（样例）",
}
SEVERAL = "several"
REFUSALS = {**EXCLUDED, SEVERAL: "不是一事一议，请分开提"}
CODES = {
    "A": "A 已经解决或者基本解决",
    "B": "B 列入计划，逐步解决",
    "C": "C 条件不具备，以后再办",
    "D": "D 留作参考",
}
_PART = re.compile(r"第?[一二三四五六七八九十]+[、件]|[（(][一二三四五六七八九十\d]+[)）]")


def is_several(title: str) -> bool:
    """Tell whether a title names more than one matter.

    >>> is_several("加快集卡停车场建设"), is_several("建停车场；降低融资成本")
    (False, True)
    """
    return bool(re.search(r"[；;\n]", title.strip())) or len(_PART.findall(title)) > 1


def opening_faults(title: str, *, is_own_firm: bool, conflict: str) -> Iterator[tuple[str, str]]:
    """Yield what speaks against handing a proposal in, by field; a declared conflict does not."""
    if is_several(title):
        yield "title", "一件建议只写一件事，请分开提"
    if is_own_firm and len(conflict.strip()) < 4:
        yield (
            "conflict",
            "这是您自己的企业：请写明利害关系，以及为什么是大家的事。只为自己企业的，请以企业身份提诉求",
        )


def months_as_days(start: date, months: int) -> int:
    """Return how many natural days so many months are: to the same day of the month or its last (民法典 art. 202)."""
    return (add_months(start, months) - start).days
