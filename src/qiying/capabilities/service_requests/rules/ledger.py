"""The problem ledger as a table: its columns, and reading one row with every fault in a sentence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.kernel.tables.cells import phones_in, read_stars, said
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.names import NameIndex
from qiying.kernel.tables.reading import TableRow
from qiying.kernel.tables.spec import Field, Spec
from qiying.statutes.credit_code import check, normalise

KINDS = {"问题": "problem", "金点子": "suggestion", "咨询": "question", "线索": "clue"}
LEVELS = {"简易": "simple", "一般": "general", "复杂": "complex"}
VERDICTS = ("解决了", "部分解决", "没解决")
# What other systems write for the words above.
_SAME = {
    "kind": {
        "求助": "问题", "投诉": "问题", "投诉举报": "问题", "诉求": "问题", "求决": "问题", "困难": "问题", "问题反映": "问题",
        "建议": "金点子", "意见建议": "金点子", "建议意见": "金点子", "意见": "金点子", "政策咨询": "咨询", "举报": "线索", "吹哨": "线索",
    },
    "level": {"简单": "简易", "普通": "一般", "较难": "复杂", "疑难": "复杂", "复杂疑难": "复杂"},
    "verdict": {
        "是": "解决了", "已解决": "解决了", "解决": "解决了", "完全解决": "解决了", "部分": "部分解决",
        "否": "没解决", "未解决": "没解决", "不解决": "没解决", "没有解决": "没解决",
    },
    "channel": {
        "12345": "12345 热线", "热线": "12345 热线", "热线电话": "12345 热线", "12345热线": "12345 热线", "政务服务热线": "12345 热线",
        "市民热线": "12345 热线", "企业走访": "走访", "窗口": "企服中心窗口",
    },
}  # fmt: skip
_IN_PROGRESS = re.compile(
    r"(正在|正|继续|持续|积极|抓紧)?(推进|办理|协调|处理|跟进|研究|对接|落实|受理)中?[。.]?|.*(正在|推进中|办理中|协调中|处理中|研究中).*",
    re.S,
)
_NUMBERED = re.compile(
    r"(?m)^\s*(?:\d{1,2}\s*[.、．)）]|[(（]\s*\d{1,2}\s*[)）]|[①-⑳]|[一二三四五六七八九十]{1,2}[、.．])"
)

FIELDS = (
    Field("source_id", "来件编号", ("编号", "工单号", "工单编号", "来源编号", "诉求编号", "受理编号", "事项编号")),
    Field(
        "received_on", "收到日期",
        ("日期", "收件日期", "来件日期", "反映日期", "时间", "来电时间", "诉求时间", "反映时间", "受理日期", "受理时间", "登记时间", "登记日期", "提出时间", "收到时间", "诉求日期", "创建时间", "工单创建时间", "来件时间", "接件时间", "接收时间", "接单时间", "反映时间"),
        "date", is_required=True,
    ),
    Field("channel", "渠道", ("来源", "来源渠道", "问题来源", "诉求来源", "反映渠道"), note="不填按“台账导入”"),
    Field("enterprise", "企业名称", ("企业", "单位名称", "公司名称", "诉求企业", "反映企业", "企业单位名称", "诉求单位"), width=26),
    Field("credit_code", "统一社会信用代码", ("信用代码", "社会信用代码"), width=22),
    Field("contact_name", "联系人", ("企业联系人", "姓名", "来电人", "反映人", "诉求人", "来电人姓名", "联系人姓名")),
    Field("contact_phone", "联系电话", ("电话", "手机", "联系方式", "手机号", "来电号码", "联系人电话", "电话号码", "联系号码", "手机号码")),
    Field("title", "标题", ("工单标题", "诉求标题", "问题标题", "主题"), width=26),
    Field(
        "text", "诉求内容",
        ("问题", "问题内容", "内容", "反映问题", "诉求", "具体问题", "工单内容", "反映内容", "反映的问题", "问题描述", "诉求描述", "企业反映问题", "主要问题", "存在问题", "困难问题", "诉求事项", "反映事项", "事项内容", "问题及诉求", "问题诉求", "意见建议", "诉求详情", "工单描述"),
        width=50, is_required=True,
    ),
    Field("place", "地点", ("事发地址", "事发地点", "地址", "诉求地点")),
    Field("kind", "类型", ("诉求类型", "事项类型"), note="问题、金点子、咨询、线索"),
    Field("category", "类别", ("问题类别", "问题分类", "分类")),
    Field("level", "级别", ("难易", "难易程度"), note="简易、一般、复杂"),
    Field("unit", "主办单位", ("责任单位", "承办单位", "牵头单位", "办理单位", "主责单位", "责任部门", "承办部门", "主办部门", "牵头部门", "办理部门", "主责部门"), width=20),
    Field("co_units", "协办单位", ("配合单位", "会办单位", "协办部门", "配合部门"), width=20, note="几个单位之间用顿号"),
    Field("answered_on", "答复日期", ("办结日期", "完成日期", "回复日期", "办结时间", "答复时间", "回复时间", "完成时间", "反馈时间", "办理完成时间"), "date"),
    Field("answer", "答复内容", ("办理情况", "办理结果", "处理结果", "回复内容", "办理答复", "处理情况", "解决情况", "办理进展", "办理意见", "落实情况", "答复情况", "处理意见", "回复情况"), width=50),
    Field("verdict", "企业评价", ("是否解决", "评价", "解决与否"), note="解决了、部分解决、没解决"),
    Field("satisfaction", "满意度", ("满意程度", "评分", "满意情况", "满意度评价", "是否满意"), "number", note="1 到 5"),
)  # fmt: skip
SPEC = Spec("ledger", "诉求台账", FIELDS)


@dataclass(frozen=True)
class Known:
    """What a district already has, by which names in a ledger are understood."""

    channels: Mapping[str, str]
    categories: Mapping[str, str]
    units: NameIndex
    enterprises_by_code: Mapping[str, int]
    enterprises: NameIndex
    numbers: frozenset[tuple[str, str]]
    prints: Mapping[str, str]  # fingerprint of a row without a number → where it was imported

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Return the words that may stand in the columns with closed lists, for the mapping page."""
        return {
            "channel": tuple(name for name, code in self.channels.items() if name != code),
            "kind": tuple(KINDS),
            "category": tuple(self.categories),
            "level": tuple(LEVELS),
            "unit": self.units.names,
            "verdict": VERDICTS,
        }

    def is_word(self, key: str, word: str) -> bool:
        """Tell whether a word in a column with a closed list is understood as it stands."""
        if key == "unit":
            return not self.units.unknown(word)
        return word in self.choices[key] or word in _SAME.get(key, {})


