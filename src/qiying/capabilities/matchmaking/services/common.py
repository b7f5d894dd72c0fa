"""What every act of matchmaking shares: as whom one acts, the audit, notices, figures."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from qiying.capabilities.matchmaking.declared_permissions import SPEAKERS
from qiying.capabilities.matchmaking.models import Intent, Match, Posting, Suggestion
from qiying.capabilities.matchmaking.selectors import names_of, parties_of
from qiying.kernel.audit.subjects import noting
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import DistrictRow
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require

noted = noting("matchmaking")
"""Never with a telephone number."""

PROCEDURE, NOTICE = "matchmaking", "matchmaking_told"
BEHIND: dict[type[DistrictRow], int] = {Posting: 10**12, Match: 2 * 10**12, Intent: 3 * 10**12}
PAGES: dict[type[DistrictRow], str] = {Posting: "postings", Match: "matches", Intent: "intents"}


def acting_as(actor: Viewer, party: str, district_id: int) -> str:
    """Return the name of the party somebody acts for; raise `NotPermitted` when it is not his."""
    require(actor, "matchmaking.take_part")
    names = names_of([party], district_id) if party in parties_of(actor) else {}
    if party not in names:
        raise NotPermitted("只能以您代表的企业或者您的单位的名义")
    return names[party]


def postings_close(rows: QuerySet[Posting], reason: str) -> None:
    """End postings: nobody waits any more for an answer about them, and nothing is suggested for them."""
    keys = list(rows.values_list("pk", flat=True))
    Posting.objects.filter(pk__in=keys).update(state=Posting.State.ENDED, reason=reason)
    Suggestion.objects.filter(posting__in=keys).delete()
    waiting = Match.objects.filter(posting__in=keys, state=Match.State.ASKED)
    waiting.update(state=Match.State.WITHDRAWN, reason=f"供需结束了：{reason}"[:200])


def told(row: Posting | Match | Intent, key: str, now: datetime, what: str, words: str) -> None:
    """Tell a party; of a unit those who speak for it."""
    to = f"{key}#{'+'.join(SPEAKERS)}" if key[:2] == "u:" else key
    url = reverse(f"matchmaking:{PAGES[type(row)]}_row", args=[row.pk])
    once = f"{row.subject}:{what}:{key}:{now:%Y%m%d%H%M%S}"
    spec = NoticeSpec(NOTICE, to, row.subject, once, {"what": what, "words": words}, url)
    notices_queue([spec], district_id=row.district_id, at=now)


def counted(row: DistrictRow, on: date, kind: str = "", **counts: int | None) -> None:
    """Count what happened, in the month of its day; a negative number, which no case has, tells what stands behind."""
    whose = {"district_id": row.district_id, "procedure": PROCEDURE, "month": on.replace(day=1), "kind": kind}
    whose |= {"case_id": -BEHIND[type(row)] - row.pk, "event_seq": 0}
    deltas_write([FigureDelta(**whose, measure=m, value=v) for m, v in counts.items() if v])
