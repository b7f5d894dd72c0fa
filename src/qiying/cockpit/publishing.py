"""Figures fit for the public: suppressed where a group is so small that somebody could be recognised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qiying.cockpit import sentences
from qiying.cockpit.names import names_of
from qiying.kernel.figures.boards import Board
from qiying.kernel.figures.definitions import measure_of, rate_of
from qiying.kernel.figures.periods import months_later
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums, mean_of, median_of
from qiying.statutes.service_rating import Rate


def public_figures(board: Board, district_id: int, month: date, least: int) -> dict[str, Any]:
    """Return the public page's figures; three queries."""
    names = names_of(district_id, board.procedure)
    months = [months_later(month, -1), month]
    days = board.days.measure if board.days else ""
    sorted_by = board.came_with_category or board.came
    measures = {board.came, days, *(m for c in board.public for m in rate_of(board.procedure, c).measures)}
    asks = [
        Ask(measures - {""}, months, ("measure", "month", "bucket")),
        Ask([board.came], [month], ("measure", "channel_code")),
        Ask([sorted_by], [month], ("measure", "category")),
    ]
    found = figures_many(district_id=district_id, procedure=board.procedure, asks=asks)
    main, by_channel, by_category = (
        Sums(rows, ask.group_by, board.procedure) for rows, ask in zip(found, asks, strict=True)
    )
    took = main.histogram(days, month=month) if days else {}
    channels = {names.channel(k): s.count(board.came) for k, s in by_channel.by("channel_code").items()}
    categories = {names.category(k): s.count(sorted_by) for k, s in by_category.by("category").items()}
    received = main.count(board.came, month=month)
    return {
        "received": received if received >= least or not received else None,
        "came": measure_of(board.procedure, board.came).label,
        "figures": [_figure(code, main, month, least) for code in board.public],
        "days": {"mean": mean_of(took), "median": median_of(took), "count": sum(took.values())}
        if sum(took.values()) >= least
        else None,
        "channels": group_rows(channels, least),
        "categories": group_rows(categories, least),
        "sorted_words": measure_of(board.procedure, sorted_by).label if sorted_by != board.came else "",
    }


def _figure(code: str, main: Sums, month: date, least: int) -> dict[str, Any]:
    rate, before = main.rate(code, month=month), main.rate(code, month=months_later(month, -1))
    declared = rate_of(main.procedure, code)
    is_shown = shown(rate, least)
    return {
        "label": declared.label,
        "value": rate.percent().removesuffix("%") if is_shown else "",
        "of": f"{rate.numerator:,} / {rate.denominator:,}" if is_shown else f"不到 {least} 件，不显示",
        "than": sentences.than_words(rate, before, "上月") if is_shown and shown(before, least) else "",
        "sentence": declared.sentence,
        "left_out": declared.left_out,
    }


def shown(rate: Rate, least: int) -> bool:
    """Tell whether enough were counted that a share tells nothing about one of them."""
    return rate.denominator >= least


def group_rows(found: Mapping[str, int], least: int) -> dict[str, Any]:
    """Return groups of at least `least`, largest first, the others as one sum.

    Where a single group is too small, the next smallest is suppressed with it: else the total would tell it.
    """
    rows = sorted(((v, k) for k, v in found.items() if v), reverse=True)
    kept = [(k, v) for v, k in rows if v >= least]
    small = [(k, v) for v, k in rows if v < least]
    if small and sum(v for _, v in small) < least and kept:
        small.append(kept.pop())
    whole = sum(v for v, _ in rows)
    return {
        "rows": [{"label": k, "value": v, "share": f"{v / whole * 100:.1f}%"} for k, v in kept],
        "small_groups": len(small),
        "small_sum": sum(v for _, v in small) if len(small) > 1 else None,
        "whole": whole if whole >= least else None,
    }
