"""One enterprise: what is known of it, whom to call, who speaks for it."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.decision.words.values import percent_text
from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.decision_facts import is_share
from qiying.kernel.enterprises.document_port import document_port
from qiying.kernel.enterprises.forms import ContactForm, FactForm, RevealForm
from qiying.kernel.enterprises.indicators import all_indicators, indicator
from qiying.kernel.enterprises.models import CodeLevel, Enterprise, EnterpriseFact, FactSource
from qiying.kernel.enterprises.selectors import (
    can_see_values,
    clerks_of,
    contacts_masked,
    contacts_visible_to,
    enterprises_visible_to,
    facts_of,
)
from qiying.kernel.enterprises.services import (
    contact_add,
    contact_end,
    contact_reveal,
    fact_record,
    facts_reveal,
)
from qiying.kernel.enterprises.size_classes import sized
from qiying.kernel.enterprises.views.register import enterprise_url, industry_words
from qiying.kernel.organisations.pages import act_page, page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import days_said, number_said


@signed_in
def enterprise(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Show one enterprise."""
    return _show(request, _fetch(request, enterprise_id), {})


def _fetch(request: ViewerRequest, enterprise_id: int) -> Enterprise:
    rows = enterprises_visible_to(request.viewer).select_related("region_unit", "district")
    return fetch_or_404(rows, pk=enterprise_id)


def _show(
    request: ViewerRequest, row: Enterprise, more: dict[str, Any], status: int | None = None
) -> HttpResponse:
    viewer = request.viewer
    is_own = row.pk in viewer.enterprise_ids
    sees_values = can_see_values(viewer, row) or bool(more.get("revealed_facts"))
    can_edit = viewer.has("enterprises.edit") and row.district_id == viewer.district_id
    context = {
        "enterprise": row,
        "title": row.name,
        "industry": industry_words(row.industry),
        "size_words": sized(row.industry, row.pk).words,
        "code_remarks": checked_code(row.credit_code or "").remarks
        if row.code_level == CodeLevel.WARNING
        else [],
        "tags": list(row.tags.all()),
        "facts": fact_groups(list(facts_of(row.pk)), sees_values),
        "sees_values": sees_values,
        "contacts": contacts_masked(row.pk),
        "clerks": clerks_of(row.pk, request.today),
        "is_own": is_own,
        "can_edit": can_edit,
        "can_add": can_edit or is_own,
        "can_reveal": is_own or viewer.has("enterprises.reveal"),
        "can_end": is_own or viewer.has("bindings.decide"),
        "back_url": reverse("enterprises:mine") if is_own else reverse("enterprises:list"),
        **more,
    }
    return page(request, "enterprises/enterprise.html", context, status=status)


def fact_groups(facts: list[EnterpriseFact], sees_values: bool) -> list[dict[str, Any]]:
    """Return facts by indicator in the order of declaration; the last row of a period is the current one."""
    order = {i.code: n for n, i in enumerate(all_indicators())}
    facts.sort(key=lambda f: order.get(f.indicator, len(order)))  # stable: periods stay newest first
    groups = []
    for code, rows in groupby(facts, key=lambda f: f.indicator):
        of = indicator(code)
        periods = []
        for period, versions in groupby(rows, key=lambda f: f.period):
            *earlier, current = versions
            periods.append(
                {
                    "period": period,
                    "current": current,
                    "value": _shown(current, sees_values or not of.is_sensitive),
                    "corrections": len(earlier),
                    "source": FactSource(current.source).label,
                }
            )
        groups.append({"indicator": of, "periods": periods})
    return groups


def _shown(fact: EnterpriseFact, is_open: bool) -> str:
    if not fact.value:
        return "已撤回"
    if not is_open:
        return "＊＊＊"
    return f"{_said(fact)} {fact.unit}".strip()


def _said(fact: EnterpriseFact) -> str:
    of = indicator(fact.indicator)
    if of.kind not in ("decimal", "whole"):
        return days_said({"true": "是", "false": "否"}.get(fact.value, fact.value))
    number = Decimal(fact.value)
    return f"{percent_text(number)}（{number:f}）" if is_share(of.code) else number_said(number)


@signed_in
def fact_new(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Record a fact, or correct one by recording it again."""
    row = _fetch(request, enterprise_id)
    _require_add(request, row)
    is_clerk = not request.viewer.has("enterprises.edit")
    start = {"indicator": request.GET.get("indicator", ""), "source": FactSource.OFFICIAL}
    form = FactForm(request.POST or None, is_clerk=is_clerk, initial=start)

    def run(data: dict[str, Any]) -> str:
        data.setdefault("source", FactSource.DECLARED)
        fact_record(actor=request.viewer, enterprise=row, at=request.now, **data)
        return ""

    return act_page(
        request,
        form,
        title="登记一个数",
        sentence="同一时期再登记一次就是更正，原来的那条还在。",
        submit="登记",
        back_url=enterprise_url(row),
        run=run,
        done="登记好了",
    )


def _require_add(request: ViewerRequest, row: Enterprise) -> None:
    is_own = row.pk in request.viewer.enterprise_ids
    if not is_own and not request.viewer.has("enterprises.edit"):
        raise Http404("没有找到这一页，或者您看不到它")


@require_POST
@signed_in
def facts_reveal_page(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Show business figures once, to an official who says why."""
    row = _fetch(request, enterprise_id)
    form = RevealForm(request.POST)
    try:
        reason = request.POST.get("reason", "")
        facts_reveal(actor=request.viewer, enterprise=row, reason=reason, at=request.now)
    except GuardFailed as error:
        return _show(request, row, {"reveal_errors": error.reasons, "reveal_form": form}, status=422)
    return _show(request, row, {"revealed_facts": True})


@require_POST
@signed_in
def contact_reveal_page(request: ViewerRequest, contact_id: int) -> HttpResponse:
    """Show one whole number once, to somebody who says why."""
    contact = fetch_or_404(contacts_visible_to(request.viewer), pk=contact_id)
    row = _fetch(request, contact.enterprise_id)
    try:
        reason = request.POST.get("reason", "")
        number = contact_reveal(actor=request.viewer, contact=contact, reason=reason, at=request.now)
    except GuardFailed as error:
        return _show(request, row, {"reveal_errors": error.reasons}, status=422)
    return _show(request, row, {"revealed_contact": contact.pk, "revealed_phone": number})


@signed_in
def contact_new(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Write down whom to call."""
    row = _fetch(request, enterprise_id)
    _require_add(request, row)
    form = ContactForm(request.POST or None)

    return act_page(
        request,
        form,
        title="加联系人",
        submit="加上",
        back_url=enterprise_url(row),
        run=lambda data: contact_add(actor=request.viewer, enterprise=row, at=request.now, **data),
        done="联系人加好了",
    )


@require_POST
@signed_in
def contact_end_page(request: ViewerRequest, contact_id: int) -> HttpResponse:
    """Take a contact out of use."""
    contact = fetch_or_404(contacts_visible_to(request.viewer), pk=contact_id)
    contact_end(actor=request.viewer, contact=contact, on=request.today, at=request.now)
    return _show(request, _fetch(request, contact.enterprise_id), {})


def document_url(document_id: int | None) -> str:
    """Return where an authorisation can be looked at, or an empty text."""
    port = document_port()
    return port.url(document_id) if port is not None and document_id is not None else ""
