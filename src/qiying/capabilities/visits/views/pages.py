"""Pages of visits beside the registers: a batch by rule, common difficulties, promises, one's own visits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from qiying.capabilities.visits.forms.visits import KeepForm, RuleForm, SubmitForm, WishForm
from qiying.capabilities.visits.models import Visit, VisitPromise
from qiying.capabilities.visits.selectors.visits import (
    Line,
    Wish,
    days_known,
    difficult,
    difficulties,
    firms_not_visited,
    own_firms_visits,
    preview,
    promises_of,
)
from qiying.capabilities.visits.services.difficulties import difficulty_submit
from qiying.capabilities.visits.services.reporting import promise_keep
from qiying.capabilities.visits.services.visits import visits_plan, wish_set
from qiying.capabilities.visits.views.visits import (
    CAMPAIGNS,
    GOES,
    KEEPS,
    SEES,
    VISITS,
    case_words,
    prepare,
)
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.registers.views import register_urls


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
            return HttpResponseRedirect(reverse("visits:visits"))
        lines = preview(request.viewer.district_id or 0, wishes, request.today)
        if not lines:
            form.add_error(None, "没有符合条件的企业，或者那几天里没有工作日，放宽一两个条件再看")
    names = dict(form.fields["going"].choices) if lines else {}  # type: ignore[attr-defined]
    context = {
        "form": form,
        "lines": [(x, names.get(f"{x.wish.unit_id}-{x.wish.person_id}", "")) for x in lines],
        "counts": Counter(x.verdict.code for x in lines),
        "title": "按条件安排走访",
        "back_url": reverse("visits:visits"),
    }
    return page(request, "visits/rule.html", context, 422 if form.errors else None)


def _wishes(data: dict[str, Any], request: ViewerRequest) -> list[Wish]:
    """Share the enterprises of a rule out: a person stays in a town, over the workdays between two days."""
    keys = ("towns", "industry", "sizes", "most")
    firms = firms_not_visited(
        request.viewer.district_id or 0, request.today, days=data["days"] or 0, **{k: data[k] for k in keys}
    )
    firms.sort(key=lambda f: (f.region_unit_id or 0, f.pk))
    days = days_known(request.viewer.district_id or 0, data["first"], data["last"], rest=False)
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
    rows_sent = Case.objects.filter(district_id=district_id, procedure="difficulty_submission")
    sent = list(rows_sent.order_by("-received_at")[:20])
    cases_opened(request.viewer, sent)
    context = {
        "rows": rows,
        "least": parameter("visit.difficulty_count", district_id=district_id, on=request.today),
        "days": parameter("visit.difficulty_days", district_id=district_id, on=request.today),
        "sent": [(c, case_words(c)) for c in sent],
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
        return reverse("visits:difficulties")

    return act_page(
        request, form, title=f"呈报政府：{names.get(code, code)}", submit="呈报", run=run,
        back_url=reverse("visits:difficulties"),
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
        sentence=f"{one.visit.enterprise.label}，答应 {one.promised_by:%-m月%-d日}以前",
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
    prepare(request, visits)
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
