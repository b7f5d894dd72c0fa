"""From what came in to a case: submission, joining, splitting, history."""

from __future__ import annotations

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.intaking import asker_add, intake_open, search_text, tell_asker
from qiying.kernel.cases.models import Intake
from qiying.kernel.cases.texts import title_of
from qiying.kernel.organisations.selectors import units_with
from qiying.statutes.workdays import workdays_between


def open_from_submission(act: Act) -> None:
    """Name the parties, start the acceptance clock."""
    case, data = act.case, act.data
    intake = intake_open(act)
    assert intake is not None
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
    for role in ("desk", "supervision", "callback"):
        for unit_id in units_with(case.district_id, role):
            act.party_add(f"u:{unit_id}", role)
    act.clock_start(
        "accept", started_on=case.received_on, started_at=case.received_at, words="收件后要先受理"
    )
    act.count("received")
    act.index_text = search_text(act)
    act.tell("desk", "request_received", "desk")
    tell_asker(act, "request_registered")


def take_in(act: Act) -> None:
    """Take over the intakes of a duplicate; each keeps its channel and gets its own reply."""
    known = {r.intake_id for r in act.rows.of("intake").values() if r.until is None}
    intakes = Intake.objects.select_related("channel").filter(pk__in=act.data.intake_ids)
    for intake in intakes:
        if intake.pk in known or intake.district_id != act.case.district_id:
            continue
        act.new("intake", intake_id=intake.pk, is_primary=False, since=act.now, until=None)
        asker_add(act, intake)
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
