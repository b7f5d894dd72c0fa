"""Where study stands: the navigation, exams to sit, topics whose session is not set, the text of a report."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.study.models import Exam, Topic
from qiying.capabilities.study.selectors.exams import exams_to_sit
from qiying.capabilities.study.services.reports import PARTS, PROCEDURE, ReportExtras
from qiying.capabilities.study.views.plans import overdue
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

LOOK = ("desk", "liaison", "leader", "supervisor", "district_leader", "discipline", "law_officer")
LEARN = ("desk", "liaison", "handler", "leader", "policy", "callback", "law_officer", "district_leader")
offer_nav("study_plans", "学习计划", "study:plans", LOOK, 80, group="learning", first=("law_officer",))
offer_nav("study_topics", "学习专题", "study:topics", LOOK, 81, group="learning")
offer_nav("study_mine", "我的考试", "study:mine", LEARN, 82, group="learning")
offer_nav("study_exams", "考试", "study:exams", LOOK, 83, group="learning")
offer_nav("study_questions", "题库", "study:questions", ("law_officer",), 84, group="learning")
offer_nav("study_reports", "年度述法", "study:reports", {*LOOK, *LEARN}, 85, group="learning")
offer_nav("study_hours", "培训学时", "study:hours", {*LOOK, *LEARN}, 86, group="learning")


def exams(viewer: Viewer, today: date) -> Source | None:
    """Return the examinations the viewer has still to hand in, each with its last day."""
    if not viewer.has("study.own") or not viewer.unit_ids:
        return None

    def item(row: Exam) -> Item:
        return Item(
            row.title, reverse("study:sit", args=[row.pk]), row.unit.label, "要考，只能考一次", row.closes_on
        )

    rows = exams_to_sit(viewer, today).select_related("unit")
    return Source(rows, item, reverse("study:mine"), day="closes_on", order=("closes_on", "pk"))


def topics(viewer: Viewer, today: date) -> Source | None:
    """Return the topics of the viewer's plans that have no session yet, each with the day it is planned by."""
    if not viewer.has("study.organise"):
        return None

    def item(row: Topic) -> Item:
        url = reverse("study:topics_row", args=[row.pk])
        return Item(row.title, url, row.plan.body, "还没定哪天学", row.planned_on)

    return Source(
        overdue(viewer, today), item, reverse("study:topics"), day="planned_on", order=("planned_on", "pk")
    )


def report(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what a leader wrote, beside his report."""
    if case.procedure != PROCEDURE:
        return None
    extras = ReportExtras.of(case)
    return Tile(
        "study/_case.html", {"parts": [(label, getattr(extras, name)) for name, label in PARTS.items()]}
    )


declare_waiting("study_exams", "要考的试", exams, order=72)
declare_waiting("study_topics", "要定日子的学习专题", topics, order=73)
case_panel("law_report", report)
