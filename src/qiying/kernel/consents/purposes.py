"""What one may consent to: purposes with their longest term, and the facts that may be shared for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qiying.decision.indicators import standard_registry
from qiying.kernel.enterprises.indicators import indicator, indicator_word


@dataclass(frozen=True)
class Purpose:
    """For what facts are shown: `facts` are the codes that may be chosen, nothing else is ever shown for it."""

    code: str
    label: str
    longest_days: int
    facts: tuple[str, ...]


@dataclass(frozen=True)
class SharedFact:
    """A fact that is no indicator of the register: `read(owner, now)` returns its words, None where there is none."""

    code: str
    label: str
    read: Callable[[str, datetime], str | None]


_PURPOSES: dict[str, Purpose] = {}
_FACTS: dict[str, SharedFact] = {}


def declare_purpose(purpose: Purpose) -> Purpose:
    """Declare a purpose; raise ValueError when the code means another already, or nothing could be shown."""
    if not purpose.facts or purpose.longest_days < 1:
        raise ValueError(f"用途 {purpose.code} 没有写可以看什么、最长几天")
    if _PURPOSES.setdefault(purpose.code, purpose) != purpose:
        raise ValueError(f"用途 {purpose.code} 声明了两次，而且写法不同")
    return purpose


def declare_shared_fact(fact: SharedFact) -> SharedFact:
    """Declare a fact beside the register's; raise ValueError when the code means another already."""
    if _FACTS.setdefault(fact.code, fact) != fact:
        raise ValueError(f"共享数据 {fact.code} 声明了两次，而且写法不同")
    return fact


def purpose_of(code: str) -> Purpose:
    """Return a declared purpose; raise LookupError with the code."""
    try:
        return _PURPOSES[code]
    except KeyError:
        raise LookupError(f"没有登记过的用途 {code}") from None


def purpose_word(code: str) -> str:
    """Return a purpose's Chinese name, or the code of none as it is."""
    return _PURPOSES[code].label if code in _PURPOSES else code


def shared_fact(code: str) -> SharedFact | None:
    """Return a declared fact beside the register's, None for one of the register."""
    return _FACTS.get(code)


def fact_word(code: str) -> str:
    """Return the Chinese name of a fact; the decision engine's indicators are called by it."""
    return _FACTS[code].label if code in _FACTS else indicator_word(code)


def facts_to_choose(code: str) -> list[tuple[str, str]]:
    """Return code and name of each fact that can be shared for a purpose; one that nobody declares is left out."""
    return [(fact, fact_word(fact)) for fact in purpose_of(code).facts if _is_known(fact)]


def _is_known(code: str) -> bool:
    if code in _FACTS or code in standard_registry().indicators:
        return True
    try:
        return bool(indicator(code))
    except LookupError:
        return False
