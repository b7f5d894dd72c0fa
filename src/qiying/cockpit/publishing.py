"""Figures fit for the public: suppressed where a group is so small that somebody could be recognised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qiying.cockpit import sentences
from qiying.cockpit.months import months_later
from qiying.cockpit.names import names_of
from qiying.cockpit.sums import PROCEDURE, Sums, mean_of, median_of
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.statutes.service_rating import Rate

RATES = ("on_time", "solved", "satisfied")


def public_figures(district_id: int, month: date, today: date, least: int) -> dict[str, Any]:
    """Return the public page's figures; two queries."""
    names = names_of(district_id)
    months = [months_later(month, -1), month]
    measures = {"received", "answer_days", *(m for code in RATES for m in rate_of(PROCEDURE, code).measures)}
    asks = [
        Ask(measures, months, ("measure", "month", "bucket")),
        Ask(["received"], [month], ("measure", "channel_code")),
        Ask(["accepted"], [month], ("measure", "category")),
    ]
    found = figures_many(district_id=district_id, procedure=PROCEDURE, asks=asks)
    sums = [Sums(rows, ask.group_by) for rows, ask in zip(found, asks, strict=True)]
    main = sums[0]
    days = main.histogram("answer_days", month=month)
    channels = {k: s.count("received") for k, s in sums[1].by("channel_code").items()}
    categories = {k: s.count("accepted") for k, s in sums[2].by("category").items()}
    received = main.count("received", month=month)
    return {
        "received": received if received >= least or not received else None,
        "figures": [_figure(code, main, month, least) for code in RATES],
        "days": {"mean": mean_of(days), "median": median_of(days), "count": sum(days.values())}
        if sum(days.values()) >= least
        else None,
        "channels": group_rows({names.channel(k): v for k, v in channels.items()}, least),
        "categories": group_rows({names.category(k): v for k, v in categories.items()}, least),
    }


def _figure(code: str, main: Sums, month: date, least: int) -> dict[str, Any]:
    rate, before = main.rate(code, month=month), main.rate(code, month=months_later(month, -1))
    declared = rate_of(PROCEDURE, code)
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
