"""Writes of resident officers: terms, the enterprises of each, hand-overs, messages, confidential opinions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.visits.models import OfficerOpinion, ResidentFirm, ResidentTerm
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

_noted = noting("")


@transaction.atomic
def term_save(
    *, actor: Viewer, term: ResidentTerm | None, values: Mapping[str, Any], now: datetime
) -> ResidentTerm:
    """Begin somebody's term as a resident officer, or correct its telephone and first day."""
    require(actor, "engagement.residents")
    row = term or ResidentTerm(district_id=actor.district_id or 0)
    row_filled(row, values, "person", "unit", "phone", "valid_from")
    fields = row_faults(row, unique="")
    here = Membership.objects.filter(in_force(local_date(now)), person_id=row.person_id, unit_id=row.unit_id)
    if not here.exists():
        fields["going"] = ["这个人不在这个单位"]
    same = ResidentTerm.objects.filter(person_id=row.person_id, valid_to__isnull=True).exclude(pk=row.pk)
    if same.exists():
        fields["going"] = ["已经是驻企服务员，先结束原来的任期"]
    refuse(fields)
    row.save()
    _noted(actor, "resident_term", row, now, person=row.person.name, since=row.valid_from.isoformat())
    return row


@transaction.atomic
def firms_give(
    *, actor: Viewer, term: ResidentTerm, firms: Sequence[Enterprise], now: datetime, note: str = "",
    on: date | None = None,
) -> list[ResidentFirm]:  # fmt: skip
    """Give a term enterprises; each has one officer at a time, those that have one are handed over instead."""
    require(actor, "engagement.residents")
    if term.valid_to is not None:
        raise ActionNotAvailable("这个任期已经结束")
    taken = ResidentFirm.objects.filter(enterprise__in=firms, valid_to__isnull=True)
    names = list(taken.values_list("enterprise__name", flat=True)[:5])
    refuse({"firms": [f"已经有服务员，要换就办交接：{'、'.join(names)}"]} if names else {})
    since = on or local_date(now)
    rows = ResidentFirm.objects.bulk_create(
        ResidentFirm(term=term, enterprise=firm, valid_from=since, note=note[:300]) for firm in firms
    )
    _tell_firms(term, rows, now)
    _noted(actor, "resident_firms", term, now, count=len(rows), note=note)
    return rows


def _tell_firms(term: ResidentTerm, rows: Sequence[ResidentFirm], now: datetime) -> None:
    words = {"name": term.person.name, "unit": term.unit.label, "phone": term.phone}
    notices_queue(
        [
            NoticeSpec(
                "resident_named", r.enterprise.key, f"resident:{term.pk}", f"resident:{r.pk}", words, "/"
            )
            for r in rows
        ],
        district_id=term.district_id,
        at=now,
    )


@transaction.atomic
def hand_over(*, actor: Viewer, term: ResidentTerm, to: ResidentTerm, note: str, now: datetime) -> int:
    """Hand all enterprises of a term to another officer, with what he has to know; return how many."""
    require(actor, "engagement.residents")
    if to.valid_to is not None or to.pk == term.pk or to.district_id != term.district_id:
        refuse({"to": ["请选另一位在任的服务员"]})
    if len(note.strip()) < 4:
        refuse({"note": ["写清楚手上有什么事、答应过什么，至少 4 个字"]})
    today = local_date(now)
    rows = list(
        term.firms.select_for_update(of=("self",)).filter(valid_to__isnull=True).select_related("enterprise")
    )
    ResidentFirm.objects.filter(pk__in=[r.pk for r in rows]).update(valid_to=today, note=note.strip()[:300])
    new = ResidentFirm.objects.bulk_create(
        ResidentFirm(term=to, enterprise=r.enterprise, valid_from=today, note=note.strip()[:300])
        for r in rows
    )
    _tell_firms(to, new, now)
    told = {"name": term.person.name, "count": len(rows), "note": note.strip()[:200]}
    spec = NoticeSpec(
        "resident_handed", f"p:{to.person_id}", f"resident:{to.pk}", f"handed:{term.pk}:{now:%s}", told
    )
    notices_queue([spec], district_id=term.district_id, at=now)
    _noted(
        actor, "resident_hand_over", term, now, to=to.person.name, count=len(rows), note=note.strip()[:200]
    )
    return len(rows)


@transaction.atomic
def term_end(*, actor: Viewer, term: ResidentTerm, on: date, reason: str, now: datetime) -> ResidentTerm:
    """End a term; every enterprise it served is asked, confidentially and for a while, what it thinks."""
    require(actor, "engagement.residents")
    today = local_date(now)
    if term.valid_to is not None:
        raise ActionNotAvailable("这个任期已经结束")
    if not term.valid_from <= on <= today:
        refuse({"on": ["最后一天要在任期里，不能晚于今天"]})
    days = int(parameter("resident.opinion_days", district_id=term.district_id, on=today))
    term.valid_to, term.ended_reason, term.opinions_until = on, reason[:200], today + timedelta(days=days)
    term.save(update_fields=["valid_to", "ended_reason", "opinions_until"])
    term.firms.filter(valid_to__isnull=True).update(valid_to=on)
    latest = {
        r.enterprise_id: r for r in term.firms.select_related("enterprise").order_by("valid_from", "pk")
    }
    ResidentFirm.objects.filter(pk__in=[r.pk for r in latest.values()]).update(may_judge=True)
    words = {"name": term.person.name, "until": term.opinions_until.isoformat()}
    subject = f"resident:{term.pk}"
    specs = [
        NoticeSpec(
            "resident_opinion",
            r.enterprise.key,
            subject,
            f"opinion:{r.pk}",
            words,
            f"/residents/opinions/{r.pk}/",
        )
        for r in latest.values()
    ]
    notices_queue(specs, district_id=term.district_id, at=now)
    _noted(actor, "resident_end", term, now, on=on.isoformat(), reason=reason[:200])
    return term


@transaction.atomic
def opinion_give(*, actor: Viewer, row: ResidentFirm, level: int, text: str, now: datetime) -> None:
    """Take one opinion of an enterprise; nothing that is kept joins the two, and no act is recorded."""
    if row.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业可以说")
    until = row.term.opinions_until
    if until is None or local_date(now) > until:
        raise ActionNotAvailable("收意见的时间过了")
    if not 1 <= level <= 5:
        refuse({"level": ["请选一项"]})
    if not ResidentFirm.objects.filter(pk=row.pk, may_judge=True).update(may_judge=False):
        raise ActionNotAvailable("您的企业已经说过了，谢谢")
    OfficerOpinion.objects.create(id=uuid.uuid4(), term=row.term, level=level, text=text.strip()[:500])


@transaction.atomic
def message_send(*, actor: Viewer, row: ResidentFirm, text: str, now: datetime) -> None:
    """Send the firm's officer a message; a problem that wants an answer belongs into the pool."""
    if row.enterprise_id not in actor.enterprise_ids or row.valid_to is not None:
        raise NotPermitted("他不是您企业的服务员")
    if len(text.strip()) < 2:
        refuse({"text": ["写一句想说什么"]})
    words = {"firm": row.enterprise.label, "who": actor.name, "text": text.strip()[:500]}
    key = f"message:{row.pk}:{now:%s%f}"
    spec = NoticeSpec("resident_message", f"p:{row.term.person_id}", f"resident:{row.term_id}", key, words)
    notices_queue([spec], district_id=row.term.district_id, at=now)
    _noted(actor, "resident_message", row.term, now, firm=row.enterprise.label)
