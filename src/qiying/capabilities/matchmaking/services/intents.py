"""Intents: made in the room on two phones, confirmed by both; then contract, landing with evidence, or why not."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.matchmaking.models import Intent, PartyCode
from qiying.capabilities.matchmaking.rules import words
from qiying.capabilities.matchmaking.services.common import acting_as, counted, noted, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.documents.models import DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

State = Intent.State
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_SIZE = 6
Files = Sequence[tuple[str, bytes]]


@transaction.atomic
def code_show(*, actor: Viewer, party: str, now: datetime) -> PartyCode:
    """Return a new code by which others in the room name a party for some minutes."""
    district_id = actor.district_id or 0
    name = acting_as(actor, party, district_id)
    assert actor.person_id is not None
    minutes = int(parameter("matchmaking.code_minutes", district_id=district_id, on=local_date(now)))
    PartyCode.objects.filter(person_id=actor.person_id, until__lte=now).delete()
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIZE))
    told = {"party_name": name, "district_id": district_id, "until": now + timedelta(minutes=minutes)}
    return PartyCode.objects.create(code=code, party=party, person_id=actor.person_id, **told)


def code_read(text: str, district_id: int, now: datetime) -> PartyCode | None:
    """Return whose code this is while it holds; blanks and small letters do not matter."""
    code = "".join(text.split()).upper()[:8]
    return PartyCode.objects.filter(code=code, district_id=district_id, until__gt=now).first()


@transaction.atomic
def intent_make(*, actor: Viewer, values: Mapping[str, Any], key: str, now: datetime) -> Intent:
    """Propose an intent to the party whose code was read; the same key again returns the first."""
    district_id, party = actor.district_id or 0, values["party"]
    name = acting_as(actor, party, district_id)
    same = Intent.objects.filter(district_id=district_id, made_by_id=actor.person_id, key=key).first()
    if same is not None:
        return same
    fields: dict[str, list[str]] = {}
    code = code_read(values["code"], district_id, now)
    if code is None:
        fields["code"] = ["没有这个对接码，或者过时了，请对方打开“对接码”再念一遍"]
    elif own := words.same_hands(party, code.party, actor.person_id, code.person_id):
        fields["code"] = [own]
    yuan = words.yuan_of(values.get("wan"))
    if faults := words.amount_faults(yuan):
        fields["wan"] = faults
    flags = memo_flags([party, *([code.party] if code else [])], values.get("memo", ""))
    if stops := [words.said(flag) for flag in flags if flag.level == "block"]:
        fields["memo"] = [f"没通过{words.LAWFUL}，不能签：{stop}" for stop in stops]
    refuse(fields)
    assert code is not None
    row = Intent.objects.create(
        district_id=district_id, title=values["title"], kind=values["kind"], a_key=party, a_name=name,
        b_key=code.party, b_name=code.party_name, yuan=yuan, memo=values.get("memo", ""), key=key,
        flags=[words.said(f) for f in flags], gathering=values.get("gathering"), made_by_id=actor.person_id,
        made_at=now,
    )  # fmt: skip
    noted(actor, "intent", row, now, title=row.title, who=row.b_name)
    about = f"{row.a_name}：{row.title}，{row.get_kind_display()}，{row.amount}。"
    told(row, row.b_key, now, "请确认合作意向", about)
    return row


def memo_flags(parties: Iterable[str], memo: str) -> list[Any]:
    """Return what in a memo needs a look; what two of the market agree alone is no measure of a government.

    公平竞争审查条例 and its 实施办法 cover agreements and memos of governments and their departments.
    """
    read = provided("fair_competition_flags")
    units = [int(k[2:]) for k in parties if k[:2] == "u:"]
    if read is None or not memo.strip():
        return []
    kinds = set(Unit.objects.filter(pk__in=units).values_list("kind", flat=True))
    return list(read(memo)) if kinds - words.MARKET else []


def _locked(actor: Viewer, intent: Intent, *states: str, may: str = "") -> Intent:
    """Return an intent of one's party, or any to who has the permission, in one of these states."""
    row = Intent.objects.select_for_update(of=("self",)).get(pk=intent.pk)
    is_office = bool(may) and actor.has(may) and actor.district_id == row.district_id
    if not row.keys & set(actor.keys) and not is_office:
        raise NotPermitted("由意向的双方来办")
    if row.state not in states:
        raise ActionNotAvailable(f"这份意向现在是“{row.get_state_display()}”，请刷新后再看")
    return row


