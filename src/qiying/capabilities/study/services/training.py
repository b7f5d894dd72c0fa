"""Certificates of a year's training hours, issued to every service officer who has them and has none yet."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from qiying.capabilities.study.models import YearCertificate
from qiying.capabilities.study.selectors.plans import enough, officer_of, officers, rules_of, served
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def certificates_issue(*, actor: Viewer, year: int, now: datetime) -> list[YearCertificate]:
    """Issue what is due for a year; raise `GuardFailed` when nobody new has the hours."""
    require(actor, "study.keep")
    district_id, today = actor.district_id or 0, local_date(now)
    if not 2000 <= year <= today.year:
        raise GuardFailed(["这一年还没到，或者年份不对"])
    unit = Unit.objects.filter(pk__in=actor.unit_ids, district_id=district_id).order_by("pk").first()
    had = set(
        YearCertificate.objects.filter(district_id=district_id, year=year).values_list("person_id", flat=True)
    )
    rules = rules_of(district_id, min(today, date(year, 12, 31)))
    rows = officers(served(district_id, today), year).filter(took__gte=enough(*rules)).exclude(pk__in=had)
    due = [officer_of(row, *rules) for row in rows]
    if not due:
        raise GuardFailed(["没有要发的：学时够的都发过了，其他人还不够"])
    made = []
    for one in due:
        fields = {
            "年度": f"{year} 年",
            "学时": f"{one.hours} 学时",
            "规定学时": f"{one.wanted} 学时",
            "单位": one.unit,
        }
        row = issue_certificate(
            "service_training", holder=one.person.name, fields=fields, by=actor, now=now, unit=unit
        )
        told = {"district_id": district_id, "person": one.person, "year": year, "minutes": one.minutes}
        try:
            with transaction.atomic():
                made.append(YearCertificate.objects.create(**told, certificate=row))
        except IntegrityError:
            raise GuardFailed(["刚才同时有人发了，请刷新后再看"]) from None
    _count(made, today)
    data = {"count": len(made), "year": year}
    record_act(actor=actor, action="study.certify", subject=f"district:{district_id}", data=data, at=now)
    return made


def _count(made: list[YearCertificate], on: date) -> None:
    deltas_write([
        FigureDelta(
            procedure="study", measure="certified", kind="training", month=on.replace(day=1), value=1, event_seq=1,
            district_id=row.district_id, unit_id=row.certificate.unit_id, case_id=-row.pk,
        )
        for row in made
    ])  # fmt: skip
