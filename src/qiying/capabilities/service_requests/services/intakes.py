"""From what came in to a case: submission, joining, splitting, history."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.service_requests.services.extras import RequestExtras
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import numbers
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Intake
from qiying.kernel.cases.reading import is_own_intake
from qiying.kernel.cases.texts import title_of
from qiying.kernel.organisations.selectors import units_with
from qiying.statutes.workdays import workdays_between


def open_from_submission(act: Act) -> None:
    """Write the intake as it came, name the parties, start the acceptance clock."""
    case, data = act.case, act.data
    intake = _intake(act)
    case.channel = intake.channel
    case.params = {"opened_under": case.version}
    act.set(
        title=data.title or title_of(data.text),
        kind=data.kind,
        category=data.category,
        enterprise_id=intake.enterprise_id,
        hide_asker=data.hide_asker or intake.hide_asker,
        channel_id=intake.channel_id,
        params=case.params,
    )
    act.new("intake", intake_id=intake.pk, is_primary=True, since=act.now, until=None)
    for role in ("desk", "supervision", "callback"):
        for unit_id in units_with(case.district_id, role):
            act.party_add(f"u:{unit_id}", role)
    add_asker(act, intake)
    act.clock_start(
        "accept", started_on=case.received_on, started_at=case.received_at, words="收件后要先受理"
    )
    act.count("received")
    act.index_text = search_text(act)
    act.tell("desk", "request_received", "desk")
    tell_asker(act, "request_registered")


def _intake(act: Act) -> Intake:
    data, case = act.data, act.case
    if data.intake_id:
        return Intake.objects.select_related("channel").get(pk=data.intake_id, district_id=case.district_id)
    assert case.channel is not None
    suffix, known = case.number.rsplit("-", 1)[1], RequestExtras.of(case)
    intake = Intake(
        number=numbers.number("L", case.received_on, suffix),
        district_id=case.district_id,
        channel=case.channel,
        source_id=data.source_id or None,
        speaker=known.speaker,
        received_at=case.received_at,
        received_on=case.received_on,
        handed_in_on=data.handed_in_on or local_date(act.now),
        enterprise_id=data.enterprise_id,
        person_id=known.person_id,
        contact_name_ref=act.ref("contact_name"),
        contact_phone_ref=act.ref("contact_phone"),
        body_ref=act.ref("text"),
        is_anonymous=data.is_anonymous,
        hide_asker=data.hide_asker,
        extras={k: v for k, v in {"place": data.place, **known.intake}.items() if v},
        batch_id=data.batch_id,
        recorded_by_id=act.viewer.person_id,
    )
    intake.save(force_insert=True)
    return intake


def add_asker(act: Act, intake: Intake) -> None:
    """Let the asker, his enterprise and the owner of the channel see the case."""
    if intake.person_id and not intake.is_anonymous:
        act.party_add(f"p:{intake.person_id}", "asker")
    if intake.enterprise_id and not intake.is_anonymous:
        act.party_add(f"e:{intake.enterprise_id}", "asker")
    act.party_add(f"i:{intake.pk}", "asker")
    owner = intake.channel.owner_unit_id
    if owner:
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
    if act.from_state == "" and not act.data.intake_id:
        said = [act.data.text]
    else:
        ids = [r.intake_id for r in act.rows.of("intake").values() if r.until is None]
        refs = list(Intake.objects.filter(pk__in=ids).values_list("body_ref", flat=True))
        said = [v for v in personal_get(refs).values() if v]
    firm = act.enterprise or case.enterprise
    return "\n".join([case.number, case.title, firm.name if firm else "", *said])


def take_in(act: Act) -> None:
    """Take over the intakes of a duplicate; each keeps its channel and gets its own reply."""
    known = {r.intake_id for r in act.rows.of("intake").values() if r.until is None}
    intakes = Intake.objects.select_related("channel").filter(pk__in=act.data.intake_ids)
    for intake in intakes:
        if intake.pk in known or intake.district_id != act.case.district_id:
            continue
        act.new("intake", intake_id=intake.pk, is_primary=False, since=act.now, until=None)
        add_asker(act, intake)
    act.count("joined_in", value=len(act.data.intake_ids))
    act.emit("request_joined", intake_ids=list(act.data.intake_ids))


def join(act: Act) -> None:
    """End a duplicate: its intakes go on in the other case."""
    for r in act.rows.of("intake").values():
        if r.until is None:
            act.change("intake", r, until=act.now)
    act.set_extras(joined_into=act.data.target)
    act.set(outcome="joined")
    act.count("joined")


def split(act: Act) -> None:
    """Note into how many cases an intake was divided; the service opens them."""
    act.count("split", value=len(act.data.titles))


def import_history(act: Act) -> None:
    """Finish a history row: answered when the source says, never counted as closed by verdict."""
    case, given_on = act.case, act.data.given_on
    act.answer("imported", act.data.text, result="", assignment_no=None)
    act.set_extras(unit_name=act.data.unit_name)
    act.set(answered_on=given_on, outcome="imported")
    days = workdays_between(case.received_on, given_on, act.calendar)
    act.count("imported_answered", month_of=given_on)
    act.count("imported_days", bucket=days, month_of=given_on)


def set_contact(act: Act) -> None:
    """Keep the number at which an asker is reached from now on: his own intake's, for the desk the first one's."""
    links = [r for r in act.rows.of("intake").values() if r.until is None]
    found = {i.pk: i for i in Intake.objects.filter(pk__in=[link.intake_id for link in links])}
    own = [i for i in found.values() if is_own_intake(i, act.viewer.keys)]
    first = next((found[link.intake_id] for link in links if link.is_primary), None)
    intake = own[0] if own else first
    if intake is not None:
        Intake.objects.filter(pk=intake.pk).update(contact_phone_ref=act.ref("contact_phone"))


def correct(act: Act) -> None:
    """Correct what was registered wrongly; figures of earlier months are re-stated by the engine."""
    data = act.data
    wanted = {"kind": data.kind, "category": data.category, "title": data.title}
    changes = {k: v for k, v in wanted.items() if v and getattr(act.case, k) != v}
    act.restate(**{k: v for k, v in changes.items() if k in {"kind", "category"}})
    if changes:
        act.set(**changes)
    if "title" in changes:
        act.index_text = search_text(act)
