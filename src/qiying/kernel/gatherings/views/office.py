"""The office's pages: the list, one gathering, and everything the organiser does."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from qiying.kernel.audit.selectors import history_of
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.documents.models import Document, DocumentKind
from qiying.kernel.enterprises.codes import just_scanned
from qiying.kernel.gatherings.forms import AttendeeForm, HeadForm, PhotoForm, ReasonForm
from qiying.kernel.gatherings.kinds import ANSWER, CANCELLED, CHECK_IN, PLAN, RECORD, WRITE, all_kinds
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import (
    GONE,
    attendees_of,
    counted,
    gathering_for,
    gathering_to,
    gatherings_visible_to,
    items_of,
    letters_due,
    may_organise,
    may_record,
    may_take,
)
from qiying.kernel.gatherings.services.people import attendee_add, check_in_code
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save, unmet
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import act_page, page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.search.selectors import matching_subquery
from qiying.ui.given import whole

LIST = ("gatherings.view", "gatherings.organise")
STATUS = {
    "planned": "unknown",
    "inviting": "turn",
    "running": "near",
    "following": "duesoon",
    "closed": "done",
}


def _found(rows: QuerySet[Gathering], text: str) -> QuerySet[Gathering]:
    ids = matching_subquery("gathering", text)
    return rows.filter(pk__in=ids) if ids is not None else rows.none()


def _kinds() -> list[tuple[str, str]]:
    return [(k.code, k.label) for k in all_kinds()]


def _phases() -> list[tuple[str, str]]:
    return list({p.code: (p.code, p.label) for k in all_kinds() for p in k.phases}.values())


def _prepare(request: ViewerRequest, rows: Any) -> None:
    """Count people and items of the rows shown, in one statement."""
    found = {g.pk: g for g in counted(Gathering.objects.filter(pk__in=[r.pk for r in rows]))}
    for row in rows:
        row.__dict__.update(
            {n: getattr(found[row.pk], n) for n in ("coming", "present", "raised", "settled")}
        )


GATHERINGS: Register[Gathering] = declare_register(
    Register(
        name="gatherings",
        title="会议活动",
        noun="会议活动",
        listing=Listing(
            columns=[
                Column(
                    "主题",
                    lambda g: g.title,
                    "title",
                    ("title",),
                    url=lambda g: reverse("gatherings:gathering", args=[g.pk]),
                    sub=lambda g: f"{g.of_kind.label}{f' 第 {g.number} 次' if g.number else ''}",
                ),
                Column("时间", lambda g: g.starts_at, "when", ("starts_at",)),
                Column("地点", lambda g: g.place),
                Column("主办", lambda g: g.unit.label, "unit", ("unit__name",)),
                Column("来", lambda g: getattr(g, "coming", ""), numeric=True),
                Column("签到", lambda g: getattr(g, "present", ""), numeric=True),
                Column(
                    "问题",
                    lambda g: getattr(g, "answered", ""),
                    numeric=True,
                ),
                Column("现在", lambda g: g.of_phase.label, status=lambda g: STATUS.get(g.phase, "paused")),
            ],
            filters=[
                Filter("q", "主题、地点、说过的话", _found),
                choice("kind", "种类", _kinds()),
                choice("phase", "阶段", _phases()),
                Filter("year", "年份", lambda rows, year: rows.filter(on__year=whole(year, most=9999) or 0)),
            ],
            empty_title="还没有会议活动",
            empty_text="从右上角新建一次，先写主题和时间，再加要请的人。",
            prepare=_prepare,
        ),
        rows=lambda viewer, today: gatherings_visible_to(viewer),
        sees=LIST,
        edits=(),
        url="gatherings:list",
    )
)


def _back(viewer: Viewer) -> dict[str, str]:
    """Return where a page leads back to: the list, or home for who was invited or holds some kind alone."""
    if any(viewer.has(code) for code in LIST):
        return {"back_url": reverse("gatherings:list"), "back_label": "会议活动"}
    return {"back_url": reverse("portal:home"), "back_label": "首页"}


@signed_in
def new(request: ViewerRequest, kind: str = "") -> HttpResponse:
    """Choose what to hold, then write its head."""
    mine = [k for k in all_kinds() if request.viewer.has(k.organises)]
    of_kind = next((k for k in mine if k.code == kind), None)
    if of_kind is None:
        if kind or not mine:
            raise Http404("没有这种会议活动，或者您不能办")
        return page(request, "gatherings/new.html", {"kinds": mine, **_back(request.viewer)})
    form = HeadForm(request.POST or None, kind=of_kind, row=None)
    chosen = of_kind

    def run(_: dict[str, Any]) -> str:
        made = gathering_save(actor=request.viewer, kind=chosen, values=form.head(), now=request.now)
        return reverse("gatherings:gathering", args=[made.pk])

    back = _back(request.viewer)["back_url"]
    return act_page(
        request, form, title=f"办一次{of_kind.label}", submit="存好，接着请人", back_url=back, run=run
    )


@signed_in
def edit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Change the head of a gathering, later its cost."""
    one = gathering_to(may_organise, request.viewer, pk)
    form = HeadForm(request.POST or None, kind=one.of_kind, row=one)

    def run(_: dict[str, Any]) -> None:
        gathering_save(
            actor=request.viewer, kind=one.of_kind, values=form.head(), now=request.now, gathering=one
        )

    return act_page(
        request,
        form,
        title=f"改{one.of_kind.label}",
        submit="存好",
        back_url=step_url(one),
        run=run,
        done="存好了。",
        is_edit=True,
    )


def step_url(one: Gathering, step: str = "gathering", *args: Any) -> str:
    return reverse(f"gatherings:{step}", args=[one.pk, *args])


