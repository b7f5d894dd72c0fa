"""One port: whatever opens a case leaves an intake as it came, and who asked takes part by it."""

from __future__ import annotations

from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get, personal_put
from qiying.kernel.audit.statements import row_insert
from qiying.kernel.cases import numbers
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Channel, Intake

PLATFORM = {"name": "企业服务平台", "group": "线上"}
"""The channel of what is opened on our own pages, made where a district has not set up its channels yet."""


def intake_open(act: Act) -> Intake | None:
    """Write what came in with an opening, once, and let who asked take part; return it.

    An opening's input may say more by the fields it has: who, from where, under which number. Nothing came in where
    a program or another case opened it.
    """
    if act.intake is None and not _opened_inside(act):
        given = getattr(act.data, "intake_id", None)
        act.intake = _known(act, given) if given else _written(act)
        act.new("intake", intake_id=act.intake.pk, is_primary=True, since=act.now, until=None)
        asker_add(act, act.intake)
    found: Intake | None = act.intake
    return found


def _opened_inside(act: Act) -> bool:
    is_program = act.viewer.is_system and not act.ref("text")
    return is_program or act.case.parent_id is not None or "asker" not in act.procedure.outside


def _known(act: Act, intake_id: int) -> Intake:
    return Intake.objects.select_related("channel").get(pk=intake_id, district_id=act.case.district_id)


def _written(act: Act) -> Intake:
    case, known = act.case, act.procedure.extras.of(act.case)

    def said(name: str, otherwise: Any = None) -> Any:
        return getattr(act.data, name, otherwise)

    if case.channel is None:
        case.channel, _ = Channel.objects.get_or_create(
            district_id=case.district_id, code="platform", defaults=PLATFORM
        )
        act.set(channel_id=case.channel.pk)
    suffix = case.number.rsplit("-", 1)[1]
    intake = Intake(
        number=numbers.number("L", case.received_on, suffix),
        district_id=case.district_id,
        channel=case.channel,
        source_id=said("source_id") or None,
        speaker=known.speaker,
        received_at=case.received_at,
        received_on=case.received_on,
        handed_in_on=said("handed_in_on") or local_date(act.now),
        enterprise_id=said("enterprise_id") or case.enterprise_id,
        person_id=known.person_id,
        contact_name_ref=act.ref("contact_name"),
        contact_phone_ref=act.ref("contact_phone"),
        body_ref=act.ref("text") or personal_put([case.title], at=act.now)[0],
        is_anonymous=said("is_anonymous", False),
        hide_asker=said("hide_asker", False),
        extras={k: v for k, v in {"place": said("place"), **known.intake}.items() if v},
        batch_id=said("batch_id"),
        recorded_by_id=act.viewer.person_id,
    )
    row_insert(intake)
    return intake


def asker_add(act: Act, intake: Intake) -> None:
    """Let whoever holds an intake's link, its person, its enterprise and the channel's owner see the case."""
    if not intake.is_anonymous:
        if intake.person_id:
            act.party_add(f"p:{intake.person_id}", "asker")
        if intake.enterprise_id:
            act.party_add(f"e:{intake.enterprise_id}", "asker")
    act.party_add(f"i:{intake.pk}", "asker")
    owner = intake.channel.owner_unit_id
    if owner and any(p.code == "channel" for p in act.procedure.parties):
        act.party_add(f"u:{owner}", "channel")


def asker_keys(act: Act) -> list[str]:
    """Return whom to tell on the asker's side: the enterprise if there is one, else the person, else the intake."""
    found = [p.key for p in act.parties if p.role == "asker"]
    people = [k for k in found if k[0] in "pe"]
    return [k for k in people if k[0] == "e"] or people or found


def tell_asker(act: Act, template: str, **context: Any) -> None:
    """Tell the asker's side."""
    for key in asker_keys(act):
        act.notify(template, key, **context)


def search_text(act: Act) -> str:
    """Return what a case is found by: number, title, enterprise and what was said."""
    case = act.case
    if act.from_state == "" and act.ref("text"):
        said = [act.data.text]
    else:
        ids = [r.intake_id for r in act.rows.of("intake").values() if r.until is None]
        refs = list(Intake.objects.filter(pk__in=ids).values_list("body_ref", flat=True))
        said = [v for v in personal_get(refs).values() if v]
    firm = act.enterprise or case.enterprise
    return "\n".join([case.number, case.title, firm.name if firm else "", *said])
