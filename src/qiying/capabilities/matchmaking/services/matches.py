"""One party asks another; both say yes before either learns how to reach the other."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.matchmaking.models import Match, Posting, Quiet
from qiying.capabilities.matchmaking.rules.words import ways_to_reach
from qiying.capabilities.matchmaking.selectors import live, names_of
from qiying.capabilities.matchmaking.services.common import acting_as, counted, noted, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import row_locked

State = Match.State


@transaction.atomic
def match_ask(
    *, actor: Viewer, posting: Posting, asker: str, asked: str, words: str, contact: str, now: datetime
) -> Match:
    """Ask another party about a posting, one's own or theirs; the same question again returns the first."""
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
    made.words, made.asked_at, made.state = words, now, State.ASKED
    made.asker_contact = contact or _contact(asker, row, today)
    made.save()
    counted(made, today, row.field, asked=1)
    noted(actor, "ask", made, now, title=row.title, who=made.asked_name)
    told(made, asked, now, "有人想和您对接", f"{name}：{words}（{row.title}）")
    return made


@transaction.atomic
def match_answer(
    *, actor: Viewer, match: Match, yes: bool, now: datetime, contact: str = "", reason: str = ""
) -> Match:
    """Say yes, so that both see how to reach each other, or no with the reason; who asked may take it back."""
    is_back = match.asker in actor.keys and not yes
    if match.asked not in actor.keys and not is_back:
        raise NotPermitted("由被问的一方来回")
    row, today = row_locked(match, State.ASKED, related=("posting",)), local_date(now)
    if yes and not row.posting.is_live(today):
        raise ActionNotAvailable(f"“{row.posting.title}”已经结束，不能再对接")
    contact = contact or _contact(row.asked, row.posting, today)
    if yes and len(contact) < 4:
        raise GuardFailed([], {"contact": ["请写姓名和电话，对方好找您"]})
    row.state = State.WITHDRAWN if is_back else State.ACCEPTED if yes else State.DECLINED
    row.asked_contact, row.reason, row.answered_at = contact if yes else "", reason, now
    row.save()
    action = {"withdrawn": "withdraw", "accepted": "accept", "declined": "decline"}[row.state]
    noted(actor, action, row, now, title=row.posting.title, reason=reason)
    if not is_back:
        counted(row, today, row.posting.field, **({"matched": 1} if yes else {"declined": 1}))
        words = f"{row.asked_name}：{row.posting.title}。{reason}"
        told(row, row.asker, now, "对方愿意谈" if yes else "对方这次不谈", words)
    return row


def _contact(party: str, posting: Posting, today: date) -> str:
    """Return how a party is reached as it wrote with its posting, the one in question first; empty for none."""
    own = Posting.objects.filter(live(today), owner=party).order_by("-pk").first()
    found = posting if posting.owner == party else own
    return f"{found.contact_name} {found.contact_phone}" if found else ""