@dataclass
class LedgerRow:
    """One understood row: values as they will be written, and every reason why it will not be."""

    place: str  # where it stands, as the page says it
    source: TableRow
    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


def understand(source: TableRow, place: str, known: Known, today: date) -> LedgerRow:
    """Return a row with its values understood; problems keep it out, remarks only inform."""
    row = LedgerRow(place, source, {}, list(source.problems))
    v = row.values
    for f in FIELDS:
        v[f.key] = said(source.values.get(f.key))
    _text(row)
    _days(row, today)
    _progress(row)
    _names(row, known)
    _enterprise(row, known)
    _contact(row)
    _opinion(row)
    v["print"] = "" if v["source_id"] or _is_damaged(row, "source_id") else fingerprint(v)
    if v["source_id"] and (v["channel_code"], v["source_id"]) in known.numbers:
        row.problems.append(f"编号 {v['source_id']} 这个渠道已经有了")
    elif v["print"] in known.prints:
        row.problems.append(f"同样的一行以前导过（{known.prints[v['print']]}）")
    return row


def fingerprint(v: Mapping[str, Any]) -> str:
    """Return what tells a row without a number from every other: its day, asker and words."""
    words = "|".join(
        str(v[k]) for k in ("received_on", "enterprise", "contact_name", "contact_phone", "text")
    )
    return hashlib.sha256(re.sub(r"\s+", "", words).encode()).hexdigest()[:20]


def _is_damaged(row: LedgerRow, key: str) -> bool:
    return any(p.startswith(SPEC.field(key).title) for p in row.source.problems)


def _text(row: LedgerRow) -> None:
    v = row.values
    v["title"], v["place"] = v["title"].replace("\n", " ")[:60], v["place"].replace("\n", " ")[:100]
    if len(v["text"]) < 5:
        row.problems.append("诉求内容至少写 5 个字" if v["text"] else "没有诉求内容")
    elif len(v["text"]) > 5000:
        row.problems.append(f"诉求内容最多 5,000 字，这里有 {len(v['text']):,} 字，请删减")
    if (count := len(_NUMBERED.findall(v["text"]))) > 1:
        row.remarks.append(f"一格里写了 {count} 件事，受理台可以分成几件办")


def _days(row: LedgerRow, today: date) -> None:
    v = row.values
    for key in ("received_on", "answered_on"):
        label, text = SPEC.field(key).title, v[key]
        v[key] = None
        if not text:
            if key == "received_on" and not _is_damaged(row, key):
                row.problems.append("没有收到日期")
            continue
        try:
            found = read_day(row.source.values[key], today)
        except ValueError as reason:
            row.problems.append(f"{label}{reason}")
            v[f"{key}_is_wrong"] = True
            continue
        if found > today:
            row.problems.append(f"{label} {found} 在今天以后")
        elif found.year < 2004:
            row.problems.append(f"{label} {found} 早于 2004 年，没有工作日历")
        v[key] = found
    if v["received_on"] and v["answered_on"] and v["answered_on"] < v["received_on"]:
        row.problems.append("答复日期早于收到日期")


def _progress(row: LedgerRow) -> None:
    """Keep 正在推进 apart from an answer: such a row is still open."""
    v = row.values
    v["progress"] = ""
    if v["answered_on"] or v.get("answered_on_is_wrong"):
        if not v["answer"]:
            row.problems.append("有答复日期，没有答复内容")
    elif v["answer"] and _IN_PROGRESS.fullmatch(v["answer"]) and len(v["answer"]) <= 40:
        v["progress"], v["answer"] = v["answer"], ""
        row.remarks.append(f"“{v['progress']}”按还在办导入")
    elif v["answer"]:
        row.problems.append("有答复内容，没有答复日期")


