"""What the columns of a table are called, in the words offices use."""

import re
from typing import NamedTuple

from qiying.kernel.enterprises.indicators import LASTING, YEAR, Indicator, all_indicators, plain
from qiying.kernel.tables.spec import Field, Spec

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
FIELDS = (
    Field(
        "name", "企业名称",
        ("单位名称", "名称", "企业", "公司名称", "市场主体名称", "企业全称", "单位", "纳税人名称", "主体名称"),
        is_required=True,
    ),
    Field("credit_code", "统一社会信用代码", ("社会信用代码", "信用代码", "统一代码", "代码", "纳税人识别号", "税号")),
    Field("short_name", "简称", ("企业简称",)),
    Field("body_kind", "主体类型", ("企业类型", "类型", "市场主体类型", "登记注册类型")),
    Field("industry", "行业代码", ("国民经济行业代码", "行业", "所属行业", "行业门类")),
    Field("region", "所在镇街", ("镇街", "属地", "所属镇街", "乡镇", "街道", "所在乡镇", "所属乡镇", "所属街道")),
    Field("address", "地址", ("经营地址", "注册地址", "企业地址", "住所", "经营场所", "登记地址")),
    Field("legal_representative", "法定代表人", ("法人", "法人代表", "负责人", "法定代表人姓名", "经营者")),
    Field("established_on", "成立日期", ("成立时间", "注册日期", "登记日期", "注册时间"), "date"),
    Field("status", "状态", ("经营状态", "登记状态", "企业状态", "存续状态")),
    Field("tags", "标签", ("企业标签",)),
    Field("contact", "联系人", ("企业联系人", "联系人姓名")),
    Field("phone", "联系电话", ("电话", "手机", "手机号", "联系方式", "联系人电话", "手机号码")),
)  # fmt: skip


class FactHead(NamedTuple):
    """A column of facts: which indicator, which period."""

    indicator: Indicator
    period: str

    @property
    def title(self) -> str:
        """Return the heading by which the column is known."""
        return f"{self.period}年{self.indicator.label}" if self.period else self.indicator.label


def fact_head_of(head: str) -> FactHead | None:
    """Return what a heading such as 2025年营业收入(万元) or 营业收入2025年 names, or `None`."""
    bare = re.sub(r"\(.*?\)|[\s*:：]+", "", plain(head))
    found = re.match(r"^((?:19|20)\d\d)年?度?(.+)$", bare)
    year, words = (found[1], found[2]) if found else ("", bare)
    if not found and (behind := re.match(r"^(.+?)((?:19|20)\d\d)年?度?$", bare)):
        words, year = behind[1], behind[2]
    for indicator in all_indicators():
        wanted = YEAR if year else LASTING
        if words in (indicator.label, indicator.code) and indicator.frequency == wanted:
            return FactHead(indicator, year)
    return None


def unit_of(head: str) -> str:
    """Return the unit a heading names in brackets, or nothing."""
    found = re.search(r"\(([^()]*)\)\s*\**$", plain(head))
    return found[1].removeprefix("单位:").strip() if found else ""


def enterprise_spec(year: int) -> Spec:
    """Return the table of enterprises; the mapping page offers the facts of the last three years."""
    facts = [FactHead(i, "") for i in all_indicators() if i.frequency == LASTING]
    facts += [
        FactHead(i, str(y))
        for y in range(year, year - 3, -1)
        for i in all_indicators()
        if i.frequency == YEAR
    ]
    offered = tuple(Field(f.title, f.title) for f in facts)
    return Spec(
        "enterprises", "企业名册", FIELDS + offered, lambda head: getattr(fact_head_of(head), "title", "")
    )
