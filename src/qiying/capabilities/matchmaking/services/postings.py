"""A posting's life: handed in, reviewed by somebody of another party, shown, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.matchmaking.models import Posting, Quiet, Suggestion
from qiying.capabilities.matchmaking.rules.words import amount_faults, ways_to_reach, yuan_of
from qiying.capabilities.matchmaking.selectors import is_own, link_by_industry, link_number, links_of
from qiying.capabilities.matchmaking.services.common import acting_as, counted, noted, postings_close, told
from qiying.capabilities.matchmaking.services.suggesting import suggest_one
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked
from qiying.kernel.registers.rows import row_faults

State = Posting.State
FIELDS = ("side", "field", "title", "text", "ends_on", "contact_name", "contact_phone")


@transaction.atomic
def posting_save(
    *, actor: Viewer, posting: Posting | None, values: Mapping[str, Any], now: datetime
) -> Posting:
    """Hand in a need or a resource, or change it; either way somebody else reviews it before others see it.

    The same words sent twice by a phone are one posting.
    """
    district_id = actor.district_id or 0
    row = posting or Posting(district_id=district_id, made_by_id=actor.person_id, made_at=now)
    if posting is None:
        row.owner_name = acting_as(actor, values["owner"], district_id)
        row.owner = values["owner"]
        same = Posting.objects.filter(owner=row.owner, state=State.REVIEW, made_by_id=actor.person_id)
        if (twice := same.filter(title=values["title"], text=values["text"]).first()) is not None:
            return twice
    elif not is_own(actor, row):
        raise NotPermitted("只能改自己发布的")
    if row.state == State.ENDED:
        raise ActionNotAvailable("已经结束了，请重新发布一条")
    for name in FIELDS:
        setattr(row, name, values[name])
    row.yuan = yuan_of(values.get("wan"))
    row.link_id = values.get("link") or _link_of(row, now)
    refuse(_faults(row, now))
    row.state, row.reason = State.REVIEW, ""
    row.save()
    noted(actor, "post", row, now, title=row.title)
    return row


def _link_of(row: Posting, now: datetime) -> int | None:
    """Return the link of the chain on which the firm itself stands."""
    if row.owner[:2] != "e:":
        return None
    links = links_of(row.district_id, local_date(now))
    industry = Enterprise.objects.values_list("industry", flat=True).get(pk=int(row.owner[2:]))
    number = link_number(industry, link_by_industry(links))
    return links[number - 1].pk if number else None


def _faults(row: Posting, now: datetime) -> dict[str, list[str]]:
    today = local_date(now)
    longest = int(parameter("matchmaking.longest", district_id=row.district_id, on=today))
    found = row_faults(row, unique="")
    if row.ends_on < today:
        found["ends_on"] = ["要在今天以后"]
    elif row.ends_on > today + timedelta(days=longest):
        found["ends_on"] = [f"最多展示 {longest} 天，到期可以再发"]
    for name in ("title", "text"):
        if ways := ways_to_reach(getattr(row, name)):
            found[name] = [f"这里谁都看得到，请去掉“{ways[0]}”；联系方式写在下面，双方愿意才看得到"]
    if faults := amount_faults(row.yuan):
        found["wan"] = faults
    return found


@transaction.atomic
def posting_review(
    *, actor: Viewer, posting: Posting, passes: bool, now: datetime, reason: str = ""
) -> Posting:
    """Show a posting to others, or send it back with the reason; nobody reviews his own."""
    require(actor, "matchmaking.review")
    row = row_locked(posting, State.REVIEW)
    if is_own(actor, row) or row.made_by_id == actor.person_id:
        raise NotPermitted("自己发布的要由别人来审核")
    today = local_date(now)
    if passes and row.ends_on < today:
        refuse({"reason": ["展示日期已经过了，请退回，让发布的人改日期"]})
    is_first = row.shown_on is None
    row.state, row.reason = (State.SHOWN, "") if passes else (State.RETURNED, reason)
    row.shown_on = row.shown_on or (today if passes else None)
    row.save()
    noted(actor, "show" if passes else "return", row, now, title=row.title, reason=reason)
    what = "您发布的供需展示出来了" if passes else "您发布的供需要改"
    told(row, row.owner, now, what, f"{row.title}。{reason}")
    if passes:
        if is_first:
            counted(row, today, row.field, postings=1)
        suggest_one(row, now)
    return row


@transaction.atomic
def posting_end(*, actor: Viewer, posting: Posting, reason: str, now: datetime) -> Posting:
    """Take one's posting down; whoever still waits for an answer is told that it is over."""
    row = row_locked(posting, State.REVIEW, State.SHOWN, State.RETURNED)
    if not is_own(actor, row):
        raise NotPermitted("只能结束自己发布的")
    postings_close(Posting.objects.filter(pk=row.pk), reason)
    noted(actor, "end", row, now, title=row.title, reason=reason)
    return row


@transaction.atomic
def quiet_set(*, actor: Viewer, enterprise_id: int, quiet: bool, now: datetime) -> None:
    """Let a firm be left in peace, or be suggested again; it works at once."""
    if enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只能替您代表的企业定")
    if quiet:
        Quiet.objects.get_or_create(pk=enterprise_id, defaults={"since": local_date(now)})
        Suggestion.objects.filter(key=f"e:{enterprise_id}", other__isnull=True).delete()
    else:
        Quiet.objects.filter(pk=enterprise_id).delete()
