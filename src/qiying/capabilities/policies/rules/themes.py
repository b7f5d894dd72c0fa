"""Theme, stage of life and way of payment of a wording, from its words; an officer may change all of them."""

from __future__ import annotations

from typing import Any

from qiying.decision.policy.model import Policy

THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("service", ("代账", "印章", "绿色通道", "优享", "服务券")),
    ("premises", ("租金", "房租", "场地", "厂房", "用房")),
    ("startup", ("创业", "初创", "新设立", "开办")),
    ("finance", ("贷款", "贴息", "担保", "融资", "上市", "挂牌", "新三板", "质押", "股权")),
    ("talent", ("用工", "就业", "稳岗", "扩岗", "招用", "退役", "技能", "社保", "残疾", "人才", "岗位")),
    ("market", ("展会", "展位", "出口", "开拓", "外贸")),
    ("digital", ("技改", "技术改造", "设备", "数字化", "智能")),
    ("green", ("绿色", "节能", "低碳", "环保")),
    ("tech", ("研发", "高新", "科技", "专精特新", "小巨人", "创新", "知识产权", "专利")),
)
TAX = ("增值税", "所得税", "印花税", "六税两费", "加计", "扣除", "减半", "税")
ENTRY = ("新设立", "开办", "首次", "初创", "创业")
EXIT = ("注销", "清算", "退出")


def details_of(wording: Policy, *, is_national: bool) -> dict[str, Any]:
    """Return what stands beside a wording; national benefits are claimed elsewhere, so none are given here."""
    theme = theme_of(wording)
    has_money = any(output.type == "money" for output in wording.table.outputs)
    grant = "money" if has_money else "right"
    if theme == "service" and not has_money:
        grant = "service"
    return {
        "theme": theme,
        "life_stage": stage_of(wording),
        "grant": grant,
        "is_paid_here": not is_national,
        "is_sample": wording.sample,
        "apply_url": wording.document.link
        if is_national and wording.document.link.startswith("http")
        else "",
    }


def theme_of(wording: Policy) -> str:
    """Return a theme by the words of the name, then of the summary; without any, an award.

    Taxes are told by the department, because their names speak of what they are for.
    """
    if "税务" in wording.department and any(word in wording.name for word in TAX):
        return "tax"
    for text in (wording.name, wording.summary):
        for theme, words in THEMES:
            if any(word in text for word in words):
                return theme
    return "tax" if any(word in wording.name for word in TAX) else "award"


def stage_of(wording: Policy) -> str:
    """Return 准入, 准营 or 退出 as the stage's code."""
    if any(word in wording.name for word in EXIT):
        return "exit"
    return "entry" if any(word in wording.name for word in ENTRY) else "running"
