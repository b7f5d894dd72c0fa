"""How one enterprise stands to the whole shelf now: facts with their sources, three lists, what was applied for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.db.models import QuerySet

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.rules.amount_kinds import held_title
from qiying.capabilities.policies.selectors.applying import GONE, granted, period_words
from qiying.capabilities.policies.selectors.asking import Ask, questions_left
from qiying.capabilities.policies.selectors.calculating import (
    NEAR_SHARE,
    Miss,
    Standing,
    Sum,
    nearly,
    standings,
    summed,
)
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.decision.indicators.registry import Indicator
from qiying.decision.scalar.amounts import History
from qiying.decision.words.values import value_text
from qiying.kernel.enterprises.decision_facts import OWN_ROW, KnownFact, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.kept import kept

MOST_APPLICATIONS = 200


def _worth(one: Standing) -> tuple[bool, int, bool, int]:
    return not one.one.is_paid_here, -(one.fen or 0), one.payment is None, one.one.policy_id


@dataclass(frozen=True)
class Told:
    """A known fact in words: what, for when, how much, from whom."""

    indicator: Indicator
    value: str
    period: str
    source: str
    is_fixed: bool

    @property
    def words(self) -> str:
        """One sentence: 营业收入 2025 年 600万元，来自企业填报."""
        when = f" {self.period}" if self.period else ""
        between = "：" if self.indicator.type == "boolean" else " "
        return f"{self.indicator.name}{when}{between}{self.value}，来自{self.source}"


@dataclass(frozen=True)
class Own:
    """An enterprise before a shelf; everything is worked out once and only when asked."""

    enterprise: Enterprise
    shelf: Shelf
    known: Mapping[str, KnownFact]
    history: Mapping[str, History]
    applied: Sequence[Application]
    near_share: Fraction = NEAR_SHARE

    @cached_property
    def stored(self) -> dict[str, int | str]:
        return stored_facts(self.known)

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self.shelf, self.stored, self.history)

    @cached_property
    def taken(self) -> set[int]:
        """Policies applied for and still running, or granted for this year without further stages."""
        running = {a.policy_id for a in self.applied if a.case.is_open}
        granted = {
            a.policy_id for a in self.applied if a.case.outcome not in GONE and a.year == self.shelf.on.year
        }
        staged = {s.one.policy_id for s in self.standings if s.one.wording.stages}
        return running | (granted - staged)

    @cached_property
    def eligible(self) -> list[Standing]:
        """What can be had now: first what this district pays out, then by amount, the largest first."""
        found = [s for s in self.standings if s.is_eligible and s.one.policy_id not in self.taken]
        found = [s for s in found if s.payment is None or s.payment.amount != 0]
        return sorted(found, key=_worth)

    @cached_property
    def sum(self) -> Sum:
        return summed(self.eligible)

    @cached_property
    def open(self) -> list[Standing]:
        """What one or more facts would tell."""
        return [s for s in self.standings if s.is_open and not self.title_of(s)]

    @cached_property
    def fixed_missing(self) -> list[str]:
        """Facts of the registration that policies wait for and nobody can tell here."""
        found = {n for s in self.open for names in s.missing for n in names if n in OWN_ROW}
        return sorted(found)

    @cached_property
    def given_up(self) -> list[Standing]:
        """Met, but another policy of the same group pays more."""
        return [s for s in self.standings if s.outcome == "eligible" and s.superseded_by]

    @cached_property
    def _held(self) -> frozenset[str]:
        """Yes-or-no facts that are true."""
        registry = self.shelf.registry
        return frozenset(n for n, fact in self.known.items() if registry[n].type == "boolean" and fact.stored)

    def title_of(self, standing: Standing) -> str:
        """Return the title a policy awards if the enterprise holds it already; empty otherwise."""
        return held_title(standing.one.name, self._held)

    def near(self, limit: int = 20) -> list[Miss]:
        """Return what is nearly met and not applied for."""
        found = [s for s in self.standings if s.one.policy_id not in self.taken and not self.title_of(s)]
        return nearly(self.shelf, self.stored, found, limit, self.near_share)

    def asks(self, limit: int = 3) -> list[Ask]:
        """Return the facts to tell next that the enterprise can give itself."""
        return questions_left(self.shelf, self.stored, self.standings, OWN_ROW, self.history, limit)

    def told(self, names: Sequence[str] | None = None) -> list[Told]:
        """Return known facts in words, those of a policy or all."""
        wanted = [n for n in (names or self.shelf.registry.names) if n in self.known]
        return [told_of(self.shelf.registry[n], self.known[n]) for n in wanted]


def told_of(one: Indicator, fact: KnownFact) -> Told:
    """Return a known fact in words."""
    return Told(
        one,
        value_text(one, fact.stored).strip("“”"),
        period_words(fact.period),
        fact.source_label,
        one.name in OWN_ROW,
    )


def _applications(enterprise_id: int) -> QuerySet[Application]:
    rows = Application.objects.filter(enterprise_id=enterprise_id)
    return rows.select_related("case", "policy", "version").order_by("-id")


def applications_of(enterprise_id: int) -> tuple[list[Application], dict[str, History]]:
    """Return an enterprise's applications, newest first, and what it was granted by policy code; one query.

    The caller has checked that the viewer speaks for the enterprise.
    """
    found = kept(_applications, enterprise_id)
    return found[:MOST_APPLICATIONS], granted(
        a for a in found if a.approved_at and a.case.outcome not in GONE
    )
