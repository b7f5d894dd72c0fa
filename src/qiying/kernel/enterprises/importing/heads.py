"""What the columns of a table are called, in the words offices use."""

import re
from typing import NamedTuple

from qiying.kernel.enterprises.indicators import Indicator, all_indicators, plain

TEMPLATE_HEADS = (
    "企业名称",
    "统一社会信用代码",
    "简称",
    "主体类型",
    "行业代码",
    "所在镇街",
    "地址",
    "法定代表人",
    "成立日期",
    "状态",
    "标签",
    "联系人",
    "联系电话",
    "2025年从业人员(人)",
    "2025年营业收入(万元)",
    "2025年资产总额(万元)",
)
_WORDS = {
    "name": ("企业名称", "单位名称", "名称", "企业", "公司名称", "市场主体名称"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "代码"),
    "short_name": ("简称", "企业简称"),
    "body_kind": ("主体类型", "企业类型", "类型"),
    "industry": ("行业代码", "国民经济行业代码", "行业"),
    "region": ("所在镇街", "镇街", "属地", "所属镇街", "乡镇", "街道", "所在乡镇"),
    "address": ("地址", "经营地址", "注册地址", "企业地址", "住所"),
    "legal_representative": ("法定代表人", "法人", "法人代表", "负责人"),
    "established_on": ("成立日期", "成立时间", "注册日期", "登记日期"),
    "status": ("状态", "经营状态", "登记状态"),
    "tags": ("标签", "企业标签"),
    "contact": ("联系人", "企业联系人"),
    "phone": ("联系电话", "电话", "手机", "手机号", "联系方式"),
}
_HEADS = {word: key for key, words in _WORDS.items() for word in words}


class FactHead(NamedTuple):
    """A column of facts: which indicator, which period."""

    indicator: Indicator
    period: str


def _bare(head: str) -> str:
    """Return a heading without spaces, line breaks, marks of duty and the unit in brackets."""
    return re.sub(r"\(.*?\)|[\s*:：]+", "", plain(head))


def head_of(head: str) -> str | None:
    """Return the field a heading names, or `None`."""
    return _HEADS.get(_bare(head))


def fact_head_of(head: str) -> FactHead | None:
    """Return what a heading such as 2025年营业收入(万元) or 营业收入2025年 names, or `None`."""
    bare = _bare(head)
    found = re.match(r"^((?:19|20)\d\d)年?(.+)$", bare)
    year, words = (found[1], found[2]) if found else ("", bare)
    if not found and (behind := re.match(r"^(.+?)((?:19|20)\d\d)年?$", bare)):
        words, year = behind[1], behind[2]
    for indicator in all_indicators():
        wanted = "year" if year else "lasting"
        if words in (indicator.label, indicator.code) and indicator.frequency == wanted:
            return FactHead(indicator, year)
    return None
