"""Talents by their own consent; firms' needs matched to them (问企识才); programmes and who was put forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.talents.models import Introduction, Need, Nomination, Programme, Talent
from qiying.capabilities.talents.selectors import MATCH, SHARED, consent_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import reveal
from qiying.kernel.audit.subjects import noting
from qiying.kernel.consents.models import Consent
from qiying.kernel.consents.purposes import Purpose, SharedFact, declare_purpose, declare_shared_fact
from qiying.kernel.consents.selectors import consents_of
from qiying.kernel.consents.services import consent_give, consent_revoke, consented_look
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, row_keep
from qiying.kernel.registers.rows import row_faults, row_filled

noted = noting("talents", what=str)
"""Of a talent the number alone, never the name."""

TALENT = ("kind", "name", "enterprise", "field", "about", "place", "contact", "is_open")
NEED = ("title", "field", "about", "count", "until")
PROGRAMME = ("name", "level", "year", "source")
MOST_NEEDS = 20
"""Needs a firm may have open at once."""


def _shared(name: str) -> Any:
    def read(owner: str, now: datetime) -> str | None:
        row = Talent.objects.filter(pk=int(owner.partition(":")[2] or 0), erased_on=None).first()
        return str(getattr(row, name)) if row is not None else None

    return read


for _code, (_name, _label) in SHARED.items():
    declare_shared_fact(SharedFact(_code, _label, _shared(_name)))
declare_purpose(Purpose(MATCH, "介绍给要人的企业", 366, tuple(SHARED)))


def _unit(actor: Viewer) -> Unit:
    unit = (
        Unit.objects.filter(pk__in=actor.unit_ids, district_id=actor.district_id or 0).order_by("pk").first()
    )
    if unit is None:
        raise GuardFailed(["您不在本区的单位里，登记不了"])
    return unit


# --- talents ------------------------------------------------------------------------------------------------
@transaction.atomic
def talent_enter(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Talent:
    """Enter somebody who consented: without the consent, how it was given and until when, nothing is kept."""
    require(actor, "talents.keep")
    given: dict[str, Any] = {"model": Talent, "values": values, "names": TALENT, "now": now}
    row: Talent = row_keep(
        actor=actor, row=Talent(unit=_unit(actor)), needs="talents.keep", action="talents.enter", **given
    )
    _consent(actor, row, values, now)
    return row


@transaction.atomic
def talent_change(*, actor: Viewer, talent: Talent, values: Mapping[str, Any], now: datetime) -> Talent:
    """Change what is kept of somebody while the consent holds."""
    given: dict[str, Any] = {"model": Talent, "row": _consented(actor, talent, now), "values": values}
    row: Talent = row_keep(
        actor=actor, names=TALENT, now=now, needs="talents.keep", action="talents.change", **given
    )
    return row


@transaction.atomic
def talent_consent(*, actor: Viewer, talent: Talent, values: Mapping[str, Any], now: datetime) -> Consent:
    """Record that somebody consented again."""
    _own(actor, talent)
    row = Talent.objects.select_for_update().get(pk=talent.pk)
    if row.erased_on is not None:
        raise ActionNotAvailable("已经按本人要求删去了")
    if consent_of(row, now) is not None:
        raise ActionNotAvailable("同意书还在有效期里")
    return _consent(actor, row, values, now)


def _consent(actor: Viewer, row: Talent, values: Mapping[str, Any], now: datetime) -> Consent:
    return consent_give(
        owner=row.owner,
        actor=actor,
        to_unit=row.unit,
        purpose=MATCH,
        facts=list(SHARED),
        until=values["consent_until"],
        at=now,
        district_id=row.district_id,
        subject=row.owner,
        owner_name=str(row),
        note=values["consent_note"],
    )


@transaction.atomic
def talent_revoke(*, actor: Viewer, talent: Talent, now: datetime) -> Talent:
    """Take somebody's consent back on his word: from the next read on nobody sees him."""
    _own(actor, talent)
    for consent in consents_of(talent.owner).filter(revoked_at__isnull=True):
        consent_revoke(consent=consent, actor=actor, at=now)
    going = Introduction.objects.filter(talent=talent, state__in=["asked", "agreed"])
    going.update(state="declined", said="本人撤回了同意", ended_on=local_date(now))
    noted(actor, "revoke", talent, now)
    return talent


