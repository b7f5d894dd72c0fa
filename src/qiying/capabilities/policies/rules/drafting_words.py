"""Words of policy notices and what they mean to the engine: indicators, comparisons, units, yes-or-no facts."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from qiying.decision.indicators import standard_registry

ALIASES = {
    "年度营业收入": "营业收入", "主营业务收入": "营业收入", "销售收入": "营业收入", "产值": "营业收入",
    "营收": "营业收入",
    "研发投入": "研发费用", "研发经费投入": "研发费用", "研发经费": "研发费用", "研究开发费用": "研发费用",
    "研发费用投入": "研发费用",
    "固定资产投资额": "设备投资额", "固定资产投资": "设备投资额", "设备投入": "设备投资额", "设备投资": "设备投资额",
    "生产性设备投资": "设备投资额", "设备购置额": "设备投资额", "设备购置费": "设备投资额",
    "从业人员": "职工人数", "员工人数": "职工人数", "职工总数": "职工人数", "用工人数": "职工人数", "员工": "职工人数",
    "总资产": "资产总额", "发明专利": "一类知识产权数", "营业收入增速": "营业收入增长率", "营收增速": "营业收入增长率",
    "营业收入同比增长": "营业收入增长率", "营业收入较上年增长": "营业收入增长率", "营业收入增长": "营业收入增长率",
    "研发费用增长": "研发费用增速", "研发费用同比增长": "研发费用增速",
    "科技人员占职工总数的比例": "科技人员占比", "研发人员占比": "研发人员占比",
    "质押贷款利息": "知识产权质押贷款利息", "贷款利息": "知识产权质押贷款利息", "展位费": "境外展位费",
    "租用办公用房面积": "租用面积", "租赁面积": "租用面积", "代理记账费用": "代理记账费",
    "细分市场占有率": "细分市场占有率", "市场占有率": "细分市场占有率",
}  # fmt: skip
"""What notices call an indicator that the registry knows under another name."""

_HERE = (
    r"(?:在|于)?(?:本|我)区(?:依法|范围内|内)*(?:登记)?注册(?:登记)?|"
    r"注册地(?:址)?(?:和税收户管地)?(?:均)?在(?:本|我)区"
)
_RISEN = (
    r"首次(?:升|上)(?:为)?规(?:上|模以上)?(?:工业|服务业)?(?:企业)?|"
    r"首次纳入规模以上(?:统计)?"
)
FACTS: tuple[tuple[str, str], ...] = (
    (_HERE, "注册地在本区"),
    (r"首次(?:被|获得|通过)?(?:认定|评定)(?:为|的)?(?:国家)?(?:高新技术企业|高企)", "首次认定高新技术企业"),
    (r"重新(?:被|通过)?认定(?:为|的)?(?:国家)?(?:高新技术企业|高企)", "重新认定高新技术企业"),
    (_RISEN, "首次升为规模以上"),
    (r"(?:有效期内的?)?(?:国家)?高新技术企业", "是高新技术企业"),
    (r"科技型中小企业", "是科技型中小企业"),
    (r"(?:省级)?专精特新中小企业", "是省级专精特新中小企业"),
    (r"完成股份制改造|完成股改", "完成股份制改造"),
    (r"(?:上市)?申请(?:材料)?(?:获|被|已)?(?:证监会|交易所)?(?:正式)?受理", "上市申请已受理"),
    (r"(?:在)?新三板(?:成功)?挂牌", "新三板已挂牌"),
    (r"(?:成功|首发)上市", "已上市"),
    (r"(?:技改|技术改造)项目(?:已)?(?:完成)?备案|(?:已)?完成(?:技改|技术改造)项目备案", "技改项目已备案"),
    (r"增值税小规模纳税人", "是增值税小规模纳税人"),
    (r"小型微利企业", "是小型微利企业"),
    (r"建立党组织|成立党组织", "建立党组织"),
    (r"新设立的?小微企业", "新设立小微企业"),
    (r"省级(?:及)?以上(?:企业)?研发机构", "有省级以上研发机构"),
)
"""Phrases of notices that a yes-or-no indicator of the registry says; longer phrases stand before shorter ones."""

OF_TITLE = (
    (r"首次(?:被|获得|通过)?(?:认定|评定)", "首次认定高新技术企业"),
    (r"重新(?:被|通过)?认定", "重新认定高新技术企业"),
)
"""The same of 高新技术企业 where a sentence names the title once."""
_LISTED = (
    r"(?:被)?列入严重(?:违法)?失信(?:主体|企业)?(?:名单|名录)?|"
    r"严重失信(?:主体|行为|企业)?(?:名单)?"
)
EXCLUSIONS: tuple[tuple[str, str], ...] = (
    (_LISTED, "被列入严重失信名单"),
    (r"(?:发生)?重大(?:安全|环境|质量|生产安全|环境污染)*(?:、[^、，。；]{2,8})*事故", "上年发生重大事故或严重失信"),
    (r"行贿犯罪(?:记录)?", "近两年有行贿犯罪记录"),
    (r"国家限制(?:类)?(?:或|和)?禁止(?:类)?(?:行业|产业|发展)", "从事国家限制或禁止行业"),
)  # fmt: skip
NOT_WORDS = re.compile(
    r"不得享受|不予支持|不予受理|不享受|不适用|不得申报|不能享受|不纳入|"
    r"取消.{0,6}资格|不属于|未被|不存在"
)
AT_LEAST = "不低于|不少于|不小于|达到|达|满|超过|高于|大于|突破"
AT_MOST = "不超过|不高于|不多于|不大于|低于|少于|小于|不足|未超过"
STRICT_LEAST, STRICT_MOST = ("超过", "高于", "大于", "突破"), ("低于", "少于", "小于", "不足")
AFTER_LEAST = "(?:（含[^）]*）)?(?:及以上|（含）以上|以上)"
AFTER_MOST = "(?:（含[^）]*）)?(?:及以下|（含）以下|以下|以内)"
UNITS = "亿元|千万元|百万元|十万元|万元|千元|元|亿|万|个百分点|%|％|人|名|件|项|个月|个|平方米|户|年|分|"
SIZES = {"小微企业": '"小型", "微型"', "中小微企业": '"中型", "小型", "微型"', "中小企业": '"中型", "小型", "微型"',
         "小型企业": '"小型"', "微型企业": '"微型"', "中型企业": '"中型"', "大型企业": '"大型"',
         "小型、微型企业": '"小型", "微型"'}  # fmt: skip


@cache
def indicator_names() -> dict[str, str]:
    """Return every word for an indicator that counts something, longest first, and the registry's name of it."""
    registry = standard_registry()
    counted = {n: n for n, one in registry.indicators.items() if one.type in ("money", "count", "number")}
    found = {**counted, **{word: name for word, name in ALIASES.items() if name in registry}}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def indicator_pattern() -> str:
    """Return a regular expression of all of them."""
    return "|".join(map(re.escape, indicator_names()))


def plain(value: Decimal) -> str:
    """Return a number without exponent or needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
