"""Suggestions: every night for all postings of a district, at once for one that is shown.

Firms are read in one statement, compared in blocks (`rules/matching.py`) and written anew as a whole. The index a night
made is kept, so that one posting needs no firm read again; without one it is made at first need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, transaction

from qiying.capabilities.matchmaking.models import ChainLink, FirmIndex, Posting, Quiet, Suggestion
from qiying.capabilities.matchmaking.rules.matching import TOP, Found, Index, Side, best, index_of, near_of
from qiying.capabilities.matchmaking.rules.words import TITLES
from qiying.capabilities.matchmaking.selectors import link_by_industry, link_number, links_of, live
from qiying.capabilities.matchmaking.services.common import postings_close
from qiying.capabilities.matchmaking.services.intents import intents_lapse
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.statutes.industries import name as industry_name

NIGHT = time(2, 0)
OTHERS = 10
"""Postings among the twenty: who posted is readier to talk than who did not."""
POSTED = 30
"""What it adds to the score that somebody posted himself."""
FRESH = timedelta(hours=26)
OPPOSITE = {"need": "resource", "resource": "need"}
PARTS = ("ids", "pairs", "weights", "links", "towns", "titled", "near")
_held: dict[int, tuple[datetime, Index]] = {}


@on_forget
def forget() -> None:
    """Give up the indexes held (tests)."""
    _held.clear()


def firms_index(district_id: int, now: datetime) -> Index:
    """Return the district's firms ready to be compared: from memory, as the night kept them, or made now."""
    from scipy import sparse  # here: the night and few pages compare firms

    kept = FirmIndex.objects.filter(pk=district_id, made_at__gt=now - FRESH)
    made_at = kept.values_list("made_at", flat=True).first()
    if made_at is None:
        return firms_index_make(district_id, now)
    if district_id not in _held or _held[district_id][0] != made_at:
        data = bytes(kept.values_list("data", flat=True).get())
        with np.load(BytesIO(data), allow_pickle=False) as held:
            columns = sparse.csr_matrix(
                tuple(held[f"columns_{n}"] for n in range(3)), shape=(len(held["pairs"]), len(held["ids"]))
            )
            index = Index(columns=columns, **{name: held[name] for name in PARTS})
            _held[district_id] = (made_at, index)
    return _held[district_id][1]


def firms_index_make(district_id: int, now: datetime) -> Index:
    """Read all active firms that may be suggested, make them an index and keep it."""
    links = links_of(district_id, local_date(now))
    codes = link_by_industry(links)
    rows = Enterprise.objects.filter(district_id=district_id, status=EnterpriseStatus.ACTIVE)
    values = list(rows.order_by("pk").values_list("pk", "name", "industry", "region_unit_id"))
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
    index = index_of([v[0] for v in values], side, near_of([(link.chain, link.place) for link in links]))
    parts = {name: getattr(index, name) for name in PARTS}
    matrix = (index.columns.data, index.columns.indices, index.columns.indptr)
    body = BytesIO()
    np.savez(body, allow_pickle=False, **parts, **{f"columns_{n}": part for n, part in enumerate(matrix)})
    told = {"made_at": now, "data": body.getvalue()}
    FirmIndex.objects.update_or_create(pk=district_id, defaults=told)
    _held[district_id] = (now, index)
    return index


def _side(rows: Sequence[Posting], links: Sequence[ChainLink], index: Index) -> Side:
    numbers = {link.pk: n for n, link in enumerate(links, 1)}
    firms = np.array([int(row.owner[2:]) if row.owner[0] == "e" else 0 for row in rows], dtype=np.int64)
    at = np.minimum(np.searchsorted(index.ids, firms), max(len(index.ids) - 1, 0))
    towns = np.where(index.ids[at] == firms, index.towns[at], 0) if len(index.ids) else np.zeros_like(firms)
    of_links = np.array([numbers.get(row.link_id or 0, 0) for row in rows], dtype=np.int32)
    return Side([row.words for row in rows], of_links, towns, np.zeros(len(rows), dtype=bool))


