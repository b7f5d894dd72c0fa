"""Pages of experience: two registers, the officer's walks on a phone, a walk beside its guide, what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.experience.forms import (
    ImprovementForm,
    officer_form,
    script_form,
    task_form,
)
from qiying.capabilities.experience.models import ExperienceOfficer, ExperienceScript
from qiying.capabilities.experience.rules import compare
from qiying.capabilities.experience.selectors import (
    ORGANISES,
    officers_visible_to,
    own_tasks,
    scripts_visible_to,
    tasks_visible_to,
    walked,
)
from qiying.capabilities.experience.services import (
    improvement_record,
    officer_appoint,
    officer_end,
    quarter_fill,
    script_save,
    task_give,
    task_record,
)
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, ends, saves
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls


def _appoint(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> ExperienceOfficer:
    return officer_appoint(actor=actor, values=data, now=now)


def _called(rows: QuerySet[ExperienceOfficer], text: str) -> QuerySet[ExperienceOfficer]:
    return rows.filter(person__name__icontains=text)


OFFICERS: Register[ExperienceOfficer] = declare_register(
    Register(
        name="experience_officers",
        title="体验官",
        noun="体验官",
        listing=Listing(
            columns=[
                Column(
                    "姓名",
                    lambda o: o.person.name,
                    "name",
                    ("person__name",),
                    url=lambda o: OFFICERS.row_url(o),
                ),
                Column("身份", lambda o: o.background),
                Column("每季度几次", lambda o: o.per_quarter, numeric=True),
                *TERM_COLUMNS,
                Column("为什么结束", lambda o: o.ended_reason, in_page=False),
            ],
            filters=[Filter("q", "姓名", _called)],
            tabs=TERM_TABS,
            empty_title="还没有体验官",
            empty_text="请企业家、代表、媒体像办事人一样走一遍流程，先聘几位。",
        ),
        rows=lambda viewer, today: officers_visible_to(viewer),
        sees=(ORGANISES,),
        edits=(ORGANISES,),
        url="experience:officers",
        subject=lambda o: f"person:{o.person_id}",
        noted=("feedback.officer_appoint", "feedback.officer_end"),
        form=officer_form,
        save=_appoint,
        imports=False,
        may_change=False,
        acts=(end_act(ends(officer_end, "officer"), label="结束聘任"),),
        new_label="聘一位",
        links=((ORGANISES, "experience:scripts", "体验脚本"),),
    )
)


def _give(actor: Viewer, row: ExperienceScript, data: dict[str, Any], now: datetime) -> str:
    officer = officers_visible_to(actor).get(pk=data["officer_id"])
    task_give(script=row, officer=officer, actor=actor, due_on=data["due_on"], now=now)
    return f"交给{officer}了，已经通知他。"


SCRIPTS: Register[ExperienceScript] = declare_register(
    Register(
        name="experience_scripts",
        title="体验脚本",
        noun="脚本",
        listing=Listing(
            columns=[
                Column("事项", lambda s: s.name, "name", ("name",), url=lambda s: SCRIPTS.row_url(s)),
                Column("办事单位", lambda s: s.unit.label, "unit", ("unit__name",)),
                Column("几步", lambda s: len(s.step_list), numeric=True),
                Column("指南写几个工作日", lambda s: s.workdays, numeric=True),
                Column("指南写几份材料", lambda s: s.papers, numeric=True),
                Column("在用", lambda s: s.is_active),
            ],
            empty_title="还没有脚本",
            empty_text="选一个常办的事项，把步骤一行一行写下来，体验官照着走。",
        ),
        rows=lambda viewer, today: scripts_visible_to(viewer),
        sees=(ORGANISES,),
        edits=(ORGANISES,),
        url="experience:scripts",
        subject=lambda s: f"experience_script:{s.pk}",
        form=script_form,
        save=saves(script_save, "script"),
        imports=False,
        unique="name",
        acts=(Act("give", "交给体验官", _give, form=task_form, applies=lambda viewer, row: row.is_active),),
        links=((ORGANISES, "experience:officers", "体验官"), (ORGANISES, "experience:walks", "体验记录")),
    )
)


@visible_with(ORGANISES)
@require_POST
def fill_quarter(request: ViewerRequest) -> HttpResponse:
    """Give every officer his walks of this quarter."""
    count = quarter_fill(actor=request.viewer, now=request.now)
    messages.success(request, f"派了 {count} 次。" if count else "这个季度都派满了。")
    return HttpResponseRedirect(reverse("experience:walks"))


@signed_in
@require_GET
def experience(request: ViewerRequest) -> HttpResponse:
    """Show an officer's walks, a unit what was met at its services, the organiser all of it."""
    viewer = request.viewer
    mine = list(own_tasks(viewer, request.today))
    done = list(walked(tasks_visible_to(viewer))[:100])
    if not mine and not done and not viewer.memberships:
        raise Http404("没有找到这一页，或者您看不到它")
    context = {"mine": mine, "done": done, "organises": viewer.has(ORGANISES)}
    return page(request, "experience/list.html", context)


@signed_in
def task(request: ViewerRequest, task_id: int) -> HttpResponse:
    """Walk a script step by step, or show what was met beside the guide."""
    found = fetch_or_404(tasks_visible_to(request.viewer), pk=task_id)
    if found.done_at is None:
        return _walk(request, found)
    context = {
        "task": found,
        "compared": compare(found.response.answers, found.script.published) if found.response else [],
        "findings": list(found.findings.select_related("case")),
        "improvements": list(found.improvements.select_related("retest")),
        "may_improve": found.script.unit_id in request.viewer.unit_ids and not found.improvements.exists(),
        "sees_cases": bool(request.viewer.memberships),
    }
    return page(request, "experience/task.html", context)


def _walk(request: ViewerRequest, found: Any) -> HttpResponse:
    version = current_version(found.script.form)
    if version is None or found.officer.person_id != request.viewer.person_id:
        raise Http404("还没有体验，没有可看的")

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        task_record(
            task=found,
            actor=request.viewer,
            answers=answers,
            key=key,
            now=request.now,
            session_key=session_key,
        )
        return reverse("experience:task", args=[found.pk])

    back = reverse("experience:walks")
    return fill(request, Filling(version, found.subject, hand_in, back_url=back, submit="交体验记录"))


@signed_in
def improve(request: ViewerRequest, task_id: int) -> HttpResponse:
    """Record what the unit changed."""
    found = fetch_or_404(tasks_visible_to(request.viewer), pk=task_id)
    if found.script.unit_id not in request.viewer.unit_ids:
        raise Http404("没有找到这一页，或者您看不到它")

    def run(data: dict[str, Any]) -> None:
        improvement_record(task=found, actor=request.viewer, text=data["text"], now=request.now)

    back = reverse("experience:task", args=[found.pk])
    return act_page(
        request, ImprovementForm(request.POST or None), title=f"记改进：{found.script.name}", submit="记下，请人复测",
        back_url=back, run=run, done="记下了，体验官会再走一遍。",
    )  # fmt: skip


urlpatterns = [
    path("experience/", experience, name="walks"),
    path("experience/quarter/", fill_quarter, name="quarter"),
    *register_urls(OFFICERS, "experience/officers/"),
    *register_urls(SCRIPTS, "experience/scripts/"),
    path("experience/<int:task_id>/", task, name="task"),
    path("experience/<int:task_id>/improve/", improve, name="improve"),
]
