"""Forms of the basis register."""

from typing import Any

from qiying.capabilities.oversight.models import Article, Basis
from qiying.capabilities.oversight.selectors.basis import bases_of
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.registers.rows import row_form

UNITS: dict[str, Any] = {"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)}
basis_form = row_form(
    Basis,
    "name",
    "kind",
    "issuer",
    "adopted_on",
    "valid_from",
    "valid_to",
    "source",
    hints={"source": "网址或公报期号；样例写“样例”", "valid_to": "还有效就空着"},
)
article_form = row_form(
    Article,
    "basis",
    "no",
    "text",
    "duty",
    "unit",
    "due_on",
    "valid_from",
    "valid_to",
    offers={**UNITS, "basis": lambda viewer, today: [(b.pk, b.name) for b in bases_of(viewer)]},
    hints={
        "duty": "一句话，例：惠企政策集中公布",
        "due_on": "条文里没有写日期就空着",
        "valid_from": "修改过的条文写新的日期，旧的自己结束",
    },
    once=("basis",),
)