def _chosen(
    posting: Posting,
    theirs: Sequence[Posting],
    posted: Found,
    ids: Sequence[int],
    firms: Found,
    quiet: set[str],
) -> Iterator[tuple[Any, ...]]:
    """Yield the twenty best of both kinds, each party once, never the one that posted nor who wants peace."""
    held: dict[str, tuple[Any, ...]] = {}
    for at, score, *parts in posted[: OTHERS + 1]:
        held.setdefault(theirs[at].owner, (score + POSTED, theirs[at].pk, *parts))
    for at, score, *parts in firms:
        if (key := f"e:{ids[at]}") not in quiet:
            held.setdefault(key, (score, None, *parts))
    held.pop(posting.owner, None)
    ordered = sorted(held.items(), key=lambda one: (-one[1][0], one[0]))[:TOP]
    for rank, (key, (score, other, *parts)) in enumerate(ordered, 1):
        yield posting.pk, rank, key, other, min(round(score), 100), *map(round, parts)


def _suggested(
    rows: Sequence[Posting], all_live: Sequence[Posting], now: datetime
) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of suggestions: for each posting those of the other side of its field, and firms."""
    if not rows:
        return
    district_id = rows[0].district_id
    index = firms_index(district_id, now)
    links = links_of(district_id, local_date(now))
    if len(index.near) != len(links) + 1:  # a link was added since the index was made
        index = firms_index_make(district_id, now)
    ids = index.ids.tolist()
    quiet = {f"e:{pk}" for pk in Quiet.objects.values_list("pk", flat=True)}
    groups: dict[tuple[str, str], list[Posting]] = {}
    for row in rows:
        groups.setdefault((row.side, row.field), []).append(row)
    for (side, field), mine in groups.items():
        theirs = [p for p in all_live if (p.side, p.field) == (OPPOSITE[side], field)]
        wanted = _side(mine, links, index)
        others = index_of([p.pk for p in theirs], _side(theirs, links, index), index.near) if theirs else None
        nothing: list[Found] = [[]] * len(mine)
        posted = best(others, wanted) if others else nothing
        # No firm lends to another: capital that is needed comes from who posted that it has some.
        lends = (side, field) == ("need", "capital")
        firms = nothing if lends else best(index, wanted)
        for row, found, of_firms in zip(mine, posted, firms, strict=True):
            yield from _chosen(row, theirs, found, ids, of_firms, quiet)


def _write(rows: Iterable[tuple[Any, ...]]) -> int:
    """Insert suggestions by their columns: as objects 200,000 would take five times as long."""
    columns = ("posting_id", "rank", "key", "other_id", "score", "text", "chain", "facts")
    marks, names = ", ".join(["%s"] * len(columns)), ", ".join(f'"{name}"' for name in columns)
    done = 0
    with connection.cursor() as cursor:
        left = iter(rows)
        while block := list(islice(left, 10_000)):
            cursor.executemany(f'INSERT INTO "{Suggestion._meta.db_table}" ({names}) VALUES ({marks})', block)  # noqa: S608
            done += len(block)
    return done


@transaction.atomic
def suggest_one(posting: Posting, now: datetime) -> int:
    """Replace the suggestions of one posting; return how many it has."""
    rows = Posting.objects.filter(live(local_date(now)), district_id=posting.district_id)
    theirs = list(rows.filter(side=OPPOSITE[posting.side], field=posting.field))
    posting.suggestions.all().delete()
    return _write(_suggested([posting], theirs, now))


@transaction.atomic
def suggest_all(district_id: int, now: datetime) -> int:
    """Replace every suggestion of a district and return how many there are; what ended yesterday is ended."""
    today = local_date(now)
    shown = Posting.objects.filter(district_id=district_id, state=Posting.State.SHOWN)
    postings_close(shown.filter(ends_on__lt=today), "到期")
    rows = list(Posting.objects.filter(live(today), district_id=district_id).order_by("pk"))
    firms_index_make(district_id, now)
    FirmIndex.objects.filter(pk=district_id).update(night_on=today)
    old = Suggestion.objects.filter(posting__in=Posting.objects.filter(district_id=district_id))
    old._raw_delete(old.db)  # nothing hangs on a suggestion
    return _write(_suggested(rows, rows, now))


def nights_tick(now: datetime) -> int:
    """Let go what nobody confirmed; run each district's night once, after two o'clock; return how many ran."""
    intents_lapse(now)
    if local_time(now).time() < NIGHT:
        return 0
    done = FirmIndex.objects.filter(night_on=local_date(now)).values("pk")
    wanted = set(Posting.objects.exclude(district__in=done).values_list("district", flat=True))
    for district_id in wanted:
        suggest_all(district_id, now)
    return len(wanted)