@transaction.atomic
def intent_confirm(*, actor: Viewer, intent: Intent, now: datetime) -> Intent:
    """Confirm by the other party's own person: only now it is an intent and counts."""
    row = Intent.objects.select_for_update(of=("self",)).get(pk=intent.pk)
    if row.b_key not in actor.keys:
        raise NotPermitted("由对方来确认")
    if row.state == State.CONFIRMED and row.confirmed_by_id == actor.person_id:
        return row
    row = _locked(actor, intent, State.PROPOSED)
    if fault := words.same_hands(row.a_key, row.b_key, row.made_by_id, actor.person_id):
        raise GuardFailed([fault])
    today = local_date(now)
    row.state, row.confirmed_by_id, row.confirmed_on = State.CONFIRMED, actor.person_id, today
    row.save()
    counted(row, today, row.kind, intents=1, intent_yuan=row.yuan)
    noted(actor, "confirm", row, now, title=row.title)
    told(row, row.a_key, now, "意向双方确认了", f"{row.b_name}：{row.title}。")
    return row


@transaction.atomic
def intent_refuse(*, actor: Viewer, intent: Intent, reason: str, now: datetime) -> Intent:
    """Do not confirm, or take back before it was confirmed; it never was an intent."""
    row = _locked(actor, intent, State.PROPOSED)
    _lapse(row, reason, now)
    noted(actor, "refuse", row, now, title=row.title, reason=reason)
    return row


def _lapse(row: Intent, note: str, now: datetime) -> None:
    row.state, row.note = State.LAPSED, note
    row.save(update_fields=["state", "note"])
    counted(row, local_date(now), row.kind, unconfirmed=1)


def intents_lapse(now: datetime) -> None:
    """Let go what was not confirmed within its days."""
    today = local_date(now)
    for row in Intent.objects.filter(state=State.PROPOSED).order_by("pk"):
        days = int(parameter("matchmaking.confirm_days", district_id=row.district_id, on=today))
        if local_date(row.made_at) + timedelta(days=days) < today:
            _lapse(row, f"{days} 天没有确认", now)


@transaction.atomic
def intent_prove(
    *, actor: Viewer, intent: Intent, is_landed: bool, on: date, wan: Any, files: Files, now: datetime
) -> Intent:
    """Note with evidence the contract that came of an intent, or that it landed; landing counts once it was checked."""
    row = _locked(actor, intent, State.CONFIRMED, *([State.CONTRACT] if is_landed else []))
    yuan, faults = words.yuan_of(wan), dict[str, list[str]]()
    if on > local_date(now) or (row.confirmed_on and on < row.confirmed_on):
        faults["on"] = ["要在双方确认以后、今天以前"]
    if wrong := words.amount_faults(yuan):
        faults["wan"] = wrong
    if not files:
        faults["paper"] = ["请附到账、发货、投产的凭证" if is_landed else "请附合同，或者首页和签字页的照片"]
    refuse(faults)
    if is_landed:
        row.state, row.landed_on, row.landed_yuan = State.CLAIMED, on, yuan
        row.claimed_by_id = actor.person_id
    else:
        row.state, row.contract_on, row.contract_yuan = State.CONTRACT, on, yuan
        counted(row, on, row.kind, contracts=1, contract_yuan=yuan)
    row.save()
    kept: dict[str, Any] = {
        "kind": DocumentKind.MATERIAL,
        "subject": row.subject,
        "district_id": row.district_id,
    }
    for name, content in files:
        document_store(content=content, name=name, actor=actor, at=now, **kept)
    noted(actor, "claim" if is_landed else "contract", row, now, title=row.title, on=on.isoformat())
    _tell_other(row, actor, now, "对方报了落地，等核对" if is_landed else "意向签了合同")
    return row


