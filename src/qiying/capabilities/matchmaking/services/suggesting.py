"""Suggestions: every night for all postings of a district, at once for one that is shown.

Firms are read in one statement, compared in blocks (`rules/matching.py`) and written anew as a whole. The index a night
made is kept, so that one posting needs no firm read again; without one it is made at first need.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from django.db import IntegrityError, transaction
from scipy import sparse

from qiying.capabilities.matchmaking.models import ChainLink, FirmIndex, Night, Posting, Quiet, Suggestion
from qiying.capabilities.matchmaking.rules.matching import TOP, Found, Index, Links, Side, best, index_of
from qiying.capabilities.matchmaking.selectors import (
    TITLES,
    link_by_industry,
    link_number,
    links_of,
    live,
)
from qiying.capabilities.matchmaking.services.intents import intents_lapse
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.audit.statements import rows_insert
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.kernel.organisations.models import District
from qiying.statutes.industries import name as industry_name

NIGHT = time(2, 0)
OTHERS = 10
"""Postings among the twenty: who posted is readier to talk than who did not."""
POSTED = 10
"""What it adds to the score that somebody posted himself."""
FRESH = timedelta(hours=26)
OPPOSITE = {"need": "resource", "resource": "need"}
PARTS = ("ids", "pairs", "weights", "links", "towns", "titled")
_held: dict[int, tuple[str, Index, Links]] = {}


class Candidate(NamedTuple):
    """Another's posting or a firm, before the best are chosen."""

    key: str
    other_id: int | None
    score: float
    text: float
    chain: float
    facts: float


@on_forget
def forget() -> None:
    """Give up the indexes held (tests)."""
    _held.clear()


# --- firms as an index ---------------------------------------------------------------------------


def firms_index(district_id: int, now: datetime) -> tuple[Index, Links]:
    """Return the district's firms ready to be compared: from memory, as the night kept them, or made now."""
    kept = FirmIndex.objects.filter(pk=district_id, made_at__gt=now - FRESH)
    mark = kept.values_list("mark", flat=True).first()
    if mark is None:
        return firms_index_make(district_id, now)
    if district_id not in _held or _held[district_id][0] != mark:
        data = bytes(kept.values_list("data", flat=True).get())
        with np.load(BytesIO(data), allow_pickle=False) as held:
            columns = sparse.csr_matrix(
                tuple(held[f"columns_{n}"] for n in range(3)), shape=(len(held["pairs"]), len(held["ids"]))
            )
            index = Index(columns=columns, **{name: held[name] for name in PARTS})
            _held[district_id] = (mark, index, Links(held["near"]))
    return _held[district_id][1:]


def firms_index_make(district_id: int, now: datetime) -> tuple[Index, Links]:
    """Read all active firms that may be suggested, make them an index and keep it."""
    links = links_of(district_id, local_date(now))
    codes = link_by_industry(links)
    rows = Enterprise.objects.filter(district_id=district_id, status=EnterpriseStatus.ACTIVE)
    rows = rows.exclude(pk__in=Quiet.objects.values("pk")).order_by("pk")
    values = list(rows.values_list("pk", "name", "industry", "region_unit_id"))
    tags: dict[int, list[str]] = {}
    marks = Enterprise.tags.through.objects.filter(enterprise__district_id=district_id)
    for firm, tag in marks.values_list("enterprise_id", "tag__name").iterator(10_000):
        tags.setdefault(firm, []).append(tag)
    words = cache(lambda industry: industry_name(industry) or "")
    number = cache(lambda industry: link_number(industry, codes))
    side = Side(
        ["。".join([name, words(industry), *tags.get(pk, ())]) for pk, name, industry, _ in values],
        np.fromiter((number(v[2]) for v in values), dtype=np.int32, count=len(values)),
        np.fromiter((v[3] or 0 for v in values), dtype=np.int64, count=len(values)),
        np.fromiter((any(t in TITLES for t in tags.get(v[0], ())) for v in values), bool, len(values)),
    )
    index = index_of([v[0] for v in values], side)
    near = Links.of([(link.chain, link.place) for link in links])
    parts = {name: getattr(index, name) for name in PARTS} | {"near": near.near}
    matrix = (index.columns.data, index.columns.indices, index.columns.indptr)
    body = BytesIO()
    np.savez(body, allow_pickle=False, **parts, **{f"columns_{n}": part for n, part in enumerate(matrix)})
    told = {"made_at": now, "mark": secrets.token_hex(8), "data": body.getvalue()}
    FirmIndex.objects.update_or_create(pk=district_id, defaults=told)
    _held[district_id] = (told["mark"], index, near)
    return index, near


# --- who suits a posting -------------------------------------------------------------------------


def _side(rows: Sequence[Posting], links: Sequence[ChainLink], towns: dict[str, int]) -> Side:
    numbers = {link.pk: n for n, link in enumerate(links, 1)}
    return Side(
        [row.words for row in rows],
        np.fromiter((numbers.get(row.link_id or 0, 0) for row in rows), dtype=np.int32, count=len(rows)),
        np.fromiter((towns.get(row.owner, 0) for row in rows), dtype=np.int64, count=len(rows)),
        np.zeros(len(rows), dtype=bool),
    )


