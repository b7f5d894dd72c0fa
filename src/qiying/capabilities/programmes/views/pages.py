"""The pages of one programme: tree, months, units, what is late; its draft, its report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from qiying.capabilities.programmes.forms import FileForm, LeafForm
from qiying.capabilities.programmes.models import Node, Programme
from qiying.capabilities.programmes.selectors import (
    Row,
    edition_of,
    editions_now,
    programmes_visible_to,
    progress_of,
    tree_of,
)
from qiying.capabilities.programmes.services.editions import (
    edition_change,
    edition_read,
    leaf_faults,
    may_keep,
    node_save,
)
from qiying.capabilities.programmes.services.publishing import edition_publish
from qiying.capabilities.programmes.services.reports import month_report, plan_template, tree_workbook
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
VIEWS = {"tree": "按结构", "months": "按月份", "units": "按单位", "late": "晚了的"}
sees = visible_with("programmes.view")
keeps = visible_with("programmes.keep")


def _programme(request: ViewerRequest, pk: int) -> Programme:
    return fetch_or_404(programmes_visible_to(request.viewer), pk=pk)


@sees
def tree(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show where every task of a programme stands, in one of four views."""
    programme = _programme(request, pk)
    held = editions_now(programme)
    edition, going = held.get("published"), progress_of(held.get("publishing"))
    context: dict[str, Any] = {"programme": programme, "may_keep": _keeps(request, programme), "going": going}
    if request.GET.get("part") == "going":
        return render(request, "programmes/_going.html", context)
    if edition is None:
        return page(request, "programmes/programme.html", context)
    found = tree_of(edition, request.today)
    if request.GET.get("export") == "xlsx":
        book = tree_workbook(found, dict(unit_choices(programme.district_id)))
        return xlsx_response(book, f"{programme.title}-{request.today:%Y%m%d}.xlsx")
    cases_opened(request.viewer, (row.task for row in found.rows))
    view = request.GET.get("view", "tree")
    view = view if view in VIEWS else "tree"
    unit = whole(request.GET.get("unit"))
    counts = {"tree": len(found.leaves), "units": len(found.units()), "late": len(found.late)}
    context |= {
        "edition": edition,
        "tree": found,
        "view": view,
        "unit": next((u for u in found.units() if u.pk == unit), None),
        "groups": _groups(found.of_unit(unit) if unit else found.rows),
        "figures": _figures(found),
        "tabs": [
            {"url": f"?view={code}", "label": words, "current": code == view, "count": counts.get(code)}
            for code, words in VIEWS.items()
        ],
        "part": f"programmes/_{view}.html",
    }
    return page(request, "programmes/programme.html", context)


def _keeps(request: ViewerRequest, programme: Programme) -> bool:
    return request.viewer.has("programmes.keep") and may_keep(request.viewer, programme)


def _groups(rows: list[Row]) -> list[tuple[Row, list[Row]]]:
    """Return each top branch with what is below it; a plan without branches is one group a leaf."""
    found: list[tuple[Row, list[Row]]] = []
    for row in rows:
        if row.node.depth == 1 or not found:
            found.append((row, []))
        else:
            found[-1][1].append(row)
    return found


def _figures(found: Any) -> list[tuple[str, int, str]]:
    every, looked = len(found.leaves), found.count("doing")
    return [
        ("核销", found.count("done"), f"{every} 件任务"),
        ("等核销", found.count("claimed"), f"{every} 件任务"),
        ("晚了", len(found.late), f"{looked} 件在办"),
        ("一个月没说进展", len(found.silent), f"{looked} 件在办"),
    ]


