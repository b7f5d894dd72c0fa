"""Where matchmaking stands: on a firm's home, in the navigation, among what waits; its figures counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from qiying.capabilities.matchmaking.models import Intent, Match, Posting
from qiying.capabilities.matchmaking.selectors import parties_of
from qiying.kernel.organisations.offers import offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

PROVED = ("intents", "intent_yuan", "contracts", "contract_yuan", "landed", "landed_yuan", "dead")
OFFICE = ("handler", "liaison", "leader", "desk", "supervisor", "district_leader", "discipline")
offer_way("matchmaking", "链链看", "matchmaking:home", "link", 57)
offer_nav("matchmaking", "链链看", "matchmaking:home", OFFICE, 70, group="service")
offer_nav("matchmaking_postings", "供需大厅", "matchmaking:postings", OFFICE, 71, group="service")
offer_nav("matchmaking_matches", "对接", "matchmaking:matches", OFFICE, 72, group="service")
offer_nav("matchmaking_intents", "合作意向", "matchmaking:intents", OFFICE, 73, group="service")
offer_nav("matchmaking_chains", "产业链", "matchmaking:chains", ("desk", "supervisor", "district_leader"), 74,
          group="service")  # fmt: skip


def _waits(
    code: str, label: str, order: int, rows: Callable[[Viewer], QuerySet[Any] | None],
    item: Callable[[Any], tuple[str, str, str]], list_name: str, query: str,
) -> None:  # fmt: skip
    def read(viewer: Viewer, today: date) -> Source | None:
        found = rows(viewer)
        if found is None:
            return None

        def shown(row: Any) -> Item:
            title, who, words = item(row)
            return Item(title, reverse(f"matchmaking:{list_name}_row", args=[row.pk]), who, words)

        return Source(found, shown, f"{reverse(f'matchmaking:{list_name}')}?{query}", order=("pk",))

    declare_waiting(code, label, read, order=order)


def _reviewed(model: Any, state: str) -> Callable[[Viewer], QuerySet[Any] | None]:
    """Return the district's rows in a state, to who reviews."""

    def rows(viewer: Viewer) -> QuerySet[Any] | None:
        if not viewer.has("matchmaking.review"):
            return None
        return model.objects.filter(district_id=viewer.district_id or 0, state=state)  # type: ignore[no-any-return]

    return rows


def _own(model: Any, field: str, state: str) -> Callable[[Viewer], QuerySet[Any] | None]:
    """Return the rows in a state whose turn is a party of one's own."""

    def rows(viewer: Viewer) -> QuerySet[Any] | None:
        mine = parties_of(viewer)
        return model.objects.filter(**{f"{field}__in": mine}, state=state) if mine else None

    return rows


_waits("matchmaking_reviews", "待审核的供需", 61, _reviewed(Posting, "review"),
       lambda p: (p.title, p.owner_name, "请审核"), "postings", "show=review")  # fmt: skip
_waits("matchmaking_checks", "等核对的落地", 62, _reviewed(Intent, "claimed"),
       lambda i: (i.title, i.a_name, "请核对凭证"), "intents", "show=claimed")  # fmt: skip
_waits("matchmaking_returned", "退回改的供需", 63, _own(Posting, "owner", "returned"),
       lambda p: (p.title, p.owner_name, p.reason), "postings", "show=over")  # fmt: skip
_waits("matchmaking_asked", "想和您对接的", 64, _own(Match, "asked", "asked"),
       lambda m: (m.words, m.asker_name, "谈不谈"), "matches", "show=asked")  # fmt: skip
_waits("matchmaking_confirm", "等您确认的意向", 65, _own(Intent, "b_key", "proposed"),
       lambda i: (i.title, i.a_name, "请确认"), "intents", "show=proposed")  # fmt: skip


def intents_counted() -> tuple[frozenset[str], Counter[tuple[int, str, date]]]:
    """Count intents and what became of them straight from their table: the proof that the figures are true."""
    counts: Counter[tuple[int, str, date]] = Counter()
    for i in Intent.objects.filter(state__in=Intent.DONE):
        for on, told in (
            (i.confirmed_on, {"intents": 1, "intent_yuan": i.yuan}),
            (i.contract_on, {"contracts": 1, "contract_yuan": i.contract_yuan}),
            (i.landed_on if i.state == "landed" else None, {"landed": 1, "landed_yuan": i.landed_yuan}),
            (i.ended_on, {"dead": 1}),
        ):
            for measure, value in told.items() if on else ():
                counts[i.district_id, measure, on.replace(day=1)] += value or 0
    return frozenset(PROVED), +counts


provide("numbers_counted:matchmaking", intents_counted)
