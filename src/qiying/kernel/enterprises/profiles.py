"""The profile of an enterprise: its current facts in one row, kept in the transaction that changes them.

A row made with other indicators than today's (another release) counts as missing until it is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from qiying.decision.indicators import standard_registry
from qiying.kernel.audit.statements import row_insert, row_update
from qiying.kernel.enterprises.engine_facts import SAME, engine_values
from qiying.kernel.enterprises.indicators import all_indicators, indicator
from qiying.kernel.enterprises.models import Enterprise, EnterpriseFact, EnterpriseProfile, ProfileChange
from qiying.kernel.enterprises.selectors import PERIOD_LENGTH, CurrentFact, profile, profiles

CHUNK = 400
Current = Mapping[str, CurrentFact]


@cache
def form() -> str:
    """Return the mark of everything besides the facts that a profile's texts depend on."""
    told = (standard_registry().indicators, SAME, [(i.code, i.frequency, i.unit) for i in all_indicators()])
    return blake2b(repr(told).encode(), digest_size=8).hexdigest()


def profile_read(enterprise_id: int) -> dict[str, CurrentFact]:
    """Return the current fact of each indicator of one enterprise; one query, two where no profile stands yet."""
    text = (
        EnterpriseProfile.objects.filter(pk=enterprise_id, form=form())
        .values_list("facts", flat=True)
        .first()
    )
    return profile(enterprise_id) if text is None else facts_in(text)


def facts_in(text: str) -> dict[str, CurrentFact]:
    """Return the facts of a profile's text."""
    units = {i.code: i.unit for i in all_indicators()}
    return {
        code: CurrentFact(code, period, value, units.get(code, ""), source, datetime.fromisoformat(at))
        for code, (value, period, source, at) in json.loads(text).items()
    }


def facts_text(current: Current) -> str:
    """Return facts as a profile keeps them."""
    told = {
        code: [fact.value, fact.period, fact.source, fact.recorded_at.isoformat()]
        for code, fact in sorted(current.items())
    }
    return _json(told)


def values_text(current: Current) -> str:
    """Return facts under the engine's names, as a profile keeps them for runs over the whole register."""
    return _json(engine_values(current, standard_registry()))


def profile_start(enterprise: Enterprise, at: datetime) -> None:
    """Begin the profile of a new enterprise; call in the transaction that made it."""
    EnterpriseProfile.objects.create(enterprise=enterprise, form=form(), changed_at=at)
    profile_change(enterprise)


def profile_change(enterprise: Enterprise) -> None:
    """Note that what is known of an enterprise, or of its row, changed; call in the change's transaction."""
    row_insert(ProfileChange(enterprise_id=enterprise.pk, district_id=enterprise.district_id))


def profile_refresh(enterprise_id: int, new: Iterable[EnterpriseFact], at: datetime) -> None:
    """Take over facts just recorded; call in their transaction, with the enterprise's row locked.

    What is told of the latest period is what is known now; only a withdrawal or an older period has to be looked up.
    """
    rows = EnterpriseProfile.objects.filter(pk=enterprise_id)
    text = rows.filter(form=form()).values_list("facts", flat=True).first()
    if text is None:
        current = profile(enterprise_id)
    else:
        current, unclear = facts_in(text), set()
        for fact in new:
            code, known = fact.indicator, current.get(fact.indicator)
            length = PERIOD_LENGTH[indicator(code).frequency]
            if fact.value and len(fact.period) == length and (known is None or known.period <= fact.period):
                current[code] = CurrentFact(
                    code, fact.period, fact.value, fact.unit, fact.source, at.astimezone(UTC)
                )
            else:
                unclear.add(code)
        if unclear:
            current = {code: fact for code, fact in current.items() if code not in unclear}
            current |= profiles([enterprise_id], unclear).get(enterprise_id, {})
    _write(enterprise_id, current, at)


def profiles_rebuild(enterprise_ids: Iterable[int], at: datetime, *, is_dry: bool = False) -> list[int]:
    """Make profiles anew from the recorded facts; return the enterprises whose profile was not what it should be.

    Args:
        is_dry: only look.
    """
    wanted, wrong = sorted(enterprise_ids), []
    for start in range(0, len(wanted), CHUNK):
        wrong += _rebuilt(wanted[start : start + CHUNK], at, is_dry)
    return wrong


def profiles_missing(district_id: int | None = None, among: Iterable[int] | None = None) -> list[int]:
    """Return enterprises without a profile in today's form: loaded in bulk, or from before a release."""
    rows = Enterprise.objects.filter(Q(profile__isnull=True) | ~Q(profile__form=form())).order_by("pk")
    if district_id is not None:
        rows = rows.filter(district_id=district_id)
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _rebuilt(ids: list[int], at: datetime, is_dry: bool) -> list[int]:
    list(Enterprise.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    known = {
        row[0]: row[1:]
        for row in EnterpriseProfile.objects.filter(pk__in=ids).values_list("pk", "form", "values", "facts")
    }
    current, rows = profiles(ids), []
    for pk in ids:
        facts = current.get(pk, {})
        texts = (form(), values_text(facts), facts_text(facts))
        if known.get(pk) != texts:
            rows.append(
                EnterpriseProfile(
                    enterprise_id=pk, form=texts[0], values=texts[1], facts=texts[2], changed_at=at
                )
            )
    if rows and not is_dry:
        EnterpriseProfile.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["enterprise"],
            update_fields=["form", "values", "facts", "changed_at"],
        )
    return [row.pk for row in rows]


def _write(enterprise_id: int, current: Current, at: datetime) -> None:
    told = {"form": form(), "values": values_text(current), "facts": facts_text(current), "changed_at": at}
    row = EnterpriseProfile(enterprise_id=enterprise_id, **told)
    try:
        row_update(row, told)
    except ObjectDoesNotExist:
        row_insert(row)


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