@signed_in
def gathering(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show one gathering to an office: what is true, what is owed, who comes, what was raised, what went out."""
    one = gathering_for(request.viewer, pk)
    organises = may_organise(request.viewer, one)
    people, items, kind = list(attendees_of(one)), list(items_of(one)), one.of_kind
    for item in items:
        item.may_take = may_take(request.viewer, item)  # type: ignore[attr-defined]
        item.task_url = _task_url(request, item)  # type: ignore[attr-defined]
    cases_opened(request.viewer, (item.case for item in items))
    ahead = kind.next_phase(one.phase)
    missing = unmet(one, ahead) if ahead and organises else []
    documents = Document.objects.filter(subject=one.subject, erased_at__isnull=True).exclude(
        kind=DocumentKind.LETTER
    )
    tiles = [p(one, request.viewer, request.today) for p in kind.panels]
    context = {
        "one": one,
        "kind": kind,
        "phase": one.of_phase,
        "organises": organises,
        "records": RECORD in one.of_phase.allows and may_record(request.viewer, one),
        "groups": [(r, [p for p in people if p.role == r.code]) for r in kind.roles],
        "coming": sum(p.state == "confirmed" for p in people),
        "present": sum(p.checked_in_at is not None for p in people),
        "silent": sum(p.state == "invited" for p in people),
        "items": items,
        "ahead": ahead,
        "missing": [words for words, _ in missing],
        "letters": list(one.letters.select_related("unit", "number", "pdf", "word")),
        "letters_to_send": [(of, len(letters_due(one, of))) for of in kind.letters] if organises else [],
        "duties": [(d, of.label) for d in one.duties.all() if (of := kind.duty(d.code))],
        "uncased": one.phase == "following" and any(i.case_id is None and _becomes_case(i) for i in items),
        "untold": sum(i.told_at is None and bool(i.answer) for i in items),
        "documents": list(documents),
        "photo_form": PhotoForm(),
        "tiles": [t for t in tiles if t is not None],
        "can": {name: one.allows(name) for name in (PLAN, ANSWER, CHECK_IN, WRITE)},
        "cancel_url": step_url(one, "move", CANCELLED),
        "qr": qr_svg(request.build_absolute_uri(reverse("gatherings:scan", args=[check_in_code(one)])))
        if organises
        else "",
        "history": history_of(one.subject)[:30],
        **_back(request.viewer),
    }
    return page(request, "gatherings/gathering.html", context)


def _task_url(request: ViewerRequest, item: Item) -> str:
    """Return where an open promise is given as a task, where tasks are kept."""
    link = provided("task_link")
    if link is None or item.promised_by is None or item.case_id or item.is_done:
        return ""
    known = {
        "title": item.text[:120],
        "text": item.answer_text,
        "unit": item.unit_id,
        "due_on": item.promised_by,
    }
    label = f"{item.gathering}第 {item.no} 条"[:120]
    return str(link(request.viewer, **known, origin=f"item:{item.pk}", origin_label=label))


def _becomes_case(item: Item) -> bool:
    of_kind = item.gathering.of_kind.item(item.kind)
    return bool(of_kind and of_kind.procedure and len(item.text.strip()) >= 5)


def qr_svg(text: str) -> SafeString:
    """Return a QR code as inline SVG of an address of our own."""
    return mark_safe(segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=True))  # noqa: S308


@signed_in
def move(request: ViewerRequest, pk: int, phase: str) -> HttpResponse:
    """Lead a gathering into its next phase, or call it off."""
    one = gathering_to(may_organise, request.viewer, pk)
    target = one.of_kind.phase(phase)
    missing = [] if phase == CANCELLED else [words for words, _ in unmet(one, target)]
    data = request.POST if request.method == "POST" else None
    label = "取消这次" if phase == CANCELLED else target.act or target.label

    def run(data: dict[str, Any]) -> None:
        gathering_move(gathering=one, actor=request.viewer, to=phase, excuse=data["excuse"], now=request.now)

    return act_page(
        request, ReasonForm(data), title=f"{label}：{one.title}", sentence="；".join(missing), submit=label,
        back_url=step_url(one), run=run, done=f"现在是“{target.label}”。", is_serious=phase == CANCELLED,
    )  # fmt: skip


@signed_in
def people_add(request: ViewerRequest, pk: int) -> HttpResponse:
    """Put somebody on the list."""
    one = gathering_to(may_organise, request.viewer, pk)
    form = AttendeeForm(request.POST or None, gathering=one)

    def run(data: dict[str, Any]) -> str:
        made = attendee_add(gathering=one, actor=request.viewer, now=request.now, **data)
        messages.success(request, f"加上了：{made.label}")
        return f"{step_url(one)}#here"

    return act_page(request, form, title=f"请谁：{one.title}", submit="加上", back_url=step_url(one), run=run)


@require_GET
@never_cache
@signed_in
def here(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Show whose code was scanned on the lists of today's gatherings that the viewer runs, to check in with a tap."""
    if not any(request.viewer.has(kind.organises) for kind in all_kinds()):
        raise Http404("您不办会议活动")
    firm = just_scanned(request.viewer, enterprise_id, request.now)
    today = gatherings_visible_to(request.viewer).filter(on=request.today).order_by("starts_at")
    mine = [g for g in today if may_organise(request.viewer, g) and g.allows(CHECK_IN)]
    rows = [(g, list(attendees_of(g).filter(enterprise=firm).exclude(state__in=GONE))) for g in mine]
    context = {"firm": firm, "rows": rows, "back_url": reverse("enterprises:scan")}
    return page(request, "gatherings/here.html", context)