@transaction.atomic
def talent_erase(*, actor: Viewer, talent: Talent, now: datetime) -> Talent:
    """Delete what is kept of somebody who asks for it (个人信息保护法 art. 47); counts stay."""
    talent_revoke(actor=actor, talent=talent, now=now)
    row = Talent.objects.select_for_update().get(pk=talent.pk)
    row.name = row.about = row.place = row.contact = "已删去"
    row.enterprise, row.is_open, row.erased_on = None, False, local_date(now)
    row.save()
    noted(actor, "erase", row, now)
    return row


def _own(actor: Viewer, talent: Talent) -> None:
    require(actor, "talents.keep")
    if talent.unit_id not in actor.unit_ids:
        raise NotPermitted("只有本人同意给看的单位能管")


def _consented(actor: Viewer, talent: Talent, now: datetime) -> Talent:
    require(actor, "talents.keep")
    row = Talent.objects.select_for_update().get(pk=talent.pk)
    if row.unit_id not in actor.unit_ids or consent_of(row, now) is None:
        raise ActionNotAvailable("本人没有同意，或者同意过期、撤回了，不能看也不能用")
    return row


# --- needs --------------------------------------------------------------------------------------------------
@transaction.atomic
def need_post(*, actor: Viewer, enterprise: Enterprise, values: Mapping[str, Any], now: datetime) -> Need:
    """Post whom a firm looks for: by itself, or by an officer who asked it; the same words again are the same need."""
    if enterprise.pk not in actor.enterprise_ids:
        require(actor, "talents.keep")
        if enterprise.district_id != actor.district_id:
            refuse({"enterprise": ["本区没有这家企业"]})
    row = Need(enterprise=enterprise)
    row.district_id, row.made_by_id, row.made_at = enterprise.district_id, actor.person_id, now
    row_filled(row, values, *NEED)
    standing = Need.objects.filter(enterprise=enterprise, state=Need.State.OPEN)
    if same := standing.filter(title=row.title, about=row.about).first():
        return same
    faults = row_faults(row, unique="")
    if row.until < local_date(now):
        faults["until"] = ["要在今天以后"]
    if not 1 <= row.count <= 500:
        faults["count"] = ["1 到 500 位"]
    if standing.count() >= MOST_NEEDS:
        faults["title"] = [f"已有 {MOST_NEEDS} 个在找，先办完几个"]
    refuse(faults)
    row.save()
    noted(actor, "need", row, now)
    return row


@transaction.atomic
def need_close(*, actor: Viewer, need: Need, filled: bool, now: datetime) -> Need:
    """End a need: found, or given up."""
    if need.enterprise_id not in actor.enterprise_ids:
        require(actor, "talents.keep")
    row = Need.objects.select_for_update().get(pk=need.pk)
    if row.state == Need.State.OPEN:
        row.state = Need.State.FILLED if filled else Need.State.CLOSED
        row.save()
        noted(actor, "need_close", row, now)
    return row


@transaction.atomic
def introduce(*, actor: Viewer, need: Need, talent: Talent, why: str, now: datetime) -> Introduction:
    """Suggest a talent for a need by his consent, which is looked at and noted now; he is asked before the firm."""
    row = _consented(actor, talent, now)
    consent = consent_of(row, now)
    assert consent is not None
    if need.state != Need.State.OPEN or need.until < local_date(now):
        raise ActionNotAvailable("这家企业不找了，或者过了日子")
    if not row.is_open:
        refuse({"talent": ["本人不愿意介绍给企业"]})
    consented_look(consent_id=consent.pk, viewer=actor, now=now)
    made, is_new = Introduction.objects.get_or_create(
        need=need,
        talent=row,
        defaults={"why": why, "district_id": need.district_id, "made_by_id": actor.person_id, "made_at": now},
    )
    if is_new:
        noted(actor, "introduce", made, now)
    return made


