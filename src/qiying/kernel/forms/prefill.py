"""What an enterprise gave before and is not asked again: facts and documents (State Council Order 722, arts. 40–44)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qiying.kernel.audit.clock import local_date
from qiying.kernel.documents.selectors import enterprise_documents
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.definition import Definition
from qiying.kernel.forms.sheet import Held


def held_about(enterprise: Enterprise, definition: Definition) -> dict[str, Held]:
    """Return what questions may start with, by code, each with its source in words; two queries at most.

    The caller has checked that whoever answers may see the enterprise.
    """
    found: dict[str, Held] = {}
    if any(q.fact for q in definition.questions):
        facts = known_facts(enterprise)
        for one in definition.questions:
            fact = facts.get(one.fact) if one.fact else None
            if fact is not None:
                period = f"{fact.period} " if fact.period else ""
                found[one.code] = Held(_as_answer(fact.value), f"{period}{fact.source_label}")
    if any(q.document for q in definition.questions):
        documents = list(enterprise_documents(enterprise.pk)[:200])
        for one in definition.questions:
            match = next((d for d in documents if one.document and one.document in d.name), None)
            if match is not None:
                when = f"{local_date(match.uploaded_at):%Y-%m-%d}"
                found[one.code] = Held([match.pk], f"{when} 交过的「{match.name}」")
    return found


def _as_answer(value: Decimal | str | bool | date) -> str | int | float:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str) else value.isoformat()[:10]
