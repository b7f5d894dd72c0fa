"""Reads of matchmaking: who sees which postings, matches and intents, and why two suit each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.matchmaking.models import ChainLink, Intent, Match, Posting, Suggestion
from qiying.capabilities.matchmaking.rules.words import TITLES
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.similarity import explanation, words_of
from qiying.statutes.industries import name as industry_name


def parties_of(viewer: Viewer) -> list[str]:
    """Return the party keys somebody may speak for: his firms and his units."""
    return [key for key in viewer.keys if key[0] in "eu"]


def names_of(keys: Iterable[str], district_id: int) -> dict[str, str]:
    """Return what parties of a district are called, others left out; two statements at most."""
    wanted: dict[str, list[int]] = {"e": [], "u": []}
    for key in keys:
        wanted[key[0]].append(int(key[2:]))
    found: dict[str, str] = {}
    both: dict[str, Any] = {"e": Enterprise.objects.all(), "u": Unit.objects.filter(is_active=True)}
    for kind, rows in both.items():
        if wanted[kind]:
            named = rows.filter(pk__in=wanted[kind], district_id=district_id)
            found |= {f"{kind}:{pk}": name for pk, name in named.values_list("pk", "name")}
    return found


def party_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Return as whom somebody may act."""
    names = names_of(parties_of(viewer), viewer.district_id or 0)
    return [(key, names[key]) for key in parties_of(viewer) if key in names]


def live(on: date) -> Q:
    """Return which postings others see on a day."""
    return Q(state=Posting.State.SHOWN, ends_on__gte=on)


def postings_visible_to(viewer: Viewer, on: date) -> QuerySet[Posting]:
    """Return one's own postings, those that are shown, all of them to who reviews or watches."""
    rows = Posting.objects.filter(district_id=viewer.district_id or 0).select_related("link")
    if viewer.has("matchmaking.watch"):
        return rows
    shown = live(on) if viewer.has("matchmaking.take_part") else Q(pk__in=())
    return rows.filter(shown | Q(owner__in=parties_of(viewer)))


def is_own(viewer: Viewer, posting: Posting) -> bool:
    return posting.owner in viewer.keys


def matches_visible_to(viewer: Viewer) -> QuerySet[Match]:
    """Return matches of one's parties, the district's to who watches; without how to reach anybody."""
    mine = Q(asker__in=parties_of(viewer)) | Q(asked__in=parties_of(viewer))
    rows = Match.objects.filter(district_id=viewer.district_id or 0).select_related("posting")
    return rows if viewer.has("matchmaking.watch") else rows.filter(mine)


def intents_visible_to(viewer: Viewer) -> QuerySet[Intent]:
    """Return intents of one's parties, the district's to who watches."""
    rows = Intent.objects.filter(district_id=viewer.district_id or 0).select_related("gathering")
    return rows if viewer.has("matchmaking.watch") else rows.filter(of_parties(viewer))


def of_parties(viewer: Viewer) -> Q:
    return Q(a_key__in=parties_of(viewer)) | Q(b_key__in=parties_of(viewer))


def evidence_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether somebody reads the evidence of an intent: its parties, who checks, who watches."""
    number = subject.partition(":")[2]
    return number.isdigit() and intents_visible_to(viewer).filter(pk=int(number)).exists()


def contact_of(match: Match, viewer: Viewer) -> str:
    """Return how the other side is reached: to its two parties alone, once both said yes."""
    if match.state != Match.State.ACCEPTED:
        return ""
    if match.asker in viewer.keys:
        return match.asked_contact
    return match.asker_contact if match.asked in viewer.keys else ""


@dataclass(frozen=True)
class Reasoned:
    """A suggestion with its reasons in words."""

    row: Suggestion
    name: str
    about: str
    reasons: list[str]
    asked: str


def links_of(district_id: int, on: date) -> list[ChainLink]:
    """Return the links of the district's chains in force, in the order that numbers them."""
    rows = ChainLink.objects.filter(in_force(on), district_id=district_id)
    return list(rows.order_by("chain", "place", "pk"))


