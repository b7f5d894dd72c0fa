"""The problem ledger as a table: its columns, and reading one row with every fault in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.kernel.documents.spreadsheets import clean_text, is_blank, parse_date, parse_number
from qiying.statutes.credit_code import check, normalise

KINDS = {
    "问题": "problem",
    "金点子": "suggestion",
    "建议": "suggestion",
    "咨询": "question",
    "线索": "clue",
    "吹哨": "clue",
}
LEVELS = {"简易": "simple", "一般": "general", "复杂": "complex", "疑难": "complex"}
VERDICTS = ("解决了", "部分解决", "没解决")


@dataclass(frozen=True)
class LedgerColumn:
    """One column of the ledger; `aliases` are headings that mean the same."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: str = "text"
    width: float = 14
    is_required: bool = False
    note: str = ""


COLUMNS = (
    LedgerColumn("source_id", "来件编号", ("编号", "工单号", "工单编号", "来源编号")),
    LedgerColumn(
        "received_on",
        "收到日期",
        ("日期", "收件日期", "来件日期", "反映日期", "时间"),
        "date",
        is_required=True,
    ),
    LedgerColumn("channel", "渠道", ("来源", "来源渠道", "问题来源"), note="不填按“台账导入”"),
    LedgerColumn("enterprise", "企业名称", ("企业", "单位名称", "公司名称", "诉求企业"), width=26),
    LedgerColumn("credit_code", "统一社会信用代码", ("信用代码", "社会信用代码"), width=22),
    LedgerColumn("contact_name", "联系人", ("企业联系人", "姓名")),
    LedgerColumn("contact_phone", "联系电话", ("电话", "手机", "联系方式")),
    LedgerColumn(
        "text",
        "诉求内容",
        ("问题", "问题内容", "内容", "反映问题", "诉求", "具体问题"),
        width=50,
        is_required=True,
    ),
    LedgerColumn("kind", "类型", ("诉求类型",), note="问题、金点子、咨询、线索"),
    LedgerColumn("category", "类别", ("问题类别", "问题分类", "分类")),
    LedgerColumn("level", "级别", ("难易", "难易程度"), note="简易、一般、复杂"),
    LedgerColumn("unit", "主办单位", ("责任单位", "承办单位", "牵头单位"), width=20),
    LedgerColumn("answered_on", "答复日期", ("办结日期", "完成日期", "回复日期"), "date"),
    LedgerColumn("answer", "答复内容", ("办理情况", "办理结果", "处理结果", "回复内容"), width=50),
    LedgerColumn("verdict", "企业评价", ("是否解决", "评价"), note="解决了、部分解决、没解决"),
    LedgerColumn("satisfaction", "满意度", ("满意程度", "评分"), "number", note="1 到 5"),
)
ALIASES = {c.key: (c.title, *c.aliases) for c in COLUMNS}
REQUIRED = tuple(c.key for c in COLUMNS if c.is_required)


@dataclass(frozen=True)
class Known:
    """What a district already has, by which names in a ledger are understood."""

    channels: Mapping[str, str]
    categories: Mapping[str, str]
    units: Mapping[str, int]
    enterprises_by_code: Mapping[str, int]
    enterprises_by_name: Mapping[str, int]
    numbers: frozenset[tuple[str, str]]


@dataclass
class LedgerRow:
    """One understood row: values as they will be written, and every reason why it will not be."""

    number: int
    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


def understand(number: int, raw: Mapping[str, Any], known: Known, today: date) -> LedgerRow:
    """Return a row with its values understood; problems keep it out, remarks only inform."""
    row = LedgerRow(number, {})
    v = row.values
    for c in COLUMNS:
        v[c.key] = "" if is_blank(raw.get(c.key)) else clean_text(raw.get(c.key))
    _days(row, raw, today)
    _names(row, known)
    _enterprise(row, known)
    if len(v["text"]) < 5:
        row.problems.append("诉求内容至少写 5 个字" if v["text"] else "没有诉求内容")
    elif len(v["text"]) > 5000:
        row.problems.append("诉求内容最多 5,000 字，请删减")
    if bool(v["answer"]) != bool(v["answered_on"]):
        row.problems.append("答复内容和答复日期要么都填，要么都不填")
    _opinion(row, raw)
    if v["source_id"] and (v["channel_code"], v["source_id"]) in known.numbers:
        row.problems.append(f"编号 {v['source_id']} 这个渠道已经有了")
    return row