@transaction.atomic
def introduction_answer(
    *, actor: Viewer, introduction: Introduction, state: str, said: str, now: datetime
) -> Introduction:
    """Record what the talent said, then what came of it."""
    require(actor, "talents.keep")
    row = (
        Introduction.objects.select_for_update(of=("self",))
        .select_related("need__enterprise", "talent")
        .get(pk=introduction.pk)
    )
    steps = {"asked": ("agreed", "declined"), "agreed": ("hired", "declined")}
    if state not in steps.get(row.state, ()):
        raise ActionNotAvailable(f"现在是“{row.get_state_display()}”，请刷新后再看")
    if state != "declined":
        _consented(actor, row.talent, now)
    row.state, row.said = state, said
    row.ended_on = local_date(now) if state in ("hired", "declined") else None
    row.save()
    noted(actor, "answer", row, now, state=row.get_state_display())
    if state == "agreed":
        firm = row.need.enterprise
        context = {"what": row.need.title}
        spec = NoticeSpec(
            "talents_agreed", firm.key, row.subject, f"talents:{row.pk}:agreed", context, "/needs/"
        )
        notices_queue([spec], district_id=row.district_id, at=now)
    return row


@transaction.atomic
def contact_look(*, actor: Viewer, introduction: Introduction, now: datetime) -> Talent:
    """Show a firm who agreed to meet it, while the consent holds at this very moment; each look is recorded."""
    row = Introduction.objects.select_related("need", "talent").get(pk=introduction.pk)
    if row.need.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有要人的企业能看")
    consent = consent_of(row.talent, now)
    if row.state not in ("agreed", "hired") or consent is None:
        raise ActionNotAvailable("本人还没同意见，或者撤回了同意，看不到")
    told = f"{row.need.title}：和本人联系"
    reveal(
        viewer=actor,
        subject=row.talent.subject,
        field="contact",
        reason=told,
        at=now,
        district_id=row.district_id,
    )
    return row.talent


# --- programmes ---------------------------------------------------------------------------------------------
def _once_a_year(row: Programme, values: Values, now: datetime) -> Faults:
    same = Programme.objects.filter(district_id=row.district_id, name=row.name, year=row.year)
    return {"name": [f"{row.year} 年的“{row.name}”登记过了"]} if same.exclude(pk=row.pk or 0).exists() else {}


def programme_keep(
    *, actor: Viewer, row: Programme | None, values: Mapping[str, Any], now: datetime
) -> Programme:
    """Enter or change a programme of a year."""
    given: dict[str, Any] = {"model": Programme, "row": row, "values": values, "names": PROGRAMME, "now": now}
    told: dict[str, Any] = {"needs": "talents.keep", "action": "talents.programme", "check": _once_a_year}
    made: Programme = row_keep(actor=actor, **given, **told)
    return made


@transaction.atomic
def nominate(
    *, actor: Viewer, programme: Programme, talent: Talent, applied_on: date, now: datetime
) -> Nomination:
    """Put somebody forward; once a programme and year."""
    row = _consented(actor, talent, now)
    if applied_on > local_date(now):
        refuse({"applied_on": ["不能在今天以后"]})
    made, is_new = Nomination.objects.get_or_create(
        programme=programme,
        talent=row,
        defaults={
            "applied_on": applied_on,
            "district_id": programme.district_id,
            "made_by_id": actor.person_id,
            "made_at": now,
        },
    )
    if is_new:
        noted(actor, "nominate", made, now)
    return made


@transaction.atomic
def nomination_result(
    *, actor: Viewer, nomination: Nomination, selected: bool, document: str, now: datetime
) -> Nomination:
    """Record what the programme decided."""
    require(actor, "talents.keep")
    row = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if row.state != Nomination.State.APPLIED:
        raise ActionNotAvailable(f"已经记过：{row.get_state_display()}")
    row.state = Nomination.State.SELECTED if selected else Nomination.State.FAILED
    row.document = document
    row.save()
    noted(actor, "result", row, now, state=row.get_state_display())
    return row