@sees
def report(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return a month's report as Word; without a month, this one's."""
    programme = _programme(request, pk)
    edition = edition_of(programme)
    if edition is None:
        return HttpResponseRedirect(reverse("programmes:tree", args=[pk]))
    year, _, month = request.GET.get("month", "").partition("-")
    asked = (whole(year) or 0, whole(month) or 0)
    is_month = programme.starts_on.year <= asked[0] <= request.today.year and 1 <= asked[1] <= 12
    on = date(*asked, 1) if is_month else request.today.replace(day=1)
    body = month_report(programme, tree_of(edition, request.today), on)
    name = f"{programme.title}{on.year}年{on.month}月进展报告.docx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(body, content_type=DOCX, headers=headers)


@keeps
def upload(request: ViewerRequest, pk: int) -> HttpResponse:
    """Draft an edition from a file."""
    if request.GET.get("template"):
        return xlsx_response(plan_template(), "方案模板.xlsx")
    programme = _programme(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)

    def run(data: dict[str, Any]) -> str:
        file = data["file"]
        edition_read(
            actor=request.viewer, programme=programme, content=file.read(), name=file.name, now=request.now
        )
        return reverse("programmes:draft", args=[pk])

    return act_page(
        request,
        form,
        title=f"从文件起草：{programme.title}",
        submit="读这份文件",
        sentence="读出来的先是草稿，对过再请另一个人发布。原来的草稿会被换掉。",
        back_url=reverse("programmes:programmes_row", args=[pk]),
        run=run,
        links=[("下载 Excel 模板", "?template=1")],
    )


@keeps
def draft(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show a draft: what stands in the way, what publishing changes."""
    programme = _programme(request, pk)
    edition = edition_of(programme, draft=True)
    if edition is None:
        messages.info(request, "没有草稿。")
        return HttpResponseRedirect(reverse("programmes:programmes_row", args=[pk]))
    return _draft(request, programme, [])


def _draft(request: ViewerRequest, programme: Programme, problems: list[str]) -> HttpResponse:
    edition = edition_of(programme, draft=True)
    assert edition is not None
    found = tree_of(edition, request.today)
    faults: dict[int, list[str]] = {}
    for pk, _, words in leaf_faults([r.node for r in found.rows], programme, request.today):
        faults.setdefault(pk, []).append(words)
    context = {
        "programme": programme,
        "edition": edition,
        "rows": [(row, faults.get(row.node.pk, [])) for row in found.rows],
        "fault_count": sum(len(one) for one in faults.values()),
        "change": edition_change(edition),
        "may_publish": request.viewer.has("programmes.publish") and may_keep(request.viewer, programme),
        "is_own": edition.made_by_id == request.viewer.person_id,
        "problems": [(words, "") for words in problems],
    }
    return page(request, "programmes/draft.html", context, 422 if problems else None)


@require_POST
@visible_with("programmes.publish")
def publish(request: ViewerRequest, pk: int) -> HttpResponse:
    """Put the draft in force."""
    programme = _programme(request, pk)
    edition = edition_of(programme, draft=True)
    if edition is None:
        messages.info(request, "没有草稿，可能刚发布过。")
        return HttpResponseRedirect(reverse("programmes:tree", args=[pk]))
    try:
        made = edition_publish(actor=request.viewer, edition=edition, now=request.now)
    except GuardFailed as error:
        return _draft(request, programme, list(error.reasons))
    except ActionNotAvailable as late:
        messages.warning(request, late.message)
    else:
        is_done = made.state == "published"
        words = "发布了，任务都交到各单位了。" if is_done else "正在发布，可以先去做别的，发完告诉您。"
        messages.success(request, f"第 {edition.no} 版{words}")
    return HttpResponseRedirect(reverse("programmes:tree", args=[pk]))


@keeps
def leaf(request: ViewerRequest, pk: int, node: int) -> HttpResponse:
    """Correct a leaf of a draft."""
    programme = _programme(request, pk)
    rows = Node.objects.filter(edition__programme=programme, edition__state="draft", is_leaf=True)
    found = fetch_or_404(rows.select_related("edition__programme", "person"), pk=node)
    form = LeafForm(request.POST or None, viewer=request.viewer, today=request.today, row=found)

    def run(data: dict[str, Any]) -> None:
        node_save(actor=request.viewer, node=found, values=data, now=request.now)

    back = reverse("programmes:draft", args=[pk])
    return act_page(
        request, form, title=f"改 {found.code} {found.title}", submit="存好", back_url=back, run=run
    )


urlpatterns = [
    path("programmes/<int:pk>/tree/", tree, name="tree"),
    path("programmes/<int:pk>/report/", report, name="report"),
    path("programmes/<int:pk>/file/", upload, name="upload"),
    path("programmes/<int:pk>/draft/", draft, name="draft"),
    path("programmes/<int:pk>/draft/publish/", publish, name="publish"),
    path("programmes/<int:pk>/draft/<int:node>/", leaf, name="leaf"),
]
