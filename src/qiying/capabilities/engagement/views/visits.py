"""The pages of visits: the one register, campaigns, planning by rule, common difficulties, the enterprise's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from qiying.capabilities.engagement.forms.visits import (
    CampaignForm,
    KeepForm,
    MoveForm,
    RuleForm,
    SubmitForm,
    VisitForm,
    WishForm,
)
from qiying.capabilities.engagement.models import (
    Campaign,
    Visit,
    VisitKind,
    VisitPart,
    VisitProblem,
    VisitPromise,
)
from qiying.capabilities.engagement.rules.visits import quarter_of
from qiying.capabilities.engagement.selectors.visits import (
    COUNTED,
    Line,
    Wish,
    difficult,
    difficulties,
    firms_not_visited,
    may_touch,
    own_firms_visits,
    preview,
    problems_of,
    promises_of,
    visits_to_report,
    visits_visible_to,
)
from qiying.capabilities.engagement.services.difficulties import difficulty_submit
from qiying.capabilities.engagement.services.visits import (
    campaign_save,
    promise_keep,
    visit_cancel,
    visit_move,
    visit_plan,
    visits_plan,
    wish_set,
)
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.models import Document
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.indicators import indicator
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.listing import Column, Filter, Listing, state_tabs
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.kernel.search.selectors import matching_subquery
from qiying.statutes.workdays import nth_workday

SEES, GOES, KEEPS = "engagement.visits_district", "engagement.visits", "engagement.campaigns"


# --- the register --------------------------------------------------------------------------------
def _rows(viewer: Viewer, today: date) -> QuerySet[Visit]:
    rows = visits_visible_to(viewer).select_related("enterprise", "unit", "person", "campaign")
    return rows.order_by("-on", "-id")


def _prepare(request: ViewerRequest, rows: Sequence[Visit]) -> None:
    """Hang on visits who goes along and how many problems were heard; two queries whatever the number of rows."""
    ids = [r.pk for r in rows]
    counts = dict(
        VisitProblem.objects.filter(visit_id__in=ids).order_by().values_list("visit_id").annotate(Count("pk"))
    )
    along: dict[int, list[str]] = {}
    for part in VisitPart.objects.filter(visit_id__in=ids).select_related("unit", "person"):
        along.setdefault(part.visit_id, []).append(
            f"{part.unit.label}{f' {part.person.name}' if part.person else ''}"
        )
    for row in rows:
        row.going = "、".join(along.get(row.pk, []))
        row.heard = counts.get(row.pk, 0)


def _found(rows: QuerySet[Visit], text: str) -> QuerySet[Visit]:
    wanted = Q(enterprise__in=enterprises_found(Enterprise.objects.all(), text))
    said = matching_subquery("visit", text)
    return rows.filter(wanted | Q(pk__in=said) if said is not None else wanted)


def _plan(actor: Viewer, row: Visit | None, values: dict[str, Any], now: datetime) -> Visit:
    line = visit_plan(actor=actor, wish=values["wish"], now=now)
    assert line.visit is not None
    return line.visit


def _undo(actor: Viewer, row: Visit, now: datetime) -> None:
    if row.state == Visit.State.PLANNED:
        visit_cancel(actor=actor, visit=row, reason="撤回导入", now=now)


def _move(actor: Viewer, row: Visit, data: dict[str, Any], now: datetime) -> str:
    visit_move(actor=actor, visit=row, on=data["on"], reason=data["reason"], now=now)
    return "改好了，企业和一起去的单位都收到消息。"


def _cancel(actor: Viewer, row: Visit, data: dict[str, Any], now: datetime) -> str:
    left = visit_cancel(actor=actor, visit=row, reason=data["reason"], now=now)
    return "取消了，已经告诉企业。" if left.state == Visit.State.CANCELLED else "您单位不去了，别的单位照去。"


def _is_planned(viewer: Viewer, row: Visit) -> bool:
    return row.state == Visit.State.PLANNED


def case_words(case: Case) -> str:
    """Return in which state a case is, as everybody who heard the problem may know."""
    return PROCEDURES.get(case.procedure, case.version).state(case.state).label


def _about(request: ViewerRequest, row: Visit) -> dict[str, Any]:
    """Show what was said, what became of it, what had been promised before, and how often the firm is visited."""
    begin, end = quarter_of(row.on)
    counted = Visit.objects.filter(COUNTED, enterprise=row.enterprise, on__range=(begin, end)).count()
    names = categories_named(row.district_id, "service_request")
    return {
        "visit": row,
        "counted": counted,
        "cap": parameter("visit.cap", district_id=row.district_id, on=row.on),
        "parts": list(row.parts.select_related("unit", "person", "campaign")),
        "problems": [(p, case_words(p.case), names.get(p.difficulty, "")) for p in problems_of(row)],
        "promises": promises_of([row.enterprise_id]).get(row.enterprise_id, []),
        "mine": request.viewer.unit_ids,
        "photos": Document.objects.filter(subject=row.subject, erased_at__isnull=True).order_by("pk"),
        "facts": {k: [indicator(c).label for c in codes] for k, codes in row.facts.items()},
        "may_report": visits_to_report(request.viewer).filter(pk=row.pk).exists(),
    }


VISITS: Register[Visit] = declare_register(
    Register(
        name="visits",
        title="走访",
        noun="走访",
        listing=Listing(
            name="visits",
            caption="走访",
            columns=[
                Column(
                    "企业",
                    lambda v: v.enterprise.label,
                    "firm",
                    ("enterprise__name",),
                    url=lambda v: VISITS.row_url(v),
                ),
                Column("哪天", lambda v: v.on, "on", ("on",), kind="date"),
                Column("谁去", lambda v: v.going),
                Column("类别", lambda v: v.get_kind_display(), in_page=False),
                Column(
                    "活动",
                    lambda v: v.campaign.name if v.campaign else v.get_kind_display(),
                    "campaign",
                    ("campaign__name",),
                ),
                Column("问题", lambda v: v.heard, numeric=True),
                Column("超出上限的理由", lambda v: v.excess_reason),
                Column("谈了什么", lambda v: v.talk, in_page=False),
                Column("状态", lambda v: v.get_state_display(), in_page=False),
            ],
            filters=[
                Filter("q", "企业，或谈了什么", _found),
                Filter(
                    "campaign",
                    "活动",
                    lambda rows, pk: rows.filter(parts__campaign_id=int(pk)).distinct(),
                    lambda r: [
                        (c.pk, c.name) for c in Campaign.objects.filter(district_id=r.viewer.district_id or 0)
                    ],
                ),
                Filter(
                    "town",
                    "镇街",
                    lambda rows, pk: rows.filter(enterprise__region_unit_id=int(pk)),
                    lambda r: unit_choices(r.viewer.district_id or 0, [UnitKind.TOWN]),
                ),
                Filter("kind", "类别", lambda rows, code: rows.filter(kind=code), VisitKind.choices),
                Filter(
                    "over", "上限", lambda rows, _: rows.exclude(excess_reason=""), (("1", "超出上限的"),)
                ),
            ],
            prepare=_prepare,
            tabs=state_tabs(
                ("planned", "待走访", "没有约好的走访", "加一次，或按条件安排一批。"),
                ("done", "走访过", "还没有走访记录", "在手机上记，没有网络也能记。"),
                ("cancelled", "取消了", "没有取消的", ""),
            ),
        ),
        rows=_rows,
        sees=(SEES,),
        edits=(GOES,),
        opens=(SEES, GOES),
        url="engagement:visits",
        subject=lambda v: v.subject,
        label=lambda v: f"{v.enterprise.label} {v.on:%m月%d日}",
        row_title=lambda v: v.enterprise.name,
        form=VisitForm,
        save=_plan,
        saved=lambda v: (
            f"安排好了：{v.on:%m月%d日}去{v.enterprise.label}"
            + ("，和别的单位一起去。" if v.parts.count() > 1 else "。")
        ),
        end=_undo,
        may_change=False,
        may_touch=may_touch,
        panels=(Panel("visits/_visit.html", _about),),
        acts=(
            Act("move", "改日子", _move, form=MoveForm, applies=_is_planned),
            Act("cancel", "不去了", _cancel, form=ReasonForm, applies=_is_planned, is_serious=True),
        ),
        links=(
            (GOES, "engagement:visits_rule", "按条件安排"),
            (GOES, "engagement:phone", "手机上记"),
            (SEES, "engagement:difficulties", "共性难处"),
        ),
        new_label="安排一次",
        hint="各单位、各活动都在这一本里：一家企业一个季度走访有上限，别的单位约过的就一起去。",
    )
)


# --- campaigns -----------------------------------------------------------------------------------
def _campaigns(viewer: Viewer, today: date) -> QuerySet[Campaign]:
    made = Q(visits__state=Visit.State.DONE)
    rows = Campaign.objects.filter(district_id=viewer.district_id or 0).select_related("unit")
    return rows.annotate(  # type: ignore[no-redef]
        visited=Count("visits", filter=made),
        firms=Count("visits__enterprise", filter=made, distinct=True),
    )


def _campaign_save(actor: Viewer, row: Campaign | None, values: dict[str, Any], now: datetime) -> Campaign:
    return campaign_save(actor=actor, campaign=row, values=values, now=now)


CAMPAIGNS: Register[Campaign] = declare_register(
    Register(
        name="campaigns",
        title="走访活动",
        noun="活动",
        listing=Listing(
            name="campaigns",
            caption="走访活动",
            columns=[
                Column("名称", lambda c: c.name, "name", ("name",), url=lambda c: CAMPAIGNS.row_url(c)),
                Column("哪一种", lambda c: c.get_kind_display(), "kind", ("kind",)),
                Column("牵头单位", lambda c: c.unit.label),
                Column("要走访", lambda c: c.goal or "", numeric=True),
                Column("走访了几家", lambda c: c.firms, numeric=True),
                Column("走访了几次", lambda c: c.visited, numeric=True),
                *TERM_COLUMNS,
            ],
            tabs=TERM_TABS,
            empty_title="还没有走访活动",
            empty_text="立一个活动，写目标和起止；日常走访不用立。",
        ),
        rows=_campaigns,
        sees=(SEES, GOES),
        edits=(KEEPS,),
        url="engagement:campaigns",
        subject=lambda c: f"campaign:{c.pk}",
        form=CampaignForm,
        save=_campaign_save,
        unique="name",
        new_label="立一个活动",
    )
)


# --- planning by rule ----------------------------------------------------------------------------
@visible_with(GOES)
def rule(request: ViewerRequest) -> HttpResponse:
    """Show whom a rule would visit, by whom and when; write it when asked to."""
    form = RuleForm(request.POST or None, viewer=request.viewer, today=request.today)
    lines: list[Line] = []
    if request.method == "POST" and form.is_valid():
        wishes = _wishes(form.cleaned_data, request)
        if "write" in request.POST:
            written = Counter(
                x.verdict.code for x in visits_plan(actor=request.viewer, wishes=wishes, now=request.now)
            )
            words = f"安排了 {written['new']} 次，和别的单位一起去 {written['join']} 次"
            messages.success(request, f"{words}，没安排 {written['refused']} 家。")
            return HttpResponseRedirect(reverse("engagement:visits"))
        lines = preview(request.viewer.district_id or 0, wishes, request.today)
        if not lines:
            form.add_error(None, "没有符合条件的企业，放宽一两个条件再看")
    names = dict(form.fields["going"].choices) if lines else {}  # type: ignore[attr-defined]
    context = {
        "form": form,
        "lines": [(x, names.get(f"{x.wish.unit_id}-{x.wish.person_id}", "")) for x in lines],
        "counts": Counter(x.verdict.code for x in lines),
        "title": "按条件安排走访",
        "back_url": reverse("engagement:visits"),
    }
    return page(request, "visits/rule.html", context, 422 if form.errors else None)


def _wishes(data: dict[str, Any], request: ViewerRequest) -> list[Wish]:
    """Share the enterprises of a rule out: a person stays in a town, over the workdays between two days."""
    keys = ("towns", "industry", "sizes", "most")
    firms = firms_not_visited(
        request.viewer.district_id or 0, request.today, days=data["days"] or 0, **{k: data[k] for k in keys}
    )
    firms.sort(key=lambda f: (f.region_unit_id or 0, f.pk))
    calendar = calendar_for(request.viewer.district_id or 0)
    days: list[date] = []
    on = data["first"] if calendar.is_workday(data["first"]) else nth_workday(data["first"], 1, calendar)
    while on <= data["last"] and len(days) < len(firms):
        days.append(on)
        on = nth_workday(on, 1, calendar)
    going = [tuple(map(int, g.split("-"))) for g in data["going"]]
    share = -(-len(firms) // len(going)) if firms else 1
    return [
        Wish(
            firm, going[n // share][0], days[n % share * len(days) // share], going[n // share][1],
            data["campaign"], data["purpose"],
        )
        for n, firm in enumerate(firms)
        if days
    ]  # fmt: skip


# --- common difficulties -------------------------------------------------------------------------
@visible_with(SEES, KEEPS, GOES)
def common(request: ViewerRequest) -> HttpResponse:
    """List what enterprises say alike on visits, and which of it is enough to be submitted."""
    district_id = request.viewer.district_id or 0
    names = categories_named(district_id, "service_request")
    rows = [(names.get(d.code, d.code), d) for d in difficulties(district_id, request.today)]
    sent = Case.objects.filter(district_id=district_id, procedure="difficulty_submission").order_by(
        "-received_at"
    )
    context = {
        "rows": rows,
        "least": parameter("visit.difficulty_count", district_id=district_id, on=request.today),
        "days": parameter("visit.difficulty_days", district_id=district_id, on=request.today),
        "sent": [(c, case_words(c)) for c in sent[:20]],
        "may_submit": request.viewer.has(KEEPS),
        "title": "走访里的共性难处",
    }
    return page(request, "visits/difficulties.html", context)


@visible_with(KEEPS)
def submit(request: ViewerRequest, code: str) -> HttpResponse:
    """Submit a difficulty to the government, with the visits in which it was told."""
    district_id = request.viewer.district_id or 0
    names = categories_named(district_id, "service_request")
    told = list(
        difficult(district_id, request.today).filter(difficulty=code).values_list("text", flat=True)[:5]
    )
    form = SubmitForm(
        request.POST or None, initial={"text": "\n".join(f"{n}. {t}" for n, t in enumerate(told, 1))}
    )

    def run(data: dict[str, Any]) -> str:
        case = difficulty_submit(
            actor=request.viewer, code=code, label=names.get(code, code), text=data["text"], now=request.now
        )
        messages.success(request, f"呈报了，办件号 {case.number}。")
        return reverse("engagement:difficulties")

    return act_page(
        request, form, title=f"呈报政府：{names.get(code, code)}", submit="呈报", run=run,
        back_url=reverse("engagement:difficulties"),
        sentence="政府在时限里答复；说过这个难处的走访都记在这一件下面。",
    )  # fmt: skip


# --- promises, and the enterprise's own page ---------------------------------------------------
@visible_with(GOES)
def keep(request: ViewerRequest, pk: int) -> HttpResponse:
    """Say what came of a promise of one's unit."""
    rows = VisitPromise.objects.filter(unit_id__in=sorted(request.viewer.unit_ids)).select_related(
        "visit__enterprise"
    )
    one = fetch_or_404(rows, pk=pk)

    def run(data: dict[str, Any]) -> None:
        promise_keep(actor=request.viewer, promise=one, result=data["result"], now=request.now)

    return act_page(
        request, KeepForm(request.POST or None), title=one.text, submit="办好了", run=run,
        sentence=f"{one.visit.enterprise.label}，答应 {one.promised_by:%m月%d日}以前",
        back_url=VISITS.row_url(one.visit), done="记下了，企业会收到消息。",
    )  # fmt: skip


