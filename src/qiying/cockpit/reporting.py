"""The report's paragraphs; a paragraph without data is left out rather than filled with words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qiying.cockpit.reading import Numbers
from qiying.kernel.figures.boards import Panel
from qiying.kernel.figures.definitions import measure_of


@dataclass(frozen=True)
class Part:
    """A heading with its sentences."""

    title: str
    sentences: list[str]


def report_parts(n: Numbers, board: dict[str, Any]) -> list[Part]:
    """Return the report's parts in order, empty ones left out."""
    panels: dict[str, Panel] = {p.code: p for p in board["panels"]}
    told = {code: p.chart["sentence"] for code, p in panels.items() if p.chart is not None}
    known = {"channels", "categories", "days", "line", "units"}
    rest = [told[p.code] for p in (*n.extra.first, *n.extra.more) if told.get(p.code)]
    parts = [
        Part("来了多少", _coming(n, board, panels, told)),
        Part("快不快", [told[c] for c in ("days", "line") if told.get(c)]),
        Part("率", _rates(board, n)),
        Part("企业怎么说", _shares(n, panels)),
        Part("督办和别的", _acts(n)),
        Part("各单位", [f"{board['unit_span']}：{told['units']}"] if told.get("units") else []),
        Part("兑现和资金", [s for s in rest if s not in known]),
        Part("现在卡着的", _stuck(n, panels)),
    ]
    return [p for p in parts if p.sentences]


def _coming(n: Numbers, board: dict[str, Any], panels: dict[str, Panel], told: dict[str, str]) -> list[str]:
    first = board["cards"][0]
    if first.value in ("0", "—"):
        return []
    than = f"（{first.than}）" if first.than else ""
    words = [f"{board['period_words']}{first.label} {first.value} {first.unit}{than}。"]
    kinds = [f"{r['label']} {r['value']}" for r in panels["kinds"].shares] if "kinds" in panels else []
    words += [f"其中{'、'.join(kinds)}。"] if len(kinds) > 1 else []
    return words + [told[c] for c in ("channels", "categories") if told.get(c)]


def _rates(board: dict[str, Any], n: Numbers) -> list[str]:
    months = n.now
    found = []
    for card in n.board.cards:
        rate = n.main.rate(card.code, month=months)
        shown = next(c for c in board["cards"] if c.definition_url.endswith(f"#rate-{card.code}"))
        if rate.denominator:
            found.append(f"{shown.label} {rate.words()}" + (f"，{shown.than}" if shown.than else "") + "。")
    return found


def _shares(n: Numbers, panels: dict[str, Panel]) -> list[str]:
    """Say every list of shares in one sentence; what nobody said stays apart."""
    found = []
    for s in n.board.shares:
        panel = panels.get(s.code)
        rows = [r for r in panel.shares if r["n"]] if panel is not None else []
        if rows:
            words = "、".join(f"{r['label']} {r['value']}（{r['share']}）" for r in rows)
            found.append(f"{s.title}：{words}。")
    return found


def _acts(n: Numbers) -> list[str]:
    found = []
    for code in n.board.acts:
        if count := n.main.count(code, month=n.now):
            m = measure_of(n.board.procedure, code)
            found.append(f"{m.label} {count:,} {m.unit}")
    return [f"{'、'.join(found)}。"] if found else []


def _stuck(n: Numbers, panels: dict[str, Panel]) -> list[str]:
    by = f"超期 {n.open['overdue']:,} 件" if n.open["overdue"] else "没有超期的"
    told = [f"现在在办 {n.open.total:,} 件，{by}。"]
    return told + ([panels["stuck"].foot] if panels["stuck"].foot else [])
