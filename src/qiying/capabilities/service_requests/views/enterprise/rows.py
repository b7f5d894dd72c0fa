"""A case as one line of the asker's lists: who has it, until when, from cached columns alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as Choose
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.texts import title_of
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import day_words

JUDGING = Q(procedure="service_request", state="answered")
WAITING = Q(is_open=True, turn="asker") & ~(JUDGING & ~Q(kind="problem"))
"""What waits for the asker: papers or his word; a suggestion that was answered waits for the desk's conclusion."""


@dataclass(frozen=True)
class Row:
    """`lead` and `until` are set in bold: 区人社局 刘敏 在办，今天下班前 答复."""

    title: str
    url: str
    lead: str
    text: str
    until: str
    end: str
    status: str
    words: str


def own_cases(request: ViewerRequest) -> QuerySet[Case]:
    """Return the cases the person asked, those of the enterprise he acts for now and his own."""
    viewer = request.viewer
    found = cases_visible_to(viewer, roles=("asker",))
    if len(viewer.enterprise_ids) > 1:
        others = viewer.enterprise_ids - {acting_enterprise_id(request, viewer)}
        found = found.exclude(enterprise_id__in=others)
    first = CaseIntake.objects.filter(case=OuterRef("pk"), is_primary=True, until__isnull=True)
    mine = Q(intake__person_id=viewer.person_id) | Q(intake__enterprise_id__in=viewer.enterprise_ids)
    return found.annotate(is_first=Exists(first.filter(mine)))


def own_first(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Order by whose turn it is, then by due day, with what a row names."""
    turn = Choose(When(WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    named = cases.select_related("lead_unit", "handler", "enterprise")
    return named.annotate(my_turn=turn).order_by("my_turn", "-is_open", "due_by", "-received_at")


def own_words(request: ViewerRequest, cases: Iterable[Case]) -> dict[int, str]:
    """Return by case what the viewer's side said, its first words where there are several; two queries."""
    viewer = request.viewer
    own = Q(intake__person_id=viewer.person_id) | Q(intake__enterprise_id__in=viewer.enterprise_ids)
    links = CaseIntake.objects.filter(own, case_id__in=[c.pk for c in cases], until__isnull=True)
    named = links.filter(intake__is_anonymous=False).order_by("-is_primary", "no")
    refs: dict[int, str] = {}
    for case_id, ref in named.values_list("case_id", "intake__body_ref"):
        refs.setdefault(case_id, ref)
    texts = personal_get(list(refs.values()))
    return {case_id: texts.get(ref) or "" for case_id, ref in refs.items()}


def case_rows(request: ViewerRequest, cases: Sequence[Case]) -> list[Row]:
    """Return the lines of cases; one that somebody else said first is called by the viewer's own words."""
    joined = [c for c in cases if not getattr(c, "is_first", True)]
    words = own_words(request, joined) if joined else {}
    return [_row(c, request.today, title_of(words[c.pk]) if words.get(c.pk) else c.title) for c in cases]


def _row(case: Case, today: date, title: str) -> Row:
    lead, text, until, end = _words(case, today)
    status, words = _status(case, today)
    url = reverse("service_requests:request", args=[case.number])
    return Row(title, url, lead, text, until, end, status, words)


def _words(case: Case, today: date) -> tuple[str, str, str, str]:
    unit = case.lead_unit.label if case.lead_unit else ""
    if not case.is_open:
        return "", f"{day_words(case.closed_on, today)}办结", "", ""
    if case.turn == "asker" and case.answered_on:
        ask = "，等您说解决没有" if case.kind == "problem" else "，等受理台下结论"
        return unit or "受理台", f"{day_words(case.answered_on, today)}已答复{ask}", "", ""
    if case.turn == "asker":
        return "", "要您补材料，期限先停着", "", ""
    machine = PROCEDURES.get(case.procedure, case.version)
    sentence = machine.state(case.state).sentence
    if case.clock_state == "paused" or case.due_by is None:
        return unit, sentence, "", ""
    until = f"{day_words(case.due_by, today)}下班前"
    late = today > case.due_by
    work = "答复" if case.accepted_on else "受理"
    if unit and case.turn == "lead":
        who = f"{unit} {case.handler.name}" if case.handler else unit
        sentence = "在办" if case.handler else "待签收"
        return who, f"{sentence}，{'本该' if late else ''}", until, work
    return unit, f"{sentence}，{'本该' if late else ''}", until, work


def _status(case: Case, today: date) -> tuple[str, str]:
    if not case.is_open:
        machine = PROCEDURES.get(case.procedure, case.version)
        return "done", machine.outcomes.get(case.outcome, "已办结")
    if case.turn == "asker" and case.answered_on:
        return ("turn", "等您评价") if case.kind == "problem" else ("done", "已答复")
    if case.turn == "asker":
        return "turn", "等您补材料"
    if case.clock_state == "paused":
        return "paused", "期限停着"
    if case.due_by is None:
        return "unknown", "还没定期限"
    found = open_status(case.due_by, today, calendar_for(case.district_id))
    return found.code, found.words
