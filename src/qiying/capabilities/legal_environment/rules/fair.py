"""Fair competition read from a text: sentences that the law forbids or asks a reason for, each with its article.

公平竞争审查条例（国务院令第783号，2024-08-01 起）and its 实施办法（市场监管总局令第99号，2025-04-20 起）. Pure: what is
flagged is a clue for whoever reviews, nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

RULES = "《公平竞争审查条例》"
WORDS = {
    "HERE": "(?:本|我|当)?(?:地|区|县|市)(?:域|内|里)?",
    "REWARD": "(?:奖励|奖补|补助|补贴|资助|扶持|返还|优惠|减免|奖金)",
    "TAX": "(?:税收|税费|税款|纳税|缴税|入库税|增值税|所得税)",
}
EXCEPTIONS = {
    "security": "维护国家安全和发展利益",
    "science": "促进科学技术进步、增强国家自主创新能力",
    "public": "节约能源、保护环境、救灾救助等社会公共利益",
    "law": "法律、行政法规规定的其他情形",
}
"""The four grounds on which what is forbidden may be issued all the same (第十二条)."""


@dataclass(frozen=True)
class Flag:
    """A sentence that needs looking at; `block` may not be issued without an exception, `look` needs a reason."""

    code: str
    label: str
    level: Literal["block", "look"]
    article: str
    words: str

    @property
    def is_block(self) -> bool:
        return self.level == "block"


@dataclass(frozen=True)
class Rule:
    """What flags a sentence: every pattern is found in it and `unless` is not."""

    code: str
    label: str
    level: Literal["block", "look"]
    article: str
    every: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None

    def finds(self, sentence: str) -> bool:
        found = all(p.search(sentence) for p in self.every)
        return found and not (self.unless and self.unless.search(sentence))


def _pattern(text: str) -> re.Pattern[str]:
    for name, words in WORDS.items():
        text = text.replace(name, words)
    return re.compile(text)


def _rules() -> tuple[Rule, ...]:
    """Return the rules as `fair.yaml` says them; an article nobody checked says so wherever it is shown."""
    told = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(
        Rule(
            one["code"],
            one["label"],
            one["level"],
            one["article"] + ("" if one["checked"] else "（条文号待核对）"),
            tuple(map(_pattern, one["all"])),
            _pattern(one["unless"]) if "unless" in one else None,
        )
        for one in told
    )


FLAGS = _rules()


def flags_of(text: str) -> list[Flag]:
    """Return what a text says that needs looking at, in its order, each kind once a sentence.

    >>> [f.code for f in flags_of("对区内国家级专精特新企业，不分所有制，奖励20万元。")]
    []
    >>> [f.code for f in flags_of("从区外迁入的企业，一次性奖励100万元。")]
    ['move_in']
    """
    sentences = [s.strip() for s in re.split(r"[。；;！？\n]+", text) if s.strip()]
    return [
        Flag(rule.code, rule.label, rule.level, rule.article, sentence[:200])
        for sentence in sentences
        for rule in FLAGS
        if rule.finds(re.sub(r"\s+", "", sentence))
    ]


def exception_faults(given: Mapping[str, str]) -> dict[str, str]:
    """Say what an exception lacks: a ground, that nothing milder would do, and a term or an end condition (第十二条).

    >>> sorted(exception_faults({"exception": "science", "no_milder": "没有别的办法"}))
    ['ends']
    """
    if not given.get("exception"):
        return {}
    found = {}
    if given["exception"] not in EXCEPTIONS:
        found["exception"] = "没有这种例外，请重选"
    if len(given.get("no_milder", "")) < 4:
        found["no_milder"] = f"写明为什么没有对竞争影响更小的办法（{RULES}第十二条）"
    if len(given.get("ends", "")) < 2:
        found["ends"] = f"写明到哪天止，或者什么条件下终止（{RULES}第十二条）；没有写的不算完整"
    return found
