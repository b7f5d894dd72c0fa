"""One row understood: the values to write, and every reason against it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.importing.heads import fact_head_of, unit_of
from qiying.kernel.enterprises.indicators import Indicator, canonical_value
from qiying.kernel.enterprises.models import BodyKind, EnterpriseStatus
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.tables.cells import damage, phones_in, said
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.names import NameIndex
from qiying.statutes.industries import divisions, sections, split_code

# What registers write, in the order in which a word decides: 吊销，未注销 is no longer alive.
_STATUSES = (
    ("筹建", EnterpriseStatus.PREPARING),
    ("吊销", EnterpriseStatus.CANCELLED),
    ("注销", EnterpriseStatus.CANCELLED),
    ("撤销", EnterpriseStatus.CANCELLED),
    ("存续", EnterpriseStatus.ACTIVE),
    ("在业", EnterpriseStatus.ACTIVE),
    ("在营", EnterpriseStatus.ACTIVE),
    ("开业", EnterpriseStatus.ACTIVE),
    ("在册", EnterpriseStatus.ACTIVE),
    ("正常", EnterpriseStatus.ACTIVE),
)
_KINDS = (
    ("个体", BodyKind.INDIVIDUAL),
    ("合作社", BodyKind.COOPERATIVE),
    ("公司", BodyKind.ENTERPRISE),
    ("企业", BodyKind.ENTERPRISE),
    ("合伙", BodyKind.ENTERPRISE),
    ("有限", BodyKind.ENTERPRISE),
    ("股份", BodyKind.ENTERPRISE),
    ("所有制", BodyKind.ENTERPRISE),
    ("独资", BodyKind.ENTERPRISE),
    ("分支机构", BodyKind.ENTERPRISE),
    ("工厂", BodyKind.ENTERPRISE),
    ("协会", BodyKind.SOCIAL),
    ("商会", BodyKind.SOCIAL),
    ("社会团体", BodyKind.SOCIAL),
    ("社会组织", BodyKind.SOCIAL),
    ("民办非企业", BodyKind.SOCIAL),
    ("基金会", BodyKind.SOCIAL),
    ("机关", BodyKind.INSTITUTION),
    ("事业单位", BodyKind.INSTITUTION),
    ("个人", BodyKind.NATURAL_PERSON),
    ("自然人", BodyKind.NATURAL_PERSON),
    ("其他", BodyKind.OTHER),
)
_MONEY = {"元": "0.0001", "千元": "0.1", "万元": "1", "百万元": "100", "千万元": "1000", "亿元": "10000"}
_NO_NAME = re.compile(
    r"(合计|小计|总计|累计)|共?\d+[家户个]|[\d.,%\s]+|.*[。；！？].*|[注备说]\w{0,2}[:：].*", re.S
)


def is_word(key: str, word: str) -> bool:
    """Tell whether a word under 主体类型 or 状态 is understood as it stands."""
    return any(part in word for part, _ in (_KINDS if key == "body_kind" else _STATUSES))


@dataclass
class ParsedRow:
    """What a row says; `problems` empty means it can be written."""

    values: dict[str, Any] = field(default_factory=dict)
    region: int | None = None
    tags: list[str] = field(default_factory=list)
    contacts: list[tuple[str, str]] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.values.get("credit_code", ""))


class RowReader:
    """Reads the rows of one table: `fields` says for each heading what stands below it."""

    def __init__(
        self,
        heads: Sequence[str],
        fields: Sequence[str],
        regions: NameIndex,
        words: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.heads, self.fields, self.regions, self.words = heads, fields, regions, words or {}
        self.facts = [fact_head_of(key) if key else None for key in fields]

    def read(self, cells: Sequence[str]) -> ParsedRow:
        """Return one row understood, with every problem at once."""
        row = ParsedRow()
        given: dict[str, str] = {}
        for head, key, fact, cell in zip(self.heads, self.fields, self.facts, cells, strict=True):
            text = said(cell)
            text = self.words.get(key, {}).get(text, text)
            if not key or not text:
                continue
            if bad := damage(text):
                row.problems.append(f"{head} {bad}")
            elif fact is not None:
                self._fact(row, fact.indicator, fact.period, head, text)
            else:
                given[key] = text
        self._name(row, given)
        for name in ("short_name", "address", "legal_representative"):
            if name in given:
                row.values[name] = given[name].replace("\n", " ")
        self._code(row, given)
        self._choices(row, given)
        self._contacts(row, given)
        row.tags = [t for t in re.split(r"[、,，;；\s]+", given.get("tags", "")) if t]
        return row

    def _name(self, row: ParsedRow, given: dict[str, str]) -> None:
        # Blanks between Chinese characters are only there to fill the column.
        name = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", given.get("name", ""))
        if not name:
            row.problems.append("没有企业名称")
        elif _NO_NAME.fullmatch(name) or len(name) < 2:
            row.problems.append(f"“{name[:20]}”不像企业名称")
        else:
            row.values["name"] = name

    def _code(self, row: ParsedRow, given: dict[str, str]) -> None:
        checked = checked_code(given.get("credit_code", ""))
        if not checked.is_usable:
            row.problems.extend(checked.remarks)
        elif checked.code is not None:
            row.values["credit_code"] = checked.code

    def _choices(self, row: ParsedRow, given: dict[str, str]) -> None:
        for key, known, what, labels in (
            ("body_kind", _KINDS, "主体类型", BodyKind.labels),
            ("status", _STATUSES, "状态", EnterpriseStatus.labels),
        ):
            if key in given:
                value = next((v for word, v in known if word in given[key]), None)
                if value is not None:
                    row.values[key] = str(value)
                else:
                    row.problems.append(f"{what}“{given[key][:20]}”不认识，可以写：{'、'.join(labels)}")
        if "industry" in given:
            code = _industry(given["industry"])
            if not code:
                row.problems.append(f"行业代码“{given['industry'][:20]}”不是国民经济行业代码，如 C34 或 3482")
            else:
                row.values["industry"] = code
        if "established_on" in given:
            try:
                row.values["established_on"] = read_day(given["established_on"], None)
            except ValueError as reason:
                row.problems.append(f"成立日期{reason}")
        if "region" in given:
            row.region = self.regions.find(given["region"])
            if row.region is None:
                row.problems.append(f"没有叫“{given['region'][:20]}”的镇街")

    def _fact(self, row: ParsedRow, of: Indicator, period: str, head: str, text: str) -> None:
        try:
            value = canonical_value(of, _in_unit(of, unit_of(head), text))
        except ValueError as error:
            row.problems.append(f"{period}{of.label}：{error}")
        else:
            row.facts.append(NewFact(of.code, period, value))

    def _contacts(self, row: ParsedRow, given: dict[str, str]) -> None:
        phones, name = phones_in(given.get("phone", "")), given.get("contact", "").replace("\n", " ")
        phones = phones or phones_in(name)
        name = re.sub(r"[\d*\-—]{7,}", "", name).strip(" ，,、:：")
        if phones:
            row.contacts = [(name or "联系人", phone) for phone in phones[:3]]
        elif "phone" in given:
            why = "打了星号，补全再导" if "*" in given["phone"] else "不对：手机 11 位，座机带区号"
            row.problems.append(f"联系电话“{given['phone'][:20]}”{why}")
        elif name:
            row.problems.append("有联系人，没有联系电话")


def _industry(text: str) -> str:
    """Return the code a cell begins with (C34, C34 通用设备制造业) or names (通用设备制造业), or nothing."""
    found = re.match(r"[A-Ta-t]?\d{0,4}", text)
    if found and split_code(found[0]) != ("", ""):
        return found[0].upper()
    names = {name: letter for letter, name in sections().items()}
    names |= {one.name: f"{one.section}{digits}" for digits, one in divisions().items()}
    return names.get(text, "")


def _in_unit(of: Indicator, unit: str, text: str) -> str:
    """Return a value in the indicator's unit when its heading names another; raise `ValueError` where none fits."""
    if of.unit == "万元" and unit in _MONEY and unit != "万元":
        try:
            return format((Decimal(text.replace(",", "")) * Decimal(_MONEY[unit])).normalize(), "f")
        except InvalidOperation:
            raise ValueError(f"“{text}”不是数字") from None
    if (
        unit
        and of.unit
        and unit != of.unit
        and (unit in _MONEY or unit in ("千人", "万人", "百人", "人次", "美元", "万美元"))
    ):
        raise ValueError(f"表头写的单位是{unit}，这里要{of.unit}")
    return text
