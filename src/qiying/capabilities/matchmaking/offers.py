"""Where matchmaking stands: on a firm's home, in the navigation, among what waits; its figures counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from qiying.capabilities.matchmaking import selectors
from qiying.capabilities.matchmaking.declared_permissions import SPEAKERS
from qiying.capabilities.matchmaking.models import Intent, Match, Posting
from qiying.capabilities.matchmaking.selectors import parties_of
from qiying.capabilities.matchmaking.services.common import BEHIND, PAGES
from qiying.kernel.organisations.offers import offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

PROVED = ("intents", "intent_yuan", "contracts", "contract_yuan", "landed", "landed_yuan", "dead")
CHIEFS = ("desk", "supervisor", "district_leader")
OFFICE = (*SPEAKERS, *CHIEFS, "discipline")
offer_way("matchmaking", "链链看", "matchmaking:home", "link", 57)
offer_nav("matchmaking", "链链看", "matchmaking:home", OFFICE, 70, group="growth")
offer_nav("matchmaking_postings", "供需大厅", "matchmaking:postings", OFFICE, 71, group="growth")
offer_nav("matchmaking_matches", "对接", "matchmaking:matches", OFFICE, 72, group="growth")
offer_nav("matchmaking_intents", "合作意向", "matchmaking:intents", OFFICE, 73, group="growth")
offer_nav("matchmaking_chains", "产业链", "matchmaking:chains", CHIEFS, 74, group="growth")


def _waits(code: str, label: str, order: int, model: Any, state: str, words: str, *, turn: str = "", page: str,
           show: str = "", text: str = "title", who: str) -> None:  # fmt: skip
    """Declare what waits in a state: for the party named by the field `turn`, or for who reviews."""

    def item(row: Any) -> Item:
        url = reverse(f"matchmaking:{page}_row", args=[row.pk])
        return Item(getattr(row, text), url, getattr(row, who), words)

    def read(viewer: Viewer, today: date) -> Source | None:
        mine = parties_of(viewer)
        if not mine if turn else not viewer.has("matchmaking.review"):
            return None
        whose = {f"{turn}__in": mine} if turn else {"district_id": viewer.district_id or 0}
        rows = model.objects.filter(**whose, state=state)
        return Source(rows, item, f"{reverse(f'matchmaking:{page}')}?show={show or state}", order=("pk",))

    declare_waiting(f"matchmaking_{code}", label, read, order=order)


_waits("reviews", "待审核的供需", 61, Posting, "review", "请审核", page="postings", who="owner_name")
_waits("checks", "等核对的落地", 62, Intent, "claimed", "请核对凭证", page="intents", who="a_name")
_waits("returned", "退回改的供需", 63, Posting, "returned", "请改了再交", turn="owner", page="postings", show="over",
       who="owner_name")  # fmt: skip
_waits("asked", "想和您对接的", 64, Match, "asked", "谈不谈", turn="asked", page="matches", text="words",
       who="asker_name")  # fmt: skip
_waits("confirm", "待确认意向", 65, Intent, "proposed", "请确认", turn="b_key", page="intents", who="a_name")


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
            for measure, value in told.items():
                if on is not None:
                    counts[i.district_id, measure, on.replace(day=1)] += value or 0
    return frozenset(PROVED), +counts


def things_behind(viewer: Viewer, ids: Sequence[int]) -> dict[int, Item]:
    """Return the postings, matches and intents that a figure counted, those the viewer sees."""
    seen = (selectors.postings_visible_to(viewer, date.max), selectors.matches_visible_to(viewer))
    found: dict[int, Item] = {}
    for rows in (*seen, selectors.intents_visible_to(viewer)):
        first, page = BEHIND[rows.model], PAGES[rows.model]
        for row in rows.filter(pk__in=[-i - first for i in ids if 0 < -i - first < 10**12]):
            found[-first - row.pk] = Item(str(row), reverse(f"matchmaking:{page}_row", args=[row.pk]))
    return found


provide("numbers_rows:matchmaking", things_behind)
provide("numbers_counted:matchmaking", intents_counted)
