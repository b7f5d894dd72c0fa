"""The rectification list, monthly hearings on it, question motions, themes over years."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from qiying.capabilities.deliberations.forms import (
    AnswerForm,
    JudgeForm,
    MoversForm,
    PutForm,
    ResultForm,
    StepForm,
)
from qiying.capabilities.deliberations.models import Hearing, OpinionItem, QuestionMotion, Theme
from qiying.capabilities.deliberations.selectors import (
    ANSWER,
    VIEW,
    hearing_about,
    hearings_visible_to,
    items_visible_to,
    last_heard,
    motions_visible_to,
    people,
    sittings_visible_to,
    theme_about,
)
from qiying.capabilities.deliberations.services import items as services
from qiying.capabilities.deliberations.services import motions, themes
from qiying.capabilities.deliberations.views.kept import kept_register, one_of, step, whole_form
from qiying.kernel.organisations.listing import Column, search, state_tabs
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register, saves
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.views import register_urls

DRAFTED = (OpinionItem.State.DRAFT, OpinionItem.State.ADOPTED)


def _item_form(data: Any, *, viewer: Viewer, today: date, row: Any) -> Any:
    """Return the form of an item; articles stand in it where somebody keeps them."""
    make = row_form(
        OpinionItem,
        "sitting",
        *services.KEPT,
        offers={"sitting": _open, "unit": _units, "person": _heads},
        hints={"due_on": "不写就是报告那天"},
        once=("sitting",),
    )
    form = make(data, viewer=viewer, today=today, row=row)
    if (articles := provided("article_choices")) is not None:
        choices = articles(viewer, today)
        form.fields["articles"] = forms.TypedMultipleChoiceField(
            label="依据哪几条", coerce=int, choices=choices, required=False
        )
    return form


def _units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return unit_choices(viewer.district_id or 0)


def _open(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return [(s.pk, str(s)) for s in sittings_visible_to(viewer).filter(state="open")]


def _heads(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return people(viewer, today, "leader", "liaison", "handler")


def _keep(actor: Viewer, row: OpinionItem | None, values: dict[str, Any], now: datetime) -> OpinionItem:
    if row is not None:
        return services.item_save(actor=actor, row=row, values=values, now=now)
    sitting = fetch_or_404(sittings_visible_to(actor), pk=values["sitting"])
    return services.item_add(actor=actor, sitting=sitting, values=values, now=now)


ITEMS: Register[Any] = kept_register(
    "items",
    "整改清单",
    OpinionItem,
    [
        Column(
            "要求",
            lambda i: i.text,
            "no",
            ("no",),
            url=lambda i: ITEMS.row_url(i),
            sub=lambda i: f"第 {i.no} 条 · {i.sitting}",
        ),
        "area",
        "unit",
        Column("责任人", lambda i: i.person.name if i.person else ""),
        "due_on",
        Column(
            "任务",
            lambda i: i.case.number if i.case else "",
            url=lambda i: f"/cases/{i.case.number}/" if i.case else "",
        ),
        Column("上次听进展", lambda i: i.heard),
        "closed_on",
    ],
    listing={
        "tabs": state_tabs(
            ("sent", "整改中", "没有整改中的", "审议意见交办以后，每一条在这里，也是责任单位的任务。"),
            ("draft", "拟定", "没有拟定中的", "在代表意见里并成条目。"),
            ("adopted", "待交办", "没有待交办的", ""),
            ("closed", "已核销", "还没有核销的", "查了证据、见了实效才核销。"),
            ("dropped", "撤下了", "没有撤下的", ""),
        ),
        "filters": [
            one_of("sitting", "哪次审议", sittings_visible_to, "sitting_id"),
            search("要求", "text"),
            search("哪类问题", "area", name="area"),
        ],
        "prepare": lambda request, rows: last_heard(rows),
    },
    noun="审议意见",
    rows=lambda viewer, today: items_visible_to(viewer),
    form=_item_form,
    save=_keep,
    may_touch=lambda viewer, row: row.state in DRAFTED,
    imports=False,
    edits_apart=True,
    links=((VIEW, "deliberations:hearings", "听进展会"),),
    panels=(
        Panel(
            "deliberations/_heard.html",
            lambda request, row: {
                "judgements": list(row.judgements.select_related("hearing")),
                "opinions": row.opinions.count(),
            },
        ),
    ),
)


def _handed(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    rows = sittings_visible_to(viewer).filter(state__in=("handed", "reported"))
    return [(s.pk, str(s)) for s in rows]


def _left(viewer: Viewer, row: Hearing) -> bool:
    return row.judgements.count() < row.sitting.items.filter(case__isnull=False).count()


HEARINGS: Register[Any] = kept_register(
    "hearings",
    "听进展会",
    Hearing,
    [Column("哪张清单", lambda h: str(h.sitting), url=lambda h: HEARINGS.row_url(h)), "on", "who"],
    fields=("sitting", "on", "who"),
    offers={"sitting": _handed},
    hints={"who": "例：财经工委、7 名代表听，6 个单位说"},
    listing={
        "filters": [one_of("sitting", "哪次审议", sittings_visible_to, "sitting_id")],
        "empty_title": "还没有听过进展",
        "empty_text": "审议意见交办以后每月听一次：单位说进展，人大看证据，逐条判。",
    },
    rows=lambda viewer, today: hearings_visible_to(viewer),
    save=saves(services.hearing_save),
    imports=False,
    edits_apart=True,
    panels=(Panel("deliberations/_hearing.html", lambda request, row: hearing_about(row, request.viewer)),),
    acts=(
        step(
            "judge",
            "判一条",
            whole_form(services.item_judge),
            lambda j: f"第 {j.item.no} 条：{j.get_found_display()}。",
            form=JudgeForm,
            applies=_left,
            on_page=True,
            goes_to=lambda row: HEARINGS.row_url(row),
        ),
    ),
)


def _asked(viewer: Viewer, row: QuestionMotion) -> bool:
    return row.state == QuestionMotion.State.PUT and row.unit_id in viewer.unit_ids


MOTIONS: Register[Any] = kept_register(
    "motions",
    "质询案",
    QuestionMotion,
    ["title", "unit", "filed_on", "state", "answer_by", "answered_on", "satisfied", "dissatisfied"],
    fields=("title", "text", "movers", "unit", "filed_on", "conflict"),
    offers={"movers": lambda viewer, today: people(viewer, today, "deputy", "congress")},
    hints={"movers": "县级 3 名组成人员以上联名", "conflict": "内容说到提案人自己的企业要写明"},
    listing={
        "empty_title": "还没有质询案",
        "empty_text": "登记提案人、质询对象和内容，主任会议决定以后交受质询机关答复。",
    },
    rows=lambda viewer, today: motions_visible_to(viewer),
    imports=False,
    edits_apart=True,
    may_change=True,
    panels=(
        Panel(
            "deliberations/_motion.html",
            lambda request, row: {"motion": row, "movers": list(row.movers.all())},
        ),
    ),
    acts=(
        step(
            "put",
            "交受质询机关",
            whole_form(motions.motion_put),
            lambda m: f"交了，{m.answer_by}前答复。",
            "filed",
            form=PutForm,
        ),
        step(
            "answer",
            "答复",
            whole_form(motions.motion_answer),
            "答复交了，等提案人评价。",
            form=AnswerForm,
            applies=_asked,
            needs=(ANSWER,),
            on_page=True,
            keeps_draft=True,
        ),
        step(
            "judge",
            "记提案人评价",
            whole_form(motions.motion_judge),
            lambda m: f"记下了：{m.get_state_display()}。",
            "answered",
            form=MoversForm,
        ),
    ),
)

THEMES: Register[Any] = kept_register(
    "themes",
    "监督主题",
    Theme,
    ["name", "about", "started_on", "ended_on"],
    fields=("name", "about", "started_on", "ended_on"),
    listing={
        "empty_title": "还没有监督主题",
        "empty_text": "一件事连着几年盯：登记主题，每年做了什么、成了什么都记在它下面。",
    },
    unique="name",
    edits_apart=True,
    sees=(VIEW,),
    opens=(VIEW,),
    panels=(Panel("deliberations/_theme.html", lambda request, row: theme_about(row)),),
    acts=(
        step("step", "记一步", whole_form(themes.step_add), "记上了。", form=StepForm),
        step("result", "记一个结果", whole_form(themes.result_add), "记上了。", form=ResultForm),
    ),
)
urlpatterns = [
    *register_urls(ITEMS, "congress/items/"),
    *register_urls(HEARINGS, "congress/hearings/"),
    *register_urls(MOTIONS, "congress/motions/"),
    *register_urls(THEMES, "congress/themes/"),
]