def link_by_industry(links: Sequence[ChainLink]) -> dict[str, int]:
    """Return for each industry's code the number of the first link it stands on, from 1."""
    found: dict[str, int] = {}
    for number, link in enumerate(links, 1):
        for code in link.codes:
            found.setdefault(code, number)
    return found


def link_number(industry: str, by_code: dict[str, int]) -> int:
    """Return the link of an industry by the longest code that fits, 0 for none."""
    digits = industry.lstrip("ABCDEFGHIJKLMNOPQRST")
    return next((by_code[digits[:n]] for n in (4, 3, 2) if digits[:n] in by_code), 0)


def suggestions_of(posting: Posting, on: date) -> list[Reasoned]:
    """Return what suits a posting, best first, with reasons; a fixed number of statements."""
    rows = list(posting.suggestions.select_related("other").order_by("rank"))
    wanted = Enterprise.objects.filter(pk__in=[int(r.key[2:]) for r in rows if r.key[0] == "e"])
    firms = {f"e:{f.pk}": f for f in wanted.select_related("region_unit").prefetch_related("tags")}
    names = names_of([r.key for r in rows if r.key not in firms], posting.district_id)
    held = dict(posting.matches.values_list("asked", "state"))
    links = links_of(posting.district_id, on)
    codes, words = link_by_industry(links), {link.pk: link for link in links}
    owner = posting.owner.removeprefix("e:")
    town = (
        Enterprise.objects.filter(pk=int(owner) if owner.isdigit() else 0)
        .values_list("region_unit", flat=True)
        .first()
    )
    found = []
    for row in rows:
        firm = firms.get(row.key)
        if row.other is not None and not row.other.is_live(on):
            continue
        about = row.other.title if row.other else industry_name(firm.industry) or "" if firm else ""
        number = link_number(firm.industry, codes) if firm else 0
        link = words.get(row.other.link_id or 0) if row.other else links[number - 1] if number else None
        reasons = _reasons(posting, row, firm, link, town)
        name = firm.name if firm else names.get(row.key, "")
        found.append(Reasoned(row, name, about, reasons, held.get(row.key, "")))
    return found


def _reasons(
    posting: Posting, row: Suggestion, firm: Enterprise | None, link: ChainLink | None, town: int | None
) -> list[str]:
    """Say why one suits a posting: what both texts say, where it stands on the chain, what is known of it."""
    found, held = [], [t.name for t in firm.tags.all()] if firm else []
    known = [firm.name, industry_name(firm.industry) or "", *held] if firm else []
    theirs = row.other.words if row.other else "。".join(known)
    if row.text:
        shared = words_of(posting.words) & words_of(theirs)
        found.append(explanation(sorted(shared, key=lambda w: (-len(w), w))))
    if row.other is not None:
        found.append(f"对方正好发布了{row.other.get_side_display()}：{row.other.title}")
    if row.chain and link is not None and posting.link is not None:
        apart = link.place - posting.link.place
        where = "同一环" if not apart else "上游" if apart < 0 else "下游"
        found.append(f"产业链“{link.chain}”里在您的{where}：{link.name}")
    if row.facts and firm is not None:
        found += [f"是{title}" for title in TITLES if title in held][:1]
        if firm.region_unit is not None and firm.region_unit_id == town:
            found.append(f"都在{firm.region_unit.label}")
    return found


def suggested_to(viewer: Viewer, on: date, most: int = 20) -> list[Suggestion]:
    """Return others' postings for which one's firms or units were suggested, best first, each once."""
    shown = {f"posting__{k}": v for k, v in (("state", Posting.State.SHOWN), ("ends_on__gte", on))}
    mine = parties_of(viewer)
    rows = Suggestion.objects.filter(key__in=mine, **shown).exclude(posting__owner__in=mine)
    rows = rows.select_related("posting").order_by("score", "-pk")
    return list({row.posting_id: row for row in rows}.values())[: -most - 1 : -1]