@transaction.atomic
def intent_check(*, actor: Viewer, intent: Intent, passes: bool, now: datetime, reason: str = "") -> Intent:
    """Compare what was words.said with the evidence, by somebody who is no party: it landed, or it goes back."""
    require(actor, "matchmaking.review")
    row = _locked(actor, intent, State.CLAIMED, may="matchmaking.review")
    if row.keys & set(actor.keys) or row.claimed_by_id == actor.person_id:
        raise NotPermitted("自己参加的要由别人来核对")
    assert row.landed_on is not None
    if not passes and len(reason) < 4:
        refuse({"reason": ["写明哪里对不上"]})
    if passes:
        row.state = State.LANDED
        counted(row, row.landed_on, row.kind, landed=1, landed_yuan=row.landed_yuan)
    else:
        row.state = State.CONTRACT if row.contract_on else State.CONFIRMED
        row.landed_on = row.landed_yuan = None
    row.note = reason
    row.save()
    noted(actor, "check", row, now, title=row.title, reason=reason)
    what = "意向落地核对过了" if passes else "落地的凭证要再补"
    for key in sorted(row.keys):
        told(row, key, now, what, f"{row.title}。{reason}")
    return row


@transaction.atomic
def intent_end(*, actor: Viewer, intent: Intent, why: str, note: str, now: datetime) -> Intent:
    """Say that nothing came of it and why; it stays counted among the intents."""
    row = _locked(actor, intent, *Intent.LIVE, may="matchmaking.review")
    if why == "other" and len(note) < 4:
        refuse({"note": ["写明是什么原因"]})
    row.state, row.ended_on, row.ended_reason, row.note = State.DEAD, local_date(now), why, note
    row.landed_on = row.landed_yuan = None
    row.save()
    counted(row, local_date(now), row.kind, **{"dead": 1, f"dead_{why}": 1})
    noted(actor, "dead", row, now, title=row.title, reason=row.get_ended_reason_display())
    _tell_other(row, actor, now, "意向没成")
    return row


def _tell_other(row: Intent, actor: Viewer, now: datetime, what: str) -> None:
    for key in sorted(row.keys - set(actor.keys)):
        told(row, key, now, what, f"{row.title}。")


@transaction.atomic
def intents_past(
    *, actor: Viewer, rows: Iterable[Mapping[str, Any]], source: str, now: datetime
) -> list[Intent]:
    """Enter intents confirmed before the system was there, from a ledger that is named; they count in their months."""
    require(actor, "matchmaking.review")
    told = {
        "district_id": actor.district_id or 0,
        "made_by_id": actor.person_id,
        "made_at": now,
        "source": source,
    }
    made = [Intent(**told, **one, key=f"past:{secrets.token_hex(12)}") for one in rows]
    for n, row in enumerate(made, 1):
        if row.confirmed_on is None or row.confirmed_on > local_date(now) or row.a_name == row.b_name:
            refuse({"on": [f"第 {n} 行：没有确认日期、在今天以后，或者两方是同一家"]})
        if words.amount_faults(row.yuan) or words.amount_faults(row.landed_yuan):
            refuse({"wan": [f"第 {n} 行：金额要大于 0"]})
        row.landed_on = row.confirmed_on if row.landed_yuan else None
        row.state = State.LANDED if row.landed_yuan else State.CONFIRMED
    Intent.objects.bulk_create(made)
    for row in made:
        assert row.confirmed_on is not None
        sums = {
            "intent_yuan": row.yuan,
            "landed": int(row.landed_on is not None),
            "landed_yuan": row.landed_yuan,
        }
        counted(row, row.confirmed_on, row.kind, intents=1, **sums)
    if made:
        noted(actor, "past", made[0], now, title=source, count=len(made))
    return made