def _days(row: LedgerRow, raw: Mapping[str, Any], today: date) -> None:
    v = row.values
    for key, label in (("received_on", "收到日期"), ("answered_on", "答复日期")):
        if not v[key]:
            v[key] = None
            continue
        found = parse_date(raw.get(key), today.year)
        if found is None:
            row.problems.append(f"{label}“{v[key]}”读不懂，写成 2026-02-13 这样")
        elif found > today:
            row.problems.append(f"{label}在今天以后")
        elif found.year < 2004:
            row.problems.append(f"{label}早于 2004 年，没有工作日历")
        v[key] = found
    if v["received_on"] is None and not row.problems:
        row.problems.append("没有收到日期")
    if v["received_on"] and v["answered_on"] and v["answered_on"] < v["received_on"]:
        row.problems.append("答复日期早于收到日期")


def _pick(row: LedgerRow, key: str, label: str, names: Mapping[str, Any], default: Any) -> Any:
    text = row.values[key]
    if not text:
        return default
    if text not in names:
        near = "、".join(list(names)[:4])
        row.problems.append(f"{label}“{text}”没有登记，可以写 {near} 等")
        return default
    return names[text]


def _names(row: LedgerRow, known: Known) -> None:
    v = row.values
    v["channel_code"] = _pick(row, "channel", "渠道", known.channels, "ledger")
    v["kind_code"] = _pick(row, "kind", "类型", KINDS, "problem")
    v["category_code"] = _pick(row, "category", "类别", known.categories, "")
    v["level_code"] = _pick(row, "level", "级别", LEVELS, "")
    v["unit_id"] = None
    if v["unit"]:
        v["unit_id"] = known.units.get(v["unit"])
        if v["unit_id"] is None and not v["answer"]:
            row.problems.append(f"主办单位“{v['unit']}”没有登记，请改成单位全称或简称")
    if v["unit_id"] and not v["answer"] and not (v["category_code"] and v["level_code"]):
        row.problems.append("填了主办单位的在办件，还要填类别和级别")


def _enterprise(row: LedgerRow, known: Known) -> None:
    v = row.values
    v["enterprise_id"] = None
    if v["credit_code"]:
        v["credit_code"] = normalise(v["credit_code"])
        found = check(v["credit_code"])
        if not found.ok:
            row.problems.append(f"统一社会信用代码不对：{found.findings[0].message_zh}")
            return
        v["enterprise_id"] = known.enterprises_by_code.get(v["credit_code"])
    if v["enterprise_id"] is None and v["enterprise"]:
        v["enterprise_id"] = known.enterprises_by_name.get(v["enterprise"])
        if v["enterprise_id"] is None:
            row.remarks.append("企业名录里没有这家，按没有关联企业登记")


def _opinion(row: LedgerRow, raw: Mapping[str, Any]) -> None:
    v = row.values
    if v["verdict"] and v["verdict"] not in VERDICTS:
        row.problems.append(f"企业评价“{v['verdict']}”写成 {'、'.join(VERDICTS)} 之一")
    if v["satisfaction"]:
        number = parse_number(raw.get("satisfaction"))
        if number is None or number not in {1, 2, 3, 4, 5}:
            row.problems.append("满意度写 1 到 5 的整数")
        else:
            v["satisfaction"] = str(int(number))
    phone = v["contact_phone"].replace(" ", "").replace("-", "")
    if phone and not (phone.lstrip("+").isdigit() and 7 <= len(phone) <= 15):
        row.problems.append("联系电话位数不对")
    v["contact_phone"] = phone


def doubles(rows: Sequence[LedgerRow]) -> None:
    """Mark rows whose channel and number stand twice in one file."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (str(row.values.get("channel_code")), row.values["source_id"])
        if not key[1]:
            continue
        if key in seen:
            row.problems.append(f"编号 {key[1]} 和第 {seen[key]} 行重复")
        else:
            seen[key] = row.number
