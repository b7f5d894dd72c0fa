"""Plans with topics and attendance; the session of a topic begins here and goes on as a gathering."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.study.models import Plan, Topic
from qiying.capabilities.study.selectors.plans import (
    STUDIED,
    Attendance,
    attendance,
    learners_of,
    plans_visible_to,
    topics_visible_to,
)
from qiying.capabilities.study.services.keeping import may_keep, topic_hold
from qiying.capabilities.study.views.kept import act, kept_register
from qiying.kernel.audit.clock import SHANGHAI
from qiying.kernel.gatherings.forms import CLOCK, DAY
from qiying.kernel.organisations.listing import Column, Tab, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.views import register_urls

VIEW = ("study.view",)


class HoldForm(forms.Form):
    """When and where a topic is studied."""

    on = forms.DateField(label="哪天学", widget=DAY)
    starts = forms.TimeField(label="几点开始", widget=CLOCK, initial="19:00")
    ends = forms.TimeField(label="几点结束", widget=CLOCK, initial="20:30")
    place = forms.CharField(label="在哪里", max_length=120)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", "结束要晚于开始")
        return data


def _hold(actor: Viewer, row: Topic, data: dict[str, Any], now: datetime) -> None:
    times = {f"{n}_at": datetime.combine(data["on"], data[n], SHANGHAI) for n in ("starts", "ends")}
    topic_hold(actor=actor, topic=row, head={"on": data["on"], "place": data["place"], **times}, now=now)


def _attended(by: str) -> Any:
    def prepare(request: ViewerRequest, rows: Any) -> None:
        name = "plan" if by == "plan_id" else "pk"
        topics = Topic.objects.filter(**{f"{name}__in": [r.pk for r in rows]})
        found = attendance(topics, by)
        for row in rows:
            row.attended = found.get(row.pk, Attendance())

    return prepare


def _about_plan(request: ViewerRequest, row: Plan) -> dict[str, Any]:
    topics = list(topics_visible_to(request.viewer).filter(plan=row))
    return {"row": row, "topics": topics, "people": learners_of(row, request.today), "today": request.today}


def _topic_end(viewer: Viewer, topic: Topic) -> bool:
    return topic.gathering_id is None and may_keep(viewer, topic)


PLANS = kept_register(
    "plans", "学习计划", Plan,
    ["body", "year", "unit", Column("学了的专题", lambda p: p.attended.topics),
     Column("到会", lambda p: p.attended.people), Column("依据", lambda p: p.source, in_page=False)],
    fields=("body", "year", "unit", "source", "members", "units"), imports=False,
    rows=lambda viewer, today: plans_visible_to(viewer),
    listing={
        "prepare": _attended("plan_id"),
        "filters": [search("谁学", "body")],
        "empty_title": "还没有学习计划", "empty_text": "登记一个：谁学、依据、一年学哪些专题，到会自动数。",
    },
    hints={"members": "按住 Ctrl 多选", "units": "这些单位的人全体参加，如周一夜学"},
    sees=VIEW, opens=VIEW, edits=("study.organise",), panels=(Panel("study/_plan.html", _about_plan),),
)  # fmt: skip
TOPICS = kept_register(
    "topics", "学习专题", Topic,
    ["title", Column("哪个计划", lambda t: str(t.plan), "plan", ("plan__body", "plan__year")), "law", "planned_on",
     Column("哪天学的", lambda t: t.gathering.on if t.gathering else None, kind="date"),
     Column("到会", lambda t: t.attended.people)],
    fields=("title", "plan", "law", "planned_on"), noun="专题",
    rows=lambda viewer, today: topics_visible_to(viewer),
    listing={
        "prepare": _attended("pk"),
        "filters": [
            search("学什么、哪部法", "title", "law"),
        ],
        "tabs": [
            Tab("todo", "还没学", Q(gathering=None), "没有等着学的专题", "给计划登记专题和日子。"),
            Tab("set", "定了时间", Q(gathering__isnull=False) & ~STUDIED, "没有定了时间的"),
            Tab("done", "学了", STUDIED, "还没有学完的"),
        ],
    },
    sees=VIEW, opens=VIEW, edits=("study.organise",),
    acts=(
        Act("hold", "开学习会", act(_hold, "定了，计划里的人都在名单上，去发邀请。"), form=HoldForm, applies=_topic_end,
            goes_to=lambda t: _gathering_url(t)),
    ),
)  # fmt: skip


def _gathering_url(topic: Topic) -> str:
    pk = Topic.objects.values_list("gathering_id", flat=True).get(pk=topic.pk)
    return reverse("gatherings:gathering", args=[pk]) if pk else TOPICS.row_url(topic)


def overdue(viewer: Viewer, today: date) -> Any:
    """Return the topics of the viewer's units whose session is not set yet."""
    rows = Topic.objects.filter(gathering=None, plan__unit_id__in=viewer.unit_ids, plan__year=today.year)
    return rows.select_related("plan")


urlpatterns = [*register_urls(PLANS, "study/plans/"), *register_urls(TOPICS, "study/topics/")]
