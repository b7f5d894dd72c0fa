"""Giving, taking back and using a consent; nothing is shown without being noted for its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.consents.models import Consent, ConsentLook
from qiying.kernel.consents.purposes import fact_word, facts_to_choose, purpose_of, purpose_word, shared_fact
from qiying.kernel.consents.selectors import consents_to
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.enterprises.profiles import profile_read
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.ui.humanize import day_words

NO_VALUE = "系统里没有"
_SOURCES = dict(FactSource.choices)


@dataclass(frozen=True)
class LookedFact:
    """One fact as it was shown: its words, of which period, from where."""

    code: str
    label: str
    value: str
    period: str = ""
    source: str = ""


@dataclass(frozen=True)
class Look:
    """What one look showed."""

    consent: Consent
    facts: list[LookedFact]


@transaction.atomic
def consent_give(
    *,
    owner: str,
    actor: Viewer,
    to_unit: Unit,
    purpose: str,
    facts: Sequence[str],
    until: date,
    at: datetime,
    district_id: int,
    subject: str = "",
    owner_name: str = "",
    note: str = "",
) -> Consent:
    """Let a unit see chosen facts of an owner for a purpose, until the end of a day.

    An enterprise's consent is given by who acts for it, a person's by himself; of anybody else an officer with
    `consents.record` writes down the consent he was given (`note` says how). Raises `GuardFailed` with `fields`
    `facts` and `until`, `NotPermitted` for somebody else's facts.
    """
    _may_dispose(owner, actor)
    fields: dict[str, list[str]] = {}
    offered = dict(facts_to_choose(purpose))
    chosen = list(dict.fromkeys(facts))
    if not chosen:
        fields["facts"] = ["至少选一项同意给看的数据"]
    elif strange := [f for f in chosen if f not in offered]:
        fields["facts"] = [f"这个用途不能看“{'、'.join(map(fact_word, strange))}”，请去掉"]
    today, longest = local_date(at), purpose_of(purpose).longest_days
    last = today + timedelta(days=longest)
    if not today <= until <= last:
        fields["until"] = [f"有效期从今天算起最长 {longest} 天，请写 {day_words(last, today)} 以前的日子"]
    if not owner.startswith(("e:", "p:")) and not note.strip():
        fields["note"] = ["写明本人是怎么同意的，如“9 月 1 日签了同意书，编号 12”"]
    if fields:
        raise GuardFailed([words for all_words in fields.values() for words in all_words], fields)
    enterprise = Enterprise.objects.get(pk=int(owner[2:])) if owner.startswith("e:") else None
    consent = Consent.objects.create(
        district_id=district_id,
        owner=owner,
        owner_name=(enterprise.name if enterprise else owner_name or actor.name)[:120],
        enterprise=enterprise,
        to_unit=to_unit,
        purpose=purpose,
        facts=chosen,
        subject=subject,
        note=note.strip()[:200],
        given_at=at,
        given_by_id=actor.person_id,
        until=until,
    )
    _noted("consents.give", consent, actor, at, facts=[fact_word(f) for f in chosen], until=until.isoformat())
    return consent


@transaction.atomic
def consent_revoke(*, consent: Consent, actor: Viewer, at: datetime) -> Consent:
    """Take a consent back: the next look is refused, and who had it is told. Once more changes nothing."""
    _may_dispose(consent.owner, actor)
    # waits for a look that is going on, which was by a consent that still held
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.revoked_at is not None:
        return row
    row.revoked_at, row.revoked_by_id = at, actor.person_id
    row.save(update_fields=["revoked_at", "revoked_by"])
    _noted("consents.revoke", row, actor, at)
    context = {"owner": row.owner_name, "purpose": purpose_word(row.purpose)}
    spec = NoticeSpec(
        "consent_revoked", f"u:{row.to_unit_id}", f"consent:{row.pk}", f"consent:{row.pk}:revoked", context
    )
    notices_queue([spec], district_id=row.district_id, at=at)
    return row


@transaction.atomic
def consented_look(*, consent_id: int, viewer: Viewer, now: datetime) -> Look:
    """Return the consented facts as they are now and note the look, or say why nothing may be seen.

    Raises `NotPermitted` for a consent given to others, `ActionNotAvailable` for one taken back or run out.
    """
    row = Consent.objects.select_for_update().filter(pk=consent_id).first()
    if row is None or not consents_to(viewer).filter(pk=row.pk).exists():
        raise NotPermitted("这份授权不是给您单位的，看不到数据")
    standing = row.standing(local_date(now))
    if standing == "revoked":
        raise ActionNotAvailable(f"{row.owner_name}已经撤回授权，数据不能再看；需要的话请对方重新授权")
    if standing == "over":
        raise ActionNotAvailable(
            f"授权到 {row.until:%Y-%m-%d} 已经到期，数据不能再看；需要的话请对方重新授权"
        )
    ConsentLook.objects.create(
        consent=row, at=now, person_id=viewer.person_id, person_name=viewer.name[:60], facts=row.facts
    )
    _noted("consents.look", row, viewer, now)
    return Look(row, _read(row, now))


def _read(row: Consent, now: datetime) -> list[LookedFact]:
    known = known_facts(row.enterprise) if row.enterprise else {}
    kept = profile_read(row.enterprise.pk) if row.enterprise else {}
    found = []
    for code in row.facts:
        label = fact_word(code)
        if (shared := shared_fact(code)) is not None:
            found.append(LookedFact(code, label, shared.read(row.owner, now) or NO_VALUE))
        elif (fact := known.get(code)) is not None:
            found.append(LookedFact(code, label, _words(fact.value), fact.period, fact.source_label))
        elif (told := kept.get(code)) is not None:
            source = _SOURCES.get(told.source, told.source)
            found.append(LookedFact(code, label, f"{told.value}{told.unit}", told.period, source))
        else:
            found.append(LookedFact(code, label, NO_VALUE))
    return found


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:f}" if hasattr(value, "quantize") else str(value)


def _may_dispose(owner: str, actor: Viewer) -> None:
    """Raise `NotPermitted` unless the facts are the actor's to give."""
    if owner.startswith("e:"):
        if int(owner[2:]) not in actor.enterprise_ids:
            raise NotPermitted("只有代表这家企业的人能授权或撤回")
    elif owner.startswith("p:"):
        if owner != f"p:{actor.person_id}":
            raise NotPermitted("只有本人能授权或撤回")
    else:
        require(actor, "consents.record")


def _noted(act: str, row: Consent, actor: Viewer, at: datetime, **more: object) -> None:
    data = {"owner": row.owner_name, "unit": row.to_unit.label, "purpose": purpose_word(row.purpose), **more}
    record_act(
        actor=actor, action=act, subject=f"consent:{row.pk}", data=data, at=at, district_id=row.district_id
    )
