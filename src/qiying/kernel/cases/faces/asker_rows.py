"""A case as one line of its asker's lists, for every procedure: who has it, until when, how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.faces.asker import asker_face_of
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.cases.selectors import cases_visible_to, own_parts
from qiying.kernel.cases.texts import title_of
from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES
from qiying.kernel.cases.waiting import asked_first, own_waiting
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import day_words


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
    amount: str = ""


def outside_roles() -> list[str]:
    """Return the party codes of those who are no office: who asked, other enterprises, people."""
    return sorted(PROCEDURES.codes_of("enterprise", "person"))


def own_cases(request: ViewerRequest) -> QuerySet[Case]:
    """Return the cases the person asked, those of the enterprise he acts for now and his own."""
    return own_cases_of(request.viewer, acting_enterprise_id(request, request.viewer))


def own_cases_of(viewer: Viewer, acting: int | None) -> QuerySet[Case]:
    """Return the cases a person asked himself and those of the enterprise he acts for."""
    found = cases_visible_to(viewer, roles=outside_roles())
    if len(viewer.enterprise_ids) > 1:
        others = viewer.enterprise_ids - {acting}
        found = found.exclude(enterprise_id__in=others)
    # A part of something larger is read there, and stands here only while it waits for him.
    alone = Q(parent=None) | Q(is_open=True, turn__in=outside_roles())
    return found.filter(alone).annotate(is_first=asked_first(viewer))


def waits_for(viewer: Viewer) -> Q:
    """Return the condition on cases that wait for the viewer as who asked."""
    return Q(pk__in=own_waiting(viewer).order_by().values("case_id"), is_open=True)


def own_first(cases: QuerySet[Case], viewer: Viewer) -> QuerySet[Case]:
    """Order by whose turn it is, then by due day, with what a row names."""
    turn = Choose(When(waits_for(viewer), then=Value(0)), default=Value(1), output_field=IntegerField())
    named = cases.select_related("lead_unit", "handler", "enterprise")
    return named.annotate(my_turn=turn).order_by("my_turn", "-is_open", "due_by", "-received_at")


def own_words(viewer: Viewer, cases: Iterable[Case]) -> dict[int, str]:
    """Return by case what the viewer's side said, its first words where there are several; two queries."""
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
    words = own_words(request.viewer, joined) if joined else {}
    amounts: dict[int, str] = {}
    for procedure in {c.procedure for c in cases}:
        if read := asker_face_of(procedure).amounts:
            amounts |= read([c for c in cases if c.procedure == procedure])
    titles = {c.pk: title_of(words[c.pk]) if words.get(c.pk) else c.title for c in cases}
    parts = own_roles(request.viewer, cases)
    return [
        _row(c, request.today, titles[c.pk], amounts.get(c.pk, ""), parts.get(c.pk, set())) for c in cases
    ]


def own_roles(viewer: Viewer, cases: Iterable[Case]) -> dict[int, set[str]]:
    """Return as which outside parties the viewer takes part, by case; asked only where there may be several."""
    found: dict[int, set[str]] = {}
    for case in cases:
        found[case.pk] = set(PROCEDURES.get(case.procedure, case.version).outside)
    several = [pk for pk, outside in found.items() if len(outside) > 1]
    held = own_parts(viewer, several) if several else []
    return found | {pk: {role for case, _, role in held if case == pk} for pk in several}


def _row(case: Case, today: date, title: str, amount: str, roles: set[str]) -> Row:
    is_mine = case.turn in roles
    lead, text, until, end = _words(case, today, roles)
    status, words = _status(case, today, is_mine)
    url = reverse("mine:case", args=[case.number])
    return Row(title, url, lead, text, until, end, status, words, amount)


def _words(case: Case, today: date, roles: set[str]) -> tuple[str, str, str, str]:
    is_mine = case.turn in roles
    unit = case.lead_unit.label if case.lead_unit else ""
    machine = PROCEDURES.get(case.procedure, case.version)
    if not case.is_open:
        return (
            unit if machine.closes_by == "decision" else "",
            f"{day_words(case.closed_on, today)}办结",
            "",
            "",
        )
    if is_mine and case.answered_on and machine.closes_by == "verdict":
        ask = "，等您说解决没有" if case.kind == "problem" else "，等受理台下结论"
        return unit or "受理台", f"{day_words(case.answered_on, today)}已答复{ask}", "", ""
    sentence = machine.state(case.state).said_to("enterprise", roles)
    if is_mine or case.turn == NOBODY or case.clock_state == "paused" or case.due_by is None:
        return "" if is_mine else unit, sentence, "", ""
    until = f"{day_words(case.due_by, today)}下班前"
    late = "本该" if today > case.due_by else ""
    if machine.closes_by == "decision":
        return unit, f"{sentence}，{late}", until, "办"
    if unit and case.turn == "lead":
        who = f"{unit} {case.handler.name}" if case.handler else unit
        return who, f"{'在办' if case.handler else '待签收'}，{late}", until, "答复"
    return unit, f"{sentence}，{late}", until, "答复" if case.accepted_on else "受理"


def _status(case: Case, today: date, is_mine: bool) -> tuple[str, str]:
    machine = PROCEDURES.get(case.procedure, case.version)
    label = machine.state(case.state).label
    if not case.is_open:
        return "done", machine.outcomes.get(case.outcome, "已办结")
    if is_mine:
        if case.answered_on and machine.closes_by == "verdict" and case.kind != "problem":
            return "done", "已答复"
        return "turn", asker_face_of(case.procedure).turn_words.get(case.state, f"等您：{label}")
    if machine.closes_by == "decision":
        return "paused" if case.clock_state == "paused" else "ontime", label
    if case.clock_state == "paused":
        return "paused", "期限停着"
    if case.due_by is None:
        return "unknown", "还没定期限"
    found = open_status(case.due_by, today, calendar_for(case.district_id))
    return found.code, found.words
