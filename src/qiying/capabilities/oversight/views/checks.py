"""Law-enforcement checks, their groups with the checklist, the one list of what was found, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header

from qiying.capabilities.oversight.forms.checks import FixedForm, SendForm, ToolForm
from qiying.capabilities.oversight.models import Basis, CheckGroup, Finding, LawCheck
from qiying.capabilities.oversight.selectors.basis import article_choices
from qiying.capabilities.oversight.services import checks as services
from qiying.capabilities.oversight.services.common import congress_of
from qiying.capabilities.oversight.services.keeping import row_keep
from qiying.capabilities.oversight.views.kept import CITES, VIEW, kept_register, people
from qiying.kernel.documents.letters import letter_docx
from qiying.kernel.enterprises.fields import firm_field
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.organisations.linked import links_of
from qiying.kernel.organisations.listing import Column, Filter, choice, state_tabs
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import OFFERS
from qiying.kernel.registers.register import Act, Panel, Register, does
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _own(model: Any) -> Any:
    def choices(viewer: Viewer, today: Any) -> list[tuple[int, str]]:
        rows = model.objects.filter(district_id=viewer.district_id or 0)
        return [(row.pk, str(row)) for row in rows[:200]]

    return choices


def _congress(viewer: Viewer) -> Unit:
    found = Unit.objects.filter(pk=congress_of(viewer.district_id or 0) or 0).first()
    if found is None:
        raise ActionNotAvailable("本区还没有登记人大机关，请运维在单位里设“人大监督”职能")
    return found


_tool = does(services.tool_add, "row", "记上了。")


def _checklist(actor: Viewer, row: LawCheck, data: dict[str, Any], now: datetime) -> str:
    services.checklist_make(actor=actor, row=row, unit=_congress(actor), now=now)
    return "检查表做好了，各组在自己的页面上填。"


def _about(request: ViewerRequest, row: LawCheck) -> dict[str, Any]:
    groups = row.groups.select_related("leader").prefetch_related("towns")
    links = links_of(request.viewer, [t["subject"] for t in row.tools])
    linked = [(t["label"], *links[t["subject"]]) for t in row.tools if t["subject"] in links][:50]
    return {"check": row, "groups": groups, "linked": linked, **services.check_figures(row)}


PEOPLE = ("congress", "deputy")
CHECKS: Register[Any] = kept_register(
    "checks",
    "执法检查",
    LawCheck,
    ["name", "basis", "planned_on", "starts_on", "ends_on", "levels", "reported_on"],
    fields=(
        "name", "basis", "checked", "planned_on", "starts_on", "ends_on", "levels", "assessment", "proposals",
        "reported_on",
    ),
    offers={"basis": _own(Basis), "checked": lambda viewer, today: unit_choices(viewer.district_id or 0)},
    hints={"planned_on": "检查开始一个月以前", "levels": "例：市人大、11 个镇街人大"},
    related=("basis",),
    listing={
        "empty_title": "还没有执法检查",
        "empty_text": "先在监督依据里登记条款，再登记检查、分组，做检查表。",
    },
    edits_apart=True,
    imports=False,
    unique="name",
    panels=(Panel("oversight/_check.html", _about),),
    links=((VIEW, "oversight:findings", "问题清单"), (VIEW, "oversight:groups", "检查组")),
    acts=(
        Act("checklist", "按条款做检查表", _checklist, applies=lambda viewer, row: row.checklist_id is None),
        CITES,
        Act("tool", "记一次走访、座谈、问卷", _tool, form=ToolForm, submit="记上"),
    ),
)  # fmt: skip

GROUPS: Register[Any] = kept_register(
    "groups",
    "检查组",
    CheckGroup,
    [
        Column("哪一组", str, "no", ("no",), url=lambda g: GROUPS.row_url(g)),
        "check_of",
        "leader",
        Column("镇街", lambda g: "、".join(t.label for t in g.towns.all())),
    ],
    fields=("check_of", "no", "leader", "members", "towns"),
    offers={
        "check_of": _own(LawCheck),
        "leader": lambda viewer, today: people(viewer, today, *PEOPLE),
        "members": lambda viewer, today: people(viewer, today, *PEOPLE),
        "towns": lambda viewer, today: unit_choices(viewer.district_id or 0, ("town",)),
    },
    hints={"leader": "主任会议组成人员", "members": "被检查单位的人不能进检查组"},
    related=("check_of", "leader"),
    listing={"empty_title": "还没有检查组", "empty_text": "登记执法检查以后分组：组长、组员、镇街。"},
    edits_apart=True,
    imports=False,
    panels=(
        Panel(
            "oversight/_group.html",
            lambda request, row: {"group": row, "is_in": services.is_in(row, request.viewer)},
        ),
    ),
)


_send = does(services.finding_send, "row", lambda case: f"交办了，办件号 {case.number}。", values="values")
_fixed = does(services.finding_fixed, "row", "记下了，有结果了。")


def _keep(actor: Viewer, row: Finding | None, values: dict[str, Any], now: datetime) -> Finding:
    given: dict[str, Any] = {"values": values, "names": FOUND, "now": now}
    made: Finding = row_keep(actor=actor, model=Finding, row=row, **given)
    services.finding_cite(made, actor, now)
    return made


def _is_found(viewer: Viewer, row: Finding) -> bool:
    return bool(row.state == Finding.State.FOUND)


def _case_url(row: Finding) -> str:
    return f"/cases/{row.case.number}/" if row.case else ""


FOUND = ("check_of", "group", "article", "source", "text", "enterprise", "unit", "found_on")
FINDINGS: Register[Any] = kept_register(
    "findings",
    "问题清单",
    Finding,
    [
        "text",
        Column("哪一条", lambda f: str(f.article), "article", ("article__no",)),
        "source",
        "enterprise",
        "unit",
        "found_on",
        Column("办件", lambda f: f.case.number if f.case else "", url=_case_url),
        "result",
        "closed_on",
    ],
    form=row_form(
        Finding, *FOUND, fields={"enterprise": firm_field("哪家企业", required=False)},
        offers={**OFFERS, "check_of": _own(LawCheck), "group": _own(CheckGroup), "article": article_choices},
    ),
    related=("article__basis", "unit", "case", "check_of", "enterprise"),
    listing={
        "tabs": state_tabs(
            ("found", "待交办", "没有待交办的问题", "检查组交检查表以后，没落实的条款在这里。"),
            ("sent", "整改中", "没有整改中的问题", ""),
            ("closed", "有结果了", "还没有有结果的问题", ""),
        ),
        "filters": [
            Filter("check", "哪次检查", lambda rows, pk: rows.filter(check_of_id=whole(pk) or 0),
                   lambda request: _own(LawCheck)(request.viewer, request.today)),
            choice("source", "从哪里来", Finding.Source.choices),
        ],
    },
    noun="问题",
    new_label="登记一条问题",
    save=_keep,
    edits_apart=True,
    acts=(
        Act("send", "交办", _send, form=SendForm, applies=_is_found),
        Act("fixed", "即查即改，记结果", _fixed, form=FixedForm, applies=_is_found),
    ),
)  # fmt: skip


@visible_with(VIEW)
def report(request: ViewerRequest, key: int) -> HttpResponse:
    """Give the report of a check as Word, made from its data."""
    rows = LawCheck.objects.filter(district_id=request.viewer.district_id or 0).select_related("basis")
    row = fetch_or_404(rows, pk=key)
    letter = services.check_report(row, _congress(request.viewer), request.today)
    response = HttpResponse(letter_docx(letter), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, f"{row.name}报告.docx") or ""
    return response


@visible_with(VIEW)
def checklist(request: ViewerRequest, key: int) -> HttpResponse:
    """Let a group fill the checklist, article by article."""
    rows = CheckGroup.objects.filter(district_id=request.viewer.district_id or 0)
    group = fetch_or_404(rows.select_related("check_of__checklist", "check_of__basis"), pk=key)
    version = group.check_of.checklist
    if version is None or not services.is_in(group, request.viewer):
        raise Http404("没有找到这一页，或者您看不到它")

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        services.checklist_hand_in(
            actor=request.viewer, group=group, answers=answers, key=key, now=request.now
        )
        return GROUPS.row_url(group)

    return fill(request, Filling(version, group.subject, hand_in, back_url=GROUPS.row_url(group)))


urlpatterns = [
    path("checks/<int:key>/report/", report, name="check_report"),
    path("groups/<int:key>/checklist/", checklist, name="group_checklist"),
    *register_urls(CHECKS, "checks/"),
    *register_urls(GROUPS, "groups/"),
    *register_urls(FINDINGS, "findings/"),
]