def _towns(rows: Sequence[Posting], index: Index) -> dict[str, int]:
    """Return where the firms that posted are, as the index knows it."""
    wanted = np.array([int(r.owner[2:]) for r in rows if r.owner[:2] == "e:"], dtype=np.int64)
    at = np.searchsorted(index.ids, wanted)
    at[at == len(index.ids)] = 0
    return {
        f"e:{pk}": int(index.towns[i])
        for pk, i in zip(wanted, at, strict=True)
        if len(index.ids) and index.ids[i] == pk
    }


def _of_firms(found: Found, index: Index) -> list[Candidate]:
    made = zip(found.places, found.score, found.text, found.chain, found.facts, strict=True)
    return [Candidate(f"e:{index.ids[at]}", None, *parts) for at, *parts in made]


def _of_postings(found: Found, rows: Sequence[Posting]) -> list[Candidate]:
    made = zip(found.places, found.score, found.text, found.chain, found.facts, strict=True)
    return [
        Candidate(rows[at].owner, rows[at].pk, score + POSTED, *parts)
        for at, score, *parts in made
        if score > 0
    ]


def _chosen(
    posting: Posting, others: Sequence[Candidate], firms: Sequence[Candidate], quiet: set[str]
) -> list[Suggestion]:
    """Return the twenty best of both kinds, each party once, never the one that posted nor who wants peace."""
    held: dict[str, Candidate] = {}
    willing = [f for f in firms if f.key not in quiet]
    for one in [*[o for o in others if o.key != posting.owner][:OTHERS], *willing]:
        if one.key != posting.owner and one.text + one.chain > 0:
            held.setdefault(one.key, one)
    ordered = sorted(held.values(), key=lambda c: (-c.score, c.key))[:TOP]
    return [
        Suggestion(
            posting=posting, rank=rank, key=c.key, other_id=c.other_id, score=min(round(c.score), 100),
            text=round(c.text), chain=round(c.chain), facts=round(c.facts),
        )
        for rank, c in enumerate(ordered, 1)
    ]  # fmt: skip


def _suggested(rows: Sequence[Posting], all_live: Sequence[Posting], now: datetime) -> Iterator[Suggestion]:
    """Yield the suggestions of some postings: others' postings of the other side of the same field, and firms."""
    if not rows:
        return
    district_id = rows[0].district_id
    index, near = firms_index(district_id, now)
    links = links_of(district_id, local_date(now))
    if len(near.near) != len(links) + 1:  # a link was added since the index was made
        index, near = firms_index_make(district_id, now)
    towns = _towns([*rows, *all_live], index)
    quiet = {f"e:{pk}" for pk in Quiet.objects.values_list("pk", flat=True)}
    groups: dict[tuple[str, str], list[Posting]] = {}
    for row in rows:
        groups.setdefault((row.side, row.field), []).append(row)
    for (side, field), mine in groups.items():
        theirs = [p for p in all_live if (p.side, p.field) == (OPPOSITE[side], field)]
        wanted = _side(mine, links, towns)
        others = index_of([p.pk for p in theirs], _side(theirs, links, towns)) if theirs else None
        posted = best(others, wanted, near) if others else iter([None] * len(mine))
        # No firm lends to another: capital that is needed comes from who posted that it has some.
        lends = (side, field) == ("need", "capital")
        firms = iter([None] * len(mine)) if lends else best(index, wanted, near)
        for row, found, of_firms in zip(mine, posted, firms, strict=True):
            yield from _chosen(
                row,
                _of_postings(found, theirs) if found else [],
                _of_firms(of_firms, index) if of_firms else [],
                quiet,
            )


@transaction.atomic
def suggest_one(posting: Posting, now: datetime) -> int:
    """Replace the suggestions of one posting; return how many it has."""
    rows = Posting.objects.filter(live(local_date(now)), district_id=posting.district_id)
    theirs = list(rows.filter(side=OPPOSITE[posting.side], field=posting.field))
    found = list(_suggested([posting], theirs, now))
    posting.suggestions.all().delete()
    rows_insert(found)
    return len(found)


@transaction.atomic
def suggest_all(district_id: int, now: datetime) -> Night:
    """Replace every suggestion of a district; what ended yesterday is ended."""
    today = local_date(now)
    over = Posting.objects.filter(district_id=district_id, state=Posting.State.SHOWN, ends_on__lt=today)
    over.update(state=Posting.State.ENDED, reason="到期")
    night = Night.objects.create(district_id=district_id, on=today, at=now)
    rows = list(Posting.objects.filter(live(today), district_id=district_id).order_by("pk"))
    index, _ = firms_index_make(district_id, now)
    found = list(_suggested(rows, rows, now))
    old = Suggestion.objects.filter(posting__district_id=district_id)
    old._raw_delete(old.db)  # type: ignore[attr-defined]  # nothing hangs on a suggestion
    rows_insert(found)
    night.postings, night.firms, night.suggestions = len(rows), len(index.ids), len(found)
    night.save()
    return night


def nights_tick(now: datetime) -> int:
    """Let go what nobody confirmed; run each district's night once, after two o'clock; return how many ran."""
    intents_lapse(now)
    if local_time(now).time() < NIGHT:
        return 0
    today, ran = local_date(now), 0
    done = Night.objects.filter(on=today).values("district_id")
    wanted: Any = District.objects.filter(pk__in=Posting.objects.values("district_id")).exclude(pk__in=done)
    for district_id in wanted.values_list("pk", flat=True):
        try:
            suggest_all(district_id, now)
        except IntegrityError:  # another worker was quicker
            continue
        ran += 1
    return ran
