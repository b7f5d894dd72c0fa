"""What a firm sees: products by how it stands to them, what a loan costs, its lines; 贷款明白纸 as a PDF."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.financing.forms import MOST_WAN, DeclineForm
from qiying.capabilities.financing.models import Line, choices_of
from qiying.capabilities.financing.rules import tables
from qiying.capabilities.financing.selectors import (
    GROUPS,
    MILLION,
    Standing,
    firm_of,
    lines_of_firm,
    lines_visible_to,
    products_in_force,
    standings_of,
)
from qiying.capabilities.financing.services.lines import line_decline, line_take
from qiying.capabilities.financing.services.requesting import fen_of
from qiying.capabilities.financing.views.kept import movements
from qiying.decision.indicators import standard_registry
from qiying.decision.words.results import question_text
from qiying.kernel.documents.letters import Letter, letter_pdf
from qiying.kernel.enterprises.decision_facts import OWN_ROW, facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.pages import page, signed_in, tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.statutes.loan_cost import IRR, SIMPLE, sheet

OPEN = "/open/financing_request/"


def _firm(request: ViewerRequest) -> Enterprise:
    firm = firm_of(request.viewer, request.GET.get("firm"))
    if firm is None:
        raise Http404("这一页给企业看；绑定企业以后再来")
    return firm


@require_GET
@signed_in
def find(request: ViewerRequest) -> HttpResponse:
    """List the products in force by how the firm stands to them."""
    firm = _firm(request)
    kind = request.GET.get("kind", "")
    rows = products_in_force(firm.district_id, request.today)
    kinds = choices_of("products")
    if kind in dict(kinds):
        rows = rows.filter(kind=kind)
    found = standings_of(firm, rows, request.today)
    groups = [(code, words, [s for s in found if s.group == code]) for code, words in GROUPS.items()]
    context = {
        "groups": [g for g in groups if g[2]],
        "firm": firm,
        "kind": kind,
        "kinds": kinds,
        "open_url": OPEN,
    }
    context["mine"] = lines_of_firm(request.viewer).filter(state__in=("offered", "active")).count()
    return page(request, "financing/find.html", {**context, "title": "融资"})


def _wan(request: ViewerRequest, standing: Standing) -> Decimal:
    """Return the amount asked for in 万元: as typed, else the most the firm may get, else a hundred."""
    try:
        typed = Decimal(request.GET.get("amount", "")[:20])
    except InvalidOperation:
        typed = Decimal(0)
    if typed.is_finite() and Decimal("0.01") <= typed <= MOST_WAN:
        return typed
    return Decimal(standing.answer.limit or MILLION) / 1_000_000


@signed_in
def product(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show a product with its reasons and its cost; on POST the firm tells facts that are missing."""
    firm = _firm(request)
    row = fetch_or_404(products_in_force(firm.district_id, request.today), pk=pk)
    (standing,) = standings_of(firm, [row], request.today)
    asked = [n for n in standing.answer.missing if n not in OWN_ROW and n not in tables.COMPUTED][:6]
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        typed = {n: request.POST.get(n, "").strip()[:60] for n in asked}
        try:
            facts_declare(
                actor=request.viewer, enterprise=firm, values=typed, at=request.now, on=request.today,
                note=f"为看“{row.name}”填的",
            )  # fmt: skip
        except GuardFailed as refused:
            errors = refused.fields
        else:
            messages.success(request, "记下了，重新算过。")
            return HttpResponseRedirect(reverse("financing:product", args=[pk]))
    questions = [
        {"name": one.name, "label": question_text(one), "errors": errors.get(one.name, ()),
         "value": request.POST.get(one.name, "")[:60],
         "choices": ("是", "否") if one.type == "boolean" else one.values}
        for one in map(standard_registry().__getitem__, asked)
    ]  # fmt: skip
    wan = _wan(request, standing)
    context = {
        "row": row, "standing": standing, "words": tables.in_words(row.table, row.name, request.today),
        "questions": questions, "wan": wan, "cost": row.cost(fen_of(wan)), "simple": SIMPLE, "irr": IRR, "firm": firm,
        "fixed": [n for n in standing.answer.missing if n not in asked],
        "open_url": f"{OPEN}?product_ids={row.pk}", "title": row.name,
    }  # fmt: skip
    return page(request, "financing/product.html", context, status=422 if errors else None)


@require_GET
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """List the firm's lines: what it may take, what it has."""
    if not request.viewer.enterprise_ids:
        raise Http404("这一页给企业看；绑定企业以后再来")
    rows = list(lines_of_firm(request.viewer)[:100])
    return page(request, "financing/mine.html", {"lines": rows, "title": "我的授信"})


@signed_in
def my_line(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show a line to its firm; on POST the firm takes or declines what it was offered."""
    row = fetch_or_404(lines_of_firm(request.viewer), pk=pk)
    form = DeclineForm(request.POST if request.POST.get("do") == "decline" else None)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "take":
                line_take(actor=request.viewer, line=row, now=request.now)
                messages.success(request, "好，机构会跟您联系放款。")
                return HttpResponseRedirect(reverse("financing:my_line", args=[pk]))
            if form.is_valid():
                line_decline(actor=request.viewer, line=row, now=request.now, **form.cleaned_data)
                messages.success(request, "记下了，不会再问您这一笔。")
                return HttpResponseRedirect(reverse("financing:mine"))
        except GuardFailed as refused:
            tell_form(form, refused)
    can_take = row.state == Line.State.OFFERED and (not row.answer_until or row.answer_until >= request.today)
    context = {**movements(row), "form": form, "can_take": can_take, "title": row.product.name}
    return page(request, "financing/my_line.html", context)


@require_GET
@signed_in
def cost_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return 贷款明白纸 of an offer or a line as a PDF."""
    row = fetch_or_404(lines_visible_to(request.viewer), pk=pk)
    if row.cost is None:
        raise Http404("这个产品不是贷款，没有成本清单")
    number = row.part.number if row.part else f"授信 {row.pk}"
    words = (f"{row.product.name}，{row.get_security_display()}。", *sheet(row.cost, row.institution.name))
    letter = Letter(
        issuer=row.institution.name, number=number, title="企业贷款综合融资成本清单", addressee=row.enterprise.name,
        paragraphs=words, signed_by=row.institution.name, signed_on=request.today,
    )  # fmt: skip
    answer = HttpResponse(letter_pdf(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="cost-sheet-{row.pk}.pdf"'
    return answer


urlpatterns = [
    path("financing/", find, name="find"),
    path("financing/product/<int:pk>/", product, name="product"),
    path("financing/mine/", mine, name="mine"),
    path("financing/mine/<int:pk>/", my_line, name="my_line"),
    path("financing/sheets/<int:pk>.pdf", cost_sheet, name="sheet"),
]
