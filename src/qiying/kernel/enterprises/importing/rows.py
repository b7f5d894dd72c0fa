"""One row understood: the values to write, and every reason against it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.importing.heads import FactHead, fact_head_of, head_of
from qiying.kernel.enterprises.importing.reading import LOST_DIGITS
from qiying.kernel.enterprises.indicators import canonical_value, read_day
from qiying.kernel.enterprises.models import BodyKind, EnterpriseStatus
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.organisations.phones import normalise_phone
from qiying.statutes.industries import split_code

_KINDS = {label: value for value, label in BodyKind.choices}
_STATUSES = {label: value for value, label in EnterpriseStatus.choices} | {
    "在业": EnterpriseStatus.ACTIVE,
    "开业": EnterpriseStatus.ACTIVE,
    "在营": EnterpriseStatus.ACTIVE,
    "吊销": EnterpriseStatus.CANCELLED,
}


@dataclass
class ParsedRow:
    """What a row says; `problems` empty means it can be written."""

    values: dict[str, Any] = field(default_factory=dict)
    region: str = ""
    tags: list[str] = field(default_factory=list)
    contact: tuple[str, str] | None = None
    facts: list[NewFact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.values.get("credit_code", ""))


class RowReader:
    """Reads the rows of one table; headings are looked up once."""

    def __init__(self, heads: Sequence[str], regions: dict[str, int]) -> None:
        self.fields = [head_of(head) for head in heads]
        self.facts: list[FactHead | None] = [fact_head_of(head) for head in heads]
        self.regions = regions
        self.unknown = [
            head
            for head, a, b in zip(heads, self.fields, self.facts, strict=True)
            if head and not a and not b
        ]

    def read(self, cells: Sequence[str]) -> ParsedRow:
        """Return one row understood, with every problem at once."""
        row = ParsedRow()
        given = {f: c for f, c in zip(self.fields, cells, strict=True) if f is not None and c}
        if lost := [c for c in given.values() if c.startswith(LOST_DIGITS)]:
            row.problems.append(f"有 {len(lost)} 格是长数字，末几位已经丢了。把这一列设成文本再填。")
            given = {f: c for f, c in given.items() if not c.startswith(LOST_DIGITS)}
        if "name" not in given:
            row.problems.append("没有企业名称")
        for name in ("name", "short_name", "address", "legal_representative"):
            if name in given:
                row.values[name] = given[name]
        self._code(row, given)
        self._choices(row, given)
        self._facts(row, cells)
        self._contact(row, given)
        row.tags = [t for t in re.split(r"[、,，;；\s]+", given.get("tags", "")) if t]
        return row

    def _code(self, row: ParsedRow, given: dict[str, str]) -> None:
        checked = checked_code(given.get("credit_code", ""))
        if not checked.is_usable:
            row.problems.extend(checked.remarks)
        elif checked.code is not None:
            row.values["credit_code"] = checked.code

    def _choices(self, row: ParsedRow, given: dict[str, str]) -> None:
        for name, known, what in [("body_kind", _KINDS, "主体类型"), ("status", _STATUSES, "状态")]:
            if name in given:
                if given[name] in known:
                    row.values[name] = str(known[given[name]])
                else:
                    row.problems.append(f"{what}「{given[name]}」不认识，可以写：{'、'.join(known)}")
        if "industry" in given:
            if split_code(given["industry"]) == ("", ""):
                row.problems.append(f"行业代码「{given['industry']}」不是国民经济行业代码")
            else:
                row.values["industry"] = given["industry"]
        if "established_on" in given:
            try:
                row.values["established_on"] = date.fromisoformat(read_day(given["established_on"]))
            except ValueError as error:
                row.problems.append(f"成立日期{error}")
        if "region" in given:
            row.region = given["region"]
            if given["region"] not in self.regions:
                row.problems.append(f"没有叫「{given['region']}」的镇街")

    def _facts(self, row: ParsedRow, cells: Sequence[str]) -> None:
        for head, cell in zip(self.facts, cells, strict=True):
            if head is None or not cell:
                continue
            try:
                value = canonical_value(head.indicator, cell)
            except ValueError as error:
                row.problems.append(f"{head.period}{head.indicator.label}：{error}")
            else:
                row.facts.append(NewFact(head.indicator.code, head.period, value))

    def _contact(self, row: ParsedRow, given: dict[str, str]) -> None:
        phone = normalise_phone(given.get("phone", ""))
        if phone and not 7 <= sum(c.isdigit() for c in phone) <= 20:
            row.problems.append("联系电话不对：手机 11 位，座机带区号")
        elif phone or given.get("contact"):
            if not phone:
                row.problems.append("有联系人，没有联系电话")
            else:
                row.contact = (given.get("contact") or "联系人", phone)
