"""Invented sample data for the style guide, in every state a component has."""

# ruff: noqa: E501 — sample sentences read better whole

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from qiying.ui import charts, icons
from qiying.ui.fields import FieldSpec
from qiying.ui.given import day_input
from qiying.ui.strip import StripClock, StripDay, strip_cells

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 3, 10, tzinfo=UTC)

STATUSES = [
    ("ontime", "还有 2 个工作日"),
    ("duesoon", "今天到期"),
    ("overdue", "已超期 3 个工作日"),
    ("unknown", "还不知道"),
    ("paused", "停表，等补材料"),
    ("done", "已办结"),
    ("near", "差一点"),
    ("turn", "等您评价"),
]


class SampleForm(forms.Form):
    """One field of each kind; sent empty, it shows every error."""

    phone = forms.CharField(label="联系人手机", help_text="办的人会打这个电话", min_length=11, max_length=11)
    text = forms.CharField(label="遇到什么事", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
    on = forms.DateField(label="哪天发生的", required=False, widget=day_input())
    kind = forms.ChoiceField(
        label="急不急", choices=[("a", "今天就要"), ("b", "这周"), ("c", "不急")], widget=forms.RadioSelect
    )
    unit = forms.ChoiceField(
        label="找哪个单位", choices=[("", "请选一项"), *[(str(n), f"样例单位 {n}") for n in range(1, 41)]]
    )
    agree = forms.BooleanField(
        label="可以把联系方式给办的人", help_text="不给也能办，只是问不到您", required=False
    )
    photo = forms.FileField(label="照片", required=False, help_text="最多 9 张，每张不超过 20 MB")


FIELD_SPECS: list[FieldSpec] = [
    {
        "name": "reason",
        "label": "为什么要延期",
        "kind": "textarea",
        "required": True,
        "max_length": 200,
        "help": "写给审批的人看",
    },
    {
        "name": "days",
        "label": "延几个工作日",
        "kind": "number",
        "required": True,
        "unit": "个工作日",
        "value": 9,
        "errors": ["最多 5 个工作日"],
    },
    {"name": "until", "label": "到哪天", "kind": "date", "value": TODAY},
    {
        "name": "ways",
        "label": "怎么联系过",
        "kind": "checkboxes",
        "choices": [("a", "电话"), ("b", "上门"), ("c", "微信")],
        "value": ["a"],
    },
    {
        "name": "who",
        "label": "请谁一起办",
        "kind": "multiselect",
        "choices": [(n, f"样例单位 {n}") for n in range(1, 31)],
        "value": [3],
    },
]


def _days(start: date, count: int, names: dict[date, str], workdays: set[date]) -> list[StripDay]:
    days = [start + timedelta(days=n) for n in range(count)]
    return [
        StripDay(d, (d.weekday() < 5 and d not in names) or d in workdays, names.get(d, "")) for d in days
    ]


def _strips() -> list[dict[str, Any]]:
    october = {date(2026, 10, day): "国庆" for day in range(1, 8)} | {date(2026, 10, 10): "调休"}
    plain = _days(date(2026, 11, 13), 8, {}, set())
    samples = [
        ("按时", plain, StripClock(date(2026, 11, 13), date(2026, 11, 20), TODAY), "11月13日收件不计，周六、周日不计，第 5 个工作日是 11月20日（周五）。"),
        ("今天到期", _days(date(2026, 11, 11), 8, {}, set()), StripClock(date(2026, 11, 11), TODAY, TODAY, is_soon=True), "11月11日收件不计，第 5 个工作日是今天。"),
        ("超期", _days(date(2026, 11, 6), 13, {}, set()), StripClock(date(2026, 11, 6), date(2026, 11, 13), TODAY), "11月6日收件，11月13日到期，已超期 3 个工作日。"),
        ("国庆调休，已答复", _days(date(2026, 9, 30), 14, october, {date(2026, 10, 10)}), StripClock(date(2026, 9, 30), date(2026, 10, 13), date(2026, 10, 13), finished_on=date(2026, 10, 12), due_label="承诺"), "国庆 1 至 7 日放假不计；10 日周六调休上班，计 1 日；11 日周日不计。"),
        ("三十个工作日", _days(date(2026, 11, 2), 43, {}, set()), StripClock(date(2026, 11, 2), date(2026, 12, 14), TODAY), "11月2日收件不计，第 30 个工作日是 12月14日（周一）。"),
    ]  # fmt: skip
    return [
        {"title": title, "cells": strip_cells(days, clock), "words": words}
        for title, days, clock, words in samples
    ]


TIMELINE = [
    {"at": NOW - timedelta(minutes=40), "actor": "样例局", "text": "交来协办意见，提前半天", "quote": "开挖许可 11月17日已发，占道 5 天，可 11月19日进场。附件 1 份。"},
    {"at": NOW - timedelta(hours=20), "actor": "方启明", "text": "打电话联系，通话 8 分钟"},
    {"at": NOW - timedelta(hours=26), "actor": "沈岚", "text": "批示：“当面碰一次，周五前给准日子。”", "tag": "已签收"},
    {"at": NOW - timedelta(days=2), "actor": "系统", "text": "提醒：期限过了一半", "minor": True},
    {"at": NOW - timedelta(days=5), "actor": "样例公司", "text": "微信来件，原文 164 字，照片 3 张"},
]  # fmt: skip

VERDICTS = [
    {"value": "solved", "label": "解决了", "consequence": "办结，30 天后有人回访", "icon": "thumb-up"},
    {"value": "partly", "label": "部分解决", "consequence": "退回接着办，除非您同意办结", "icon": "half"},
    {
        "value": "unsolved",
        "label": "没解决",
        "consequence": "退回重办，接着剩下的期限算",
        "icon": "thumb-down",
    },
]


def _table() -> dict[str, Any]:
    rows = [
        ("夜间卸货许可", "佳禾包装", "样例局没签收", "11月10日（周二）", "overdue", "超 6 天"),
        ("社保减员一直报错", "禾川精密", "样例局写答复", "今天下班前", "duesoon", "0 天"),
        ("新厂房通电延期", "云拓装备", "等供电公司", "11月20日（周五）", "ontime", "2 天"),
        ("仓库喷淋整改", "远舟物流", "等补图纸", "停表中", "paused", "停"),
    ]
    return {
        "caption": "我盯的事",
        "views": [
            {"label": "我盯的", "url": "?", "count": 4, "current": True},
            {"label": "等协办", "url": "?view=2", "count": 9},
            {"label": "快到期", "url": "?view=3", "count": 28},
            {"label": "我存的：用电类", "url": "?view=4", "count": 12},
        ],
        "filters": [
            {"text": "我盯的、"}, {"text": "11月20日前", "url": "?f=1"}, {"text": "到期、"}, {"text": "还没答复", "url": "?f=2"},
            {"text": "的，按"}, {"text": "到期日", "url": "?f=3"}, {"text": "排。"}, {"text": "加条件", "url": "?f=4", "add": True},
        ],
        "save_url": "?save", "export_url": "?export", "export_label": "导出 4 行",
        "columns": [{"label": "什么事"}, {"label": "企业"}, {"label": "谁的事"}, {"label": "期限", "sort": "due"}, {"label": "还剩", "numeric": True}],
        "rows": [
            {"cells": [{"text": a, "url": "?row"}, {"text": b, "label": "企业"}, {"text": c, "label": "谁的事"}, {"text": d, "label": "期限"}, {"text": f, "status": e, "numeric": True}]}
            for a, b, c, d, e, f in rows
        ],
        "page": Paginator(range(96), 4).page(2),
    }  # fmt: skip


def _charts() -> dict[str, charts.Chart]:
    months = ["11月", "12月", *[f"{n}月" for n in range(1, 11)]]
    answered = [512, 498, 471, 263, 548, 572, 561, 604, 618, 597, 627, 646]
    return {
        "line": charts.line_chart(
            title="一年来，答得快和解决得好", points=months, denominators=answered, denominator_label="答复件数", target=("目标 95%", 95.0), low=70, high=100,
            series=[{"name": "按时答复", "values": [88.2, 89.1, 87.5, 84.9, 88.7, 90.3, 91.0, 90.6, 91.8, 92.2, 92.6, 94.1]},
                    {"name": "企业说解决了", "values": [75.1, 74.8, 76.0, 75.2, 74.9, 76.6, 77.1, 76.4, 77.8, 77.2, 77.6, 78.3]}],
            sentence="按时答复一年升了 5.9 点，企业说解决了的只升 3.2 点：快了不少，好得不够。",
        ),
        "bar": charts.bar_chart(
            title="从哪里找到我们", note="10月 702 件来件", total=702, previous_label="9月的件数", sentence="三分之二是企业自己来说的；走访带回的增得最多。",
            bars=[{"label": "微信、企业码", "value": 268, "previous": 251}, {"label": "12345", "value": 201, "previous": 214, "url": "?channel=12345"},
                  {"label": "走访带回", "value": 112, "previous": 84, "emphasis": True}, {"label": "政企面对面", "value": 61, "previous": 58},
                  {"label": "廉心卡", "value": 34, "previous": 36}, {"label": "人大代表", "value": 26, "previous": 25}],
        ),
        "dots": charts.dot_chart(
            title="各单位：企业说解决了的占多少", overall=("全区", 429, 548), part_label="解决 / 有评价", sentence="线下三家确实低于全区；其余的差别在误差之内，不排先后。",
            groups=[{"label": name, "part": part, "whole": whole} for name, part, whole in [
                ("样例人社局", 82, 96), ("样例科技局", 10, 12), ("样例市场监管局", 93, 112), ("样例街道", 31, 38), ("样例供电公司", 44, 54),
                ("样例经信局", 50, 63), ("样例税务局", 37, 47), ("样例住建局", 48, 74), ("样例自然资源分局", 17, 29), ("样例城管局", 15, 26)]],
        ),
    }  # fmt: skip


LETTER = {
    "red_head": "样例区人民政府办公室",
    "title": "催办函",
    "number": "样商催〔2026〕36 号",
    "to": "样例供电公司",
    "paragraphs": [
        "样例装备有限公司新厂房通电一事，请贵公司提供的协办意见今日到期，尚未收到。请于 11月18日下班前书面答复外线完工和送电日期。"
    ],
    "sign": "样例区营商办",
    "date_words": "2026年11月18日",
    "copy_to": "样例住建局",
    "case_number": "办件号 MC-2026-02096",
}

PHONE_TABS = [
    {"label": "首页", "url": "?face=phone", "icon": "home", "current": True},
    {"label": "政策", "url": "?face=phone&tab=2", "icon": "gift"},
    {"label": "办件", "url": "?face=phone&tab=3", "icon": "list", "count": 2},
    {"label": "我的", "url": "?face=phone&tab=4", "icon": "user"},
]


def style_guide_context() -> dict[str, Any]:
    """Return everything the two style guide pages show."""
    return {
        "now": NOW, "today": TODAY, "statuses": STATUSES, "strips": _strips(), "timeline_items": TIMELINE, "verdicts": VERDICTS,
        "table": _table(), "empty_table": {"empty": {"title": "今天没有要办的件", "text": "最近一件 11月20日（周五）到期，在等供电公司。", "url": "?", "action": "看那一件"}},
        "charts": _charts(), "form": SampleForm({"phone": "1380013220", "kind": "b"}), "clean_form": SampleForm(auto_id="clean_%s"),
        "specs": FIELD_SPECS, "letter": LETTER, "icons": sorted(icons.PATHS), "phone_tabs": PHONE_TABS,
        "office_nav": [{"label": "我的办件", "url": "?", "count": 7, "current": True}, {"label": "本单位", "url": "?a"}, {"label": "协办", "url": "?b", "count": 3}, {"label": "模板", "url": "?c"}],
        "office_more": [{"label": "学习", "links": [{"label": "复盘", "url": "?d"}, {"label": "热点", "url": "?e"}]}, {"label": "数字", "links": [{"label": "数字", "url": "?f"}]}],
        "shell_site": "样例区", "shell_search_url": "?", "shell_inbox_url": "?inbox", "shell_unread": 4,
        "shell_person": {"name": "方启明", "unit": "样例局"}, "shell_menu": [{"label": "我的待办", "url": "?", "icon": "inbox"}],
    }  # fmt: skip
