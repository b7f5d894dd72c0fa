"""Operations of the desk and of channels that are more than one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.service_requests.selectors import channel_in_use
from qiying.capabilities.service_requests.services.duplicates import double_joined
from qiying.capabilities.service_requests.services.speaking import ONLINE, known_case, speaker_of, unnamed
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.models import Case, CaseIntake, Intake
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.texts import title_of
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "service_request"


def request_submit(
    *,
    actor: Viewer,
    district_id: int,
    channel: str,
    data: Mapping[str, Any],
    now: datetime,
    received_at: datetime | None = None,
    suffix: str = "",
    session_key: str | None = None,
    intake_extras: Mapping[str, Any] | None = None,
) -> Case:
    """Write an intake and open its case; an order that was sent before gives the case it made.

    Of who gives no name nothing is kept, whatever was sent.
    Raises: `NotPermitted` for a channel the actor does not speak for; `GuardFailed` for an unknown one or bad input.
    """
    with transaction.atomic():
        way = channel_in_use(district_id, channel)
        if way is None:
            words = ["没有这个渠道或已停用，请从列表里选" if channel else "请选一个渠道"]
            raise GuardFailed(words, {"channel": words})
        speaker = speaker_of(actor, way, data.get("enterprise_id"))
        known = known_case(way, speaker, data)
        if known is not None:
            return known
        if data.get("is_anonymous"):
            actor, data, session_key = unnamed(actor, speaker, data, session_key, now)
            speaker, intake_extras = "", None
        is_own = way.group == ONLINE or bool(speaker)
        extras = {
            "person_id": actor.person_id if is_own and "asker" not in (intake_extras or {}) else None,
            "speaker": speaker if data.get("source_id") else None,
            "intake": dict(intake_extras) if intake_extras else None,
        }
        return case_open(
            procedure=PROCEDURE,
            actor=actor,
            data={**data, "channel": channel},
            now=now,
            district_id=district_id,
            received_at=received_at,
            suffix=suffix,
            channel=way,
            extras={k: v for k, v in extras.items() if v},
            session_key=session_key,
        )


def request_triage_and_assign(
    *, case: Case, actor: Viewer, triage: Mapping[str, Any], assign: Mapping[str, Any], now: datetime
) -> Case:
    """Accept, grade and hand over in one go, as the triage screen does; all or nothing."""
    with transaction.atomic():
        moved = case_act(case=case, action="triage", actor=actor, data=triage, now=now)
        return case_act(case=moved, action="assign", actor=actor, data=assign, now=now)


def request_join(*, case: Case, target_number: str, actor: Viewer, now: datetime) -> Case:
    """Join a duplicate into another case, which takes its intakes over; return the other case."""
    with transaction.atomic():
        target = (
            cases_visible_to(actor)
            .filter(number=target_number.strip().upper(), district_id=case.district_id, procedure=PROCEDURE)
            .first()
        )
        if target is None or target.pk == case.pk:
            raise GuardFailed(
                ["没有找到要并入的办件，请核对办件号"], {"target": ["没有找到要并入的办件，请核对办件号"]}
            )
        intakes = list(
            CaseIntake.objects.filter(case=case, until__isnull=True).values_list("intake_id", flat=True)
        )
        joining: dict[str, Any] = {"actor": actor, "now": now, "part_of": "request_join"}
        case_act(case=case, action="join", data={"target": target.number}, **joining)
        taken = {"source": case.number, "intake_ids": intakes}
        done = case_act(case=target, action="take_in", data=taken, **joining)
        double_joined(case=case, other=target, actor=actor, now=now)
        return done


def open_whole(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Submit as a person or a client asks for it by name."""
    given = data.model_dump(exclude={"channel"}, exclude_unset=True)
    return request_submit(
        actor=actor, district_id=district_id, channel=data.channel, data=given, now=now, session_key=session_key
    )  # fmt: skip


def join_whole(*, case: Case, actor: Viewer, data: Any, now: datetime) -> Case:
    """Join as a person or a client asks for it by name."""
    return request_join(case=case, target_number=data.target, actor=actor, now=now)


def split_whole(*, case: Case, actor: Viewer, data: Any, now: datetime) -> Case:
    """Split as a person or a client asks for it by name; the case itself goes on."""
    request_split(case=case, titles=list(data.titles), actor=actor, now=now)
    return case


def request_enter(
    *,
    actor: Viewer,
    district_id: int,
    channel: str,
    data: Mapping[str, Any],
    items: Sequence[str],
    now: datetime,
    received_at: datetime | None = None,
    session_key: str | None = None,
) -> list[Case]:
    """Register one intake that holds several items; each item becomes its own case, all or nothing.

    A source id the channel already knows gives back the cases it made, and opens nothing.
    Raises: `GuardFailed`; the reasons of an item stand under `items`.
    """
    said = [i.strip() for i in items if i.strip()]
    short = [i for i in said if len(i) < 5]
    if not said or short:
        reason = f"“{short[0]}”太短，每件事至少写 5 个字" if short else "请写下企业说了什么"
        raise GuardFailed([reason], {"items": [reason]})
    with transaction.atomic():
        whole = said[0] if len(said) == 1 else "\n".join(f"{n}. {t}" for n, t in enumerate(said, 1))
        given = {**data, "text": whole, "title": title_of(said[0]) if len(said) > 1 else ""}
        first = request_submit(
            actor=actor,
            district_id=district_id,
            channel=channel,
            data=given,
            now=now,
            received_at=received_at,
            session_key=session_key,
        )
        intake_id = (
            CaseIntake.objects.filter(case=first).order_by("no").values_list("intake_id", flat=True)[0]
        )
        if first.opened_at != now:
            links = CaseIntake.objects.filter(intake_id=intake_id).select_related("case")
            return [link.case for link in links.order_by("case_id")]
        return [first, *(_item_open(first, text, intake_id, data, actor, now) for text in said[1:])]


def _item_open(
    first: Case, text: str, intake_id: int, data: Mapping[str, Any], actor: Viewer, now: datetime
) -> Case:
    given = {"text": text, "kind": data.get("kind", "problem"), "intake_id": intake_id}
    given["hide_asker"] = bool(data.get("hide_asker"))
    return case_open(
        procedure=PROCEDURE,
        actor=actor,
        data=given,
        now=now,
        district_id=first.district_id,
        received_at=first.received_at,
        channel=first.channel,
    )


def request_split(*, case: Case, titles: list[str], actor: Viewer, now: datetime) -> list[Case]:
    """Open one more case per title from the same intake; return the new cases."""
    given = {"titles": titles}
    with transaction.atomic():
        case_act(case=case, action="split", actor=actor, data=given, now=now, part_of="request_split")
        intake = Intake.objects.get(
            pk=CaseIntake.objects.filter(case=case, until__isnull=True).order_by("no").values("intake_id")[:1]
        )
        return [
            case_open(
                procedure=PROCEDURE,
                actor=actor,
                data={
                    "title": title,
                    "text": title.ljust(5, "。"),
                    "kind": case.kind,
                    "intake_id": intake.pk,
                },
                now=now,
                district_id=case.district_id,
                received_at=case.received_at,
                channel=case.channel,
            )
            for title in titles
            if title.strip()
        ]
