"""One party asks another; both say yes before either learns how to reach the other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.matchmaking.models import Match, Posting, Quiet
from qiying.capabilities.matchmaking.rules.words import ways_to_reach
from qiying.capabilities.matchmaking.selectors import names_of
from qiying.capabilities.matchmaking.services.common import acting_as, counted, noted, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer

State = Match.State


@transaction.atomic
def match_ask(
    *, actor: Viewer, posting: Posting, asker: str, asked: str, words: str, contact: str, now: datetime
) -> Match:
    """Ask another party about a posting, one's own or theirs; the same question again returns the first.

    Raises `GuardFailed` with every reason by field.
    """
    today, district_id = local_date(now), posting.district_id
    name, names = acting_as(actor, asker, district_id), names_of([asked], district_id)
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    same = Match.objects.filter(posting=row, asker=asker, asked=asked).first()
    if same is not None and same.state != State.WITHDRAWN:
        return same
    if not row.is_live(today):
        raise ActionNotAvailable(f"“{row.title}”已经结束，不能再对接")
    if row.owner not in (asker, asked) or asked not in names:
        raise NotPermitted("只能问发布的一方，或者拿自己发布的去问别人")
    fields: dict[str, list[str]] = {}
    if asker == asked or asked in actor.keys:
        fields["party"] = ["不能和自己对接"]
    if asked[:2] == "e:" and asked != row.owner and Quiet.objects.filter(pk=int(asked[2:])).exists():
        fields["words"] = ["这家企业说了不要打扰，没有发出去"]
    if ways := ways_to_reach(words):
        fields["words"] = [f"请去掉“{ways[0]}”；联系方式写在下面，双方愿意才看得到"]
    most = int(parameter("matchmaking.open_asks", district_id=district_id, on=today))
    if Match.objects.filter(asker=asker, state=State.ASKED).count() >= most:
        fields["words"] = [f"还有 {most} 家没有回，等他们回了再问"]
    refuse(fields)
    made = same or Match(posting=row, district_id=district_id, asker=asker, asked=asked)
    made.asker_name, made.asked_name = name, names[asked]
    made.words, made.asker_contact, made.asked_at, made.state = words, contact, now, State.ASKED
    if row.owner == asker:
        made.asker_contact = f"{row.contact_name} {row.contact_phone}"
    made.save()
    counted(made, today, row.field, asked=1)
    noted(actor, "ask", made, now, title=row.title, who=made.asked_name)
    told(made, asked, now, "有人想和您对接", f"{name}：{words}（{row.title}）")
    return made


def _locked(match: Match) -> Match:
    row = Match.objects.select_for_update().select_related("posting").get(pk=match.pk)
    if row.state != State.ASKED:
        raise ActionNotAvailable(f"这次对接现在是“{row.get_state_display()}”，请刷新后再看")
    return row


@transaction.atomic
def match_answer(
    *, actor: Viewer, match: Match, yes: bool, now: datetime, contact: str = "", reason: str = ""
) -> Match:
    """Say yes, so that both see how to reach each other, or no with the reason."""
    if match.asked not in actor.keys:
        raise NotPermitted("由被问的一方来回")
    row, today = _locked(match), local_date(now)
    if yes and not row.posting.is_live(today):
        raise ActionNotAvailable(f"“{row.posting.title}”已经结束，不能再对接")
    if row.asked == row.posting.owner:
        contact = f"{row.posting.contact_name} {row.posting.contact_phone}"
    if yes and len(contact) < 4:
        raise GuardFailed([], {"contact": ["请写姓名和电话，对方好找您"]})
    row.state = State.ACCEPTED if yes else State.DECLINED
    row.asked_contact, row.reason, row.answered_at = contact if yes else "", reason, now
    row.save()
    counted(row, today, row.posting.field, **({"matched": 1} if yes else {"declined": 1}))
    noted(actor, "accept" if yes else "decline", row, now, title=row.posting.title, reason=reason)
    what = "对方愿意谈" if yes else "对方这次不谈"
    words = f"{row.asked_name}：{row.posting.title}。{reason}"
    told(row, row.asker, now, what, words)
    return row


@transaction.atomic
def match_withdraw(*, actor: Viewer, match: Match, now: datetime) -> Match:
    """Take a question back before it was answered."""
    if match.asker not in actor.keys:
        raise NotPermitted("由问的一方收回")
    row = _locked(match)
    row.state, row.answered_at = State.WITHDRAWN, now
    row.save(update_fields=["state", "answered_at"])
    noted(actor, "withdraw", row, now, title=row.posting.title)
    return row
