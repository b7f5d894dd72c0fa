"""The monthly report's paragraphs; a paragraph without data is left out rather than filled with words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qiying.cockpit.reading import Numbers
from qiying.statutes.service_rating import Rate


@dataclass(frozen=True)
class Part:
    """A heading with its sentences."""

    title: str
    sentences: list[str]


def report_parts(n: Numbers, board: dict[str, Any]) -> list[Part]:
    """Return the report's parts in order, empty ones left out."""
    parts = [
        Part("来了多少", _coming(n, board)),
        Part("答得快不快", _speed(n, board)),
        Part("企业满意不满意", _word(n, board)),
        Part("督办", _supervision(n, board)),
        Part("各单位", _units(board)),
        Part("现在卡着的", _stuck(n, board)),
    ]
    return [p for p in parts if p.sentences]


def _coming(n: Numbers, board: dict[str, Any]) -> list[str]:
    first = board["cards"][0]
    told = [f"{board['month_words']}{first.label} {first.value} 件{_than(first.than)}。"]
    kinds = [f"{r['label']} {r['value']}" for r in board["kinds"]]
    if len(kinds) > 1:
        told.append(f"其中{'、'.join(kinds)}。")
    told += [s for s in (board["channels"]["sentence"], board["categories"]["sentence"]) if s]
    return told if first.value != "0" else []


def _than(words: str) -> str:
    return f"（{words}）" if words else ""


def _speed(n: Numbers, board: dict[str, Any]) -> list[str]:
    rate = n.main.rate("on_time", month=n.wanted.month)
    if not rate.denominator:
        return []
    told = [_rate_words("按时答复", rate, board["cards"][1].than)]
    days = board["cards"][4]
    told.append(f"平均 {days.value} 个工作日答复，{days.than}。")
    if board["days"] is not None and board["days"]["sentence"]:
        told.append(board["days"]["sentence"])
    if board["line"]["sentence"]:
        told.append(board["line"]["sentence"])
    return told


def _rate_words(label: str, rate: Rate, than: str) -> str:
    return f"{label} {rate.words()}" + (f"，{than}" if than else "") + "。"


def _word(n: Numbers, board: dict[str, Any]) -> list[str]:
    month = n.wanted.month
    solved = n.main.rate("solved", month=month)
    silent = n.main.count("closed_unconfirmed", month=month)
    told = []
    if solved.denominator:
        told.append(_rate_words("企业说解决了", solved, board["cards"][2].than))
        called = n.main.rate("by_callback", month=month)
        told.append(f"评价里 {called.words()}是回访打电话问来的。")
    good = n.main.rate("satisfied", month=month)
    if good.denominator:
        told.append(f"打了分的里面，基本满意及以上 {good.words()}。")
    if silent:
        told.append(f"{silent:,} 件联系几次都没回音，经第二个人批准核销，不算解决，也不算满意。")
    again = n.main.count("refused", month=month)
    if again:
        told.append(f"企业说没解决、退回重办 {again:,} 次。")
    return told


def _supervision(n: Numbers, board: dict[str, Any]) -> list[str]:
    words = {"yellow": "黄牌 {} 张", "red": "红牌 {} 张", "urging": "催办 {} 份", "instruction": "批示 {} 条"}
    found = [w.format(f"{c:,}") for m, w in words.items() if (c := n.main.count(m, month=n.wanted.month))]
    more = {"extended": "批准延期 {} 次", "returned": "单位退回 {} 件", "reopened": "了结后重办 {} 件"}
    found += [w.format(f"{c:,}") for m, w in more.items() if (c := n.main.count(m, month=n.wanted.month))]
    return [f"{'、'.join(found)}。"] if found else []


def _units(board: dict[str, Any]) -> list[str]:
    chart = board["units"]
    return [f"{board['unit_span']}：{chart['sentence']}"] if chart is not None and chart["sentence"] else []


def _stuck(n: Numbers, board: dict[str, Any]) -> list[str]:
    told = [f"现在在办 {n.open.total:,} 件，{board['cards'][3].of.replace(' · ', '、')}。"]
    return told + ([board["stuck_sentence"]] if board["stuck_sentence"] else [])