def _pick(row: LedgerRow, key: str, names: Mapping[str, Any], default: Any) -> Any:
    text = row.values[key]
    if not text:
        return default
    text = _SAME.get(key, {}).get(text, text)
    if text not in names:
        alike = [n for n in names if n in text or text in n]
        near = "、".join((alike or list(names))[:4])
        row.problems.append(
            f"{SPEC.field(key).title}“{text[:20]}”没有登记，可以写 {near} 等，或在“列和词的对应”里选一个"
        )
        return default
    row.values[key] = text
    return names[text]


def _names(row: LedgerRow, known: Known) -> None:
    v = row.values
    v["channel_code"] = _pick(row, "channel", known.channels, "ledger")
    v["kind_code"] = _pick(row, "kind", KINDS, "problem")
    v["category_code"] = _pick(row, "category", known.categories, "")
    v["level_code"] = _pick(row, "level", LEVELS, "")
    lead, unknown = known.units.find_all(v["unit"])
    more, strange = known.units.find_all(v["co_units"])
    v["unit_id"], v["co_unit_ids"] = (
        lead[0] if len(lead) == 1 and not unknown else None,
        [u for u in more if u not in lead],
    )
    if strange:
        row.remarks.append(f"协办单位“{'、'.join(strange)[:40]}”没有登记，没有带过来")
    if unknown and not v["answer"]:
        row.problems.append(
            f"主办单位“{'、'.join(unknown)[:40]}”没有登记，请改成单位全称或简称，或在“列和词的对应”里选一个"
        )
    elif len(lead) > 1 and not v["answer"]:
        row.remarks.append(f"写了 {len(lead)} 个主办单位，留在受理台定谁牵头")
    elif v["unit_id"] and not v["answer"] and not (v["category_code"] and v["level_code"]):
        row.remarks.append("没写类别或级别，留在受理台研判，主办单位供参考")
        v["unit_id"] = None


def _enterprise(row: LedgerRow, known: Known) -> None:
    v = row.values
    v["enterprise_id"] = None
    if v["credit_code"]:
        v["credit_code"] = normalise(v["credit_code"])
        found = check(v["credit_code"])
        if not found.ok:
            row.problems.append(
                f"统一社会信用代码 {v['credit_code'][:30]} 不对：{found.findings[0].message_zh}"
            )
            return
        v["enterprise_id"] = known.enterprises_by_code.get(v["credit_code"])
    if v["enterprise_id"] is None and v["enterprise"]:
        v["enterprise_id"] = known.enterprises.find(v["enterprise"])
        if v["enterprise_id"] is None:
            row.remarks.append("企业名录里没有这家，按没有关联企业登记")


def _contact(row: LedgerRow) -> None:
    """Read who to call: a number beside the name, several in one cell, an extension, one hidden by stars."""
    v = row.values
    name, text = v["contact_name"].replace("\n", " "), v["contact_phone"]
    found = phones_in(text) or phones_in(name)
    name = re.sub(r"[\d*\-—－()（）+]{7,}(\s*转\s*\d+)?", " ", name).strip(" ，,、:：/")
    if not found and "*" in text:
        row.remarks.append("电话打了星号，没有登记，回复走原来的渠道")
    elif not found and text and not _is_damaged(row, "contact_phone"):
        row.problems.append(f"联系电话“{text[:30]}”读不出号码")
    first, _, extension = (found[0] if found else "").partition("转")
    more = [f"转{extension}"] * bool(extension) + [f"另 {one}" for one in found[1:3]]
    v["contact_phone"] = first
    v["contact_name"] = f"{name}（{'，'.join(more)}）" if more else name
    if len(v["contact_name"]) > 40:
        row.remarks.append("联系人超过 40 字，只留了前面的")
        v["contact_name"] = v["contact_name"][:40]


def _opinion(row: LedgerRow) -> None:
    v = row.values
    if v["verdict"]:
        v["verdict"] = _SAME["verdict"].get(v["verdict"], v["verdict"])
        if v["verdict"] not in VERDICTS:
            row.problems.append(f"企业评价“{v['verdict'][:20]}”写成 {'、'.join(VERDICTS)} 之一")
    if v["satisfaction"]:
        try:
            v["satisfaction"] = str(read_stars(row.source.values["satisfaction"]))
        except ValueError as reason:
            row.problems.append(str(reason))


def doubles(rows: Sequence[LedgerRow]) -> None:
    """Mark rows that stand twice in one file, by channel and number or by their words."""
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        number = row.values["source_id"]
        key = (str(row.values.get("channel_code")), number) if number else ("", row.values["print"])
        if not key[1] or not row.values["text"]:
            continue
        if key in seen:
            words = f"编号 {number} 和" if number else "和"
            row.problems.append(f"{words}{seen[key]}重复")
        else:
            seen[key] = row.place