@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show a firm who comes and came, what was promised, and let it say that it wants no visits."""
    firm_id = acting_enterprise_id(request, request.viewer)
    firm = fetch_or_404(Enterprise.objects.filter(pk__in=request.viewer.enterprise_ids), pk=firm_id)
    wish = getattr(firm, "visit_wish", None)
    is_out = bool(wish and wish.is_opted_out and (wish.until is None or wish.until >= request.today))
    start = {"is_opted_out": "out" if is_out else "in", "until": wish.until if is_out and wish else None}
    form = WishForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            wish_set(actor=request.viewer, enterprise=firm, now=request.now, **form.cleaned_data)
        except GuardFailed as error:
            form.add_error("until", error.reasons)
        else:
            messages.success(request, "记下了。")
            return HttpResponseRedirect(request.path)
    visits = list(
        own_firms_visits(request.viewer).filter(enterprise=firm).select_related("unit", "person")[:20]
    )
    _prepare(request, visits)
    context = {
        "firm": firm,
        "form": form,
        "coming": [v for v in visits if v.state == Visit.State.PLANNED],
        "past": [v for v in visits if v.state == Visit.State.DONE],
        "promises": promises_of([firm.pk]).get(firm.pk, []),
        "cap": parameter("visit.cap", district_id=firm.district_id, on=request.today),
        "title": "走访",
        "back_url": "/",
    }
    return page(request, "visits/mine.html", context, 422 if form.errors else None)


urlpatterns = [
    path("visits/rule/", rule, name="visits_rule"),
    path("visits/difficulties/", common, name="difficulties"),
    path("visits/difficulties/<str:code>/", submit, name="difficulty_submit"),
    path("visits/promises/<int:pk>/", keep, name="promise_keep"),
    path("visits/mine/", mine, name="visits_mine"),
    *register_urls(CAMPAIGNS, "visits/campaigns/"),
    *register_urls(VISITS, "visits/"),
]
