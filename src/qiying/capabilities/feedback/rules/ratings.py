"""What a rating may say beside its level, and in words what the rated read of it. Pure."""

from __future__ import annotations

from datetime import date

TAGS: dict[str, str] = {
    "kind": "热情周到",
    "quick": "办得快",
    "clear": "说得明白",
    "slow": "办得慢",
    "trips": "多跑了路",
    "papers": "材料要得多",
    "unclear": "说得不清楚",
    "attitude": "态度不好",
    "queue": "排队久",
}
"""Aspects that may be ticked, after 国办发〔2019〕51号: attitude, efficiency, convenience; good ones first."""
BAD = ("slow", "trips", "papers", "unclear", "attitude", "queue")


def tags_kept(codes: list[str], level: int) -> list[str]:
    """Return the known tags that go with a level: nobody is satisfied with what was slow."""
    wanted = BAD if level <= 2 else tuple(TAGS)
    return [c for c in dict.fromkeys(codes) if c in wanted]


def tag_words(codes: list[str]) -> str:
    """Return tags as people read them."""
    return "、".join(TAGS[c] for c in codes if c in TAGS)


def month_words(day: date) -> str:
    """Return when, as far as the rated may know: the day would tell who it was."""
    return f"{day.year}年{day.month}月"
