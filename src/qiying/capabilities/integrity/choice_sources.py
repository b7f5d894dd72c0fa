"""Where choices of the lists come from."""

from __future__ import annotations

from collections.abc import Mapping

from qiying.capabilities.integrity.models import Edition
from qiying.capabilities.integrity.rules.lists import clauses, sample
from qiying.capabilities.integrity.selectors import clauses_of
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source


def in_force(context: CaseContext) -> Choices:
    """Return the clauses of today."""
    return [(c.code, f"{c.name}：{c.text}") for c in clauses_of(context.case.district_id, context.today)]


def words(district_id: int) -> Mapping[str, str]:
    """Return what a clause is called, also one of an earlier wording."""
    texts = [
        sample(),
        *Edition.objects.filter(district_id=district_id).order_by("number").values_list("text", flat=True),
    ]
    return {c.code: c.name for text in texts for c in clauses(text)}


choice_source("clauses", in_force, labels=words)
