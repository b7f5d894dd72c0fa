"""A supervisor reads and sends back; he can change nothing in a case: every action of every procedure, every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain

import pytest
from django.http import Http404

from qiying.capabilities.oversight.tests.test_routes import opened
from qiying.capabilities.oversight.tests.world import make_world
from qiying.kernel.cases.context import ROW_MODELS, CaseContext, Rows
from qiying.kernel.cases.engine import case_act, permission_reason
from qiying.kernel.cases.models import Case, CaseEvent
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Procedure
from qiying.kernel.permissions.errors import ActionNotAvailable, KernelError, NotPermitted
from qiying.kernel.permissions.viewer import MembershipInfo, PersonViewer

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
WORKERS = ("handler", "liaison", "leader", "desk")
"""A party whose people of these roles have an act works on a case, or gave it; so does who is named for a part."""
WATCHES = {
    # procedure: what the office does for which it exists; all other watchers read there
    "integrity_report": {"discipline"},
    "deputy_proposal": {"congress"},
    "supervised_matter": {"congress"},
}
LOOKS_ON = {
    "note", "urge", "acknowledge", "issue_letter", "send_back", "return_answer", "recommend", "supervise",
    "judge", "write_off", "coordinate", "object",
}  # fmt: skip
"""What a watcher does without changing what was handled: reads, writes a word, urges, judges, sends back."""


def watcher(role: str) -> PersonViewer:
    """Return somebody who has nothing but the role, in a unit that takes part as everything that only watches."""
    seat = MembershipInfo(77, role, 1, "/77/", "监督机关", None)
    return PersonViewer(
        person_id=9,
        name="监督的人",
        district_id=1,
        memberships=(seat,),
        enterprise_ids=frozenset(),
        identity_level="real",
    )


def placed(machine: Procedure, state: str, role: str) -> CaseContext:
    """Return a case in a state, of which the watcher's unit is every party that does not work on it."""
    case = Case(
        number="T-1", procedure=machine.code, version=machine.version, district_id=1, state=state, received_at=NOW,
        received_on=NOW.date(), opened_at=NOW, last_event_at=NOW, extras={},
    )  # fmt: skip
    rows = Rows(case, is_new=True)
    context = CaseContext(case, watcher(role), NOW, rows=rows)
    acts = {by for a in machine.actions for by in a.by}
    works = {code for code, _, role in (by.partition(":") for by in acts) if role in {"", *WORKERS}}
    inside = [p for p in machine.parties if p.side == "office" and p.code not in works]
    for no, party in enumerate(inside, 1):
        rows.of("party")[no] = ROW_MODELS["party"](no=no, key="u:77", role=party.code, since=NOW, until=None)
    return context


def permitted(machine: Procedure, role: str) -> Iterator[Action]:
    """Yield what a watcher may do in any state."""
    for state in machine.states:
        context = placed(machine, state.code, role)
        for action in machine.actions:
            if state.code in action.states and permission_reason(action, context) is None:
                yield action


@pytest.mark.parametrize("role", ["deputy", "procurator"])
def test_who_only_reads_is_permitted_no_action_of_any_procedure_in_any_state(role: str) -> None:
    found = {m.code: {a.code for a in permitted(m, role)} for m in PROCEDURES.all()}
    assert {code: acts for code, acts in found.items() if acts} == {}


def test_the_congress_acts_only_in_its_own_procedures_and_there_never_for_the_unit_that_handles() -> None:
    for machine in PROCEDURES.all():
        acts = {a.code for a in permitted(machine, "congress")}
        if "congress" not in WATCHES.get(machine.code, set()):
            assert not acts, machine.code
            continue
        by_units = {a.code for a in machine.actions if any(by.startswith(("lead:", "co:")) for by in a.by)}
        shared = {"note", "acknowledge", "issue_letter", "coordinate"}
        assert not acts & by_units - shared, machine.code


def test_supervision_and_discipline_never_do_what_handles_a_case() -> None:
    """What answers, gives a result or grants is by who handles; the watchers' acts are other ones, or two-person ones."""
    for machine in PROCEDURES.all():
        answers = {
            a.code for a in machine.actions if a.code in {"answer", "solve", "propose", "claim", "rectified"}
        }
        own = {"discipline"} & {p.code for p in machine.parties}  # what it handles itself
        for role in {"supervisor", "discipline"} - own:
            if role not in WATCHES.get(machine.code, set()):
                assert not {a.code for a in permitted(machine, role)} & answers, (machine.code, role)


@pytest.mark.django_db
def test_in_a_living_case_every_action_is_refused_and_nothing_is_written() -> None:
    world = make_world()
    case = opened(world, "competent")
    before = (case.state, CaseEvent.objects.filter(case=case).count())
    everything = {a.code for a in chain.from_iterable(m.actions for m in PROCEDURES.all())}
    for who in (
        "deputy",
        "procurator",
        "supervisor",
        "discipline",
        "district_leader",
        "traffic",
        "outsider",
        "clerk",
    ):
        for code in sorted(everything):
            with pytest.raises((Http404, NotPermitted, ActionNotAvailable)):
                case_act(case=case, action=code, actor=world.viewer(who), data={}, now=world.now)
    for code in sorted(everything - LOOKS_ON - {"ask_void", "decide_void"}):
        with pytest.raises((KernelError, Http404)):
            case_act(case=case, action=code, actor=world.viewer("congress"), data={}, now=world.now)
    case.refresh_from_db()
    assert (case.state, CaseEvent.objects.filter(case=case).count()) == before
