"""A difficulty of many enterprises becomes one submission to the government, with a reply on a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from qiying.capabilities.visits.models import VisitProblem
from qiying.capabilities.visits.selectors.visits import difficult, difficulties
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def difficulty_submit(*, actor: Viewer, code: str, label: str, text: str, now: datetime) -> Case:
    """Submit what enough enterprises told on visits; its problems belong to this submission and count no more."""
    require(actor, "engagement.campaigns")
    district_id, today = actor.district_id or 0, local_date(now)
    told = VisitProblem.objects.select_for_update().filter(
        pk__in=difficult(district_id, today).filter(difficulty=code).values("pk")
    )
    ids = [p.pk for p in told]
    found = next((d for d in difficulties(district_id, today) if d.code == code), None)
    government = Unit.objects.filter(
        district_id=district_id, kind=UnitKind.GOVERNMENT, is_active=True, parent__isnull=True
    ).first()
    reasons = []
    if found is None or not found.is_enough:
        reasons.append("说这个难处的企业还不够数，先在各自的件里办")
    if government is None:
        reasons.append("单位里还没有区政府办，没有人答复")
    if reasons or found is None or government is None:
        raise GuardFailed(reasons)
    data = {
        "title": f"{label}：{found.firms} 家企业走访时都说到", "text": text, "category": code, "firms": found.firms,
        "unit_id": min(actor.unit_ids), "government_id": government.pk,
    }  # fmt: skip
    case = case_open(
        procedure="difficulty_submission", actor=actor, data=data, now=now, district_id=district_id
    )
    VisitProblem.objects.filter(pk__in=ids).update(submission=case)
    return case


def opened(act: Act) -> None:
    """The government has it; who submitted watches."""
    data = act.data
    act.set(title=data.title, kind="difficulty", category=data.category, lead_unit_id=data.government_id)
    act.party_add(f"u:{data.unit_id}", "submitter")
    act.party_add(f"u:{data.government_id}", "government")
    act.clock_start("reply", words="从呈报当天算起")
    act.count("submitted")
    act.tell("government", "difficulty_submitted", title=data.title)


def replied(act: Act) -> None:
    """The government says what it will do; who submitted says whether that is an answer."""
    act.stop("reply")
    act.answer("final", act.data.text)
    act.count("replied")
    act.tell("submitter", "difficulty_replied", text=act.data.text)


def taken(act: Act) -> None:
    """It is an answer; the submission ends."""
    act.set(outcome="answered")


def asked_again(act: Act) -> None:
    """It is none: the clock goes on where it stood."""
    clock = next((c for c in reversed(act.clocks) if c.kind == "reply"), None)
    if clock is not None:
        act.clock_restart(clock)
    act.tell("government", "difficulty_submitted", title=f"请再答复：{act.data.reason}")


def check_reply(act: Act) -> Iterable[tuple[str, str]]:
    """A reply names something that will be done."""
    if len(act.data.text) < 10:
        yield "text", "请写清楚怎么办、谁办、到什么时候，至少 10 个字"
