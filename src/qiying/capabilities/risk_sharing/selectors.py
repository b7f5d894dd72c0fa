"""Reads of shared risk: whose book it is, which loans and pledges somebody may see, how far a guarantor has gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from qiying.capabilities.risk_sharing.models import AgreedLoan, Guarantor, IpPledge, SharedLoan
from qiying.capabilities.risk_sharing.rules.law import SMALL_LOAN, Portfolio, Standing, guaranteed
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import Viewer

LOAN, PLEDGE = "shared_loan", "ip_pledge"
FUND, REGISTRY = "risk_fund", "ip_registration"


def guarantor_of(viewer: Viewer) -> Guarantor | None:
    """Return the guarantor somebody works for."""
    return Guarantor.objects.select_related("unit").filter(unit_id__in=viewer.unit_ids).order_by("pk").first()


def guarantors_visible_to(viewer: Viewer) -> QuerySet[Guarantor]:
    """Return the district's guarantors for the fund's office; a guarantor sees itself."""
    rows = Guarantor.objects.select_related("unit").filter(district_id=viewer.district_id or 0)
    return rows if viewer.is_system or viewer.has("risk.watch") else rows.filter(unit_id__in=viewer.unit_ids)


def loans_visible_to(viewer: Viewer) -> QuerySet[SharedLoan]:
    """Return all loans for the fund's office; a guarantor and a bank see their own."""
    rows = SharedLoan.objects.select_related("enterprise", "bank", "guarantor__unit", "case")
    rows = rows.filter(district_id=viewer.district_id or 0)
    if viewer.is_system or viewer.has("risk.watch"):
        return rows
    return rows.filter(Q(guarantor__unit_id__in=viewer.unit_ids) | Q(bank_id__in=viewer.unit_ids))


def pledges_visible_to(viewer: Viewer) -> QuerySet[IpPledge]:
    """Return all pledges for the registry and the fund's office; a bank sees those it holds."""
    rows = IpPledge.objects.select_related("enterprise", "bank", "case").filter(
        district_id=viewer.district_id or 0
    )
    is_registry = bool(set(units_with(viewer.district_id or 0, REGISTRY)) & set(viewer.unit_ids))
    if viewer.is_system or viewer.has("risk.watch") or is_registry:
        return rows
    return rows.filter(bank_id__in=viewer.unit_ids)


def agreed_open(viewer: Viewer) -> QuerySet[AgreedLoan]:
    """Return agreed loans of the district nobody shares yet, for a guarantor."""
    if guarantor_of(viewer) is None:
        return AgreedLoan.objects.none()
    rows = AgreedLoan.objects.select_related("enterprise", "bank").filter(district_id=viewer.district_id or 0)
    return rows.exclude(pk__in=SharedLoan.objects.filter(agreed__isnull=False).values("agreed_id"))


def loan_of(case: Case) -> SharedLoan | None:
    rows = SharedLoan.objects.select_related("enterprise", "bank", "guarantor__unit", "case")
    return rows.filter(case_id=case.pk or 0).first() if case.procedure == LOAN else None


def pledge_of(case: Case) -> IpPledge | None:
    rows = IpPledge.objects.select_related("enterprise", "bank", "case")
    return rows.filter(case_id=case.pk or 0).first() if case.procedure == PLEDGE else None


def banks_of(district_id: int) -> QuerySet[Unit]:
    """Return the district's banks: units of that kind that are no guarantor."""
    rows = Unit.objects.filter(district_id=district_id, kind="bank", is_active=True)
    return rows.exclude(pk__in=Guarantor.objects.filter(district_id=district_id).values("unit_id")).order_by(
        "path"
    )


def office(district_id: int, function: str) -> Unit | None:
    """Return the unit that has a function."""
    return Unit.objects.filter(pk__in=units_with(district_id, function)).order_by("pk").first()


# --- how far a guarantor has gone ------------------------------------------------------
def live(loans: QuerySet[SharedLoan]) -> QuerySet[SharedLoan]:
    return loans.filter(live_on__isnull=False, outstanding_fen__gt=0)


def answered(loans: Iterable[SharedLoan]) -> int:
    """Return what guarantors answer for of loans."""
    return sum(guaranteed(row.outstanding_fen, row.percents) for row in loans)


def standing(book: Guarantor, loan: SharedLoan) -> Standing:
    """Return what stands before a loan is added; with the book locked it cannot change until that is done."""
    rows = [row for row in live(book.loans.all()) if row.pk != loan.pk]
    client = [row for row in rows if row.enterprise_id == loan.enterprise_id]
    group = [row for row in rows if loan.affiliates and row.affiliates == loan.affiliates]
    both = {row.pk: row for row in (*client, *group)}.values()
    firm = live(SharedLoan.objects.filter(enterprise_id=loan.enterprise_id, programme=loan.programme))
    return Standing(
        total=book.exposure_fen,
        client=answered(client),
        group=answered(both),
        firm=sum(firm.exclude(pk=loan.pk).values_list("outstanding_fen", flat=True)),
    )


def portfolio(loans: Iterable[SharedLoan]) -> Portfolio:
    """Return the portfolio of loans in force; a firm's loans count together for the 5 million."""
    rows = list(loans)
    by_firm: dict[int, int] = {}
    for row in rows:
        by_firm[row.enterprise_id] = by_firm.get(row.enterprise_id, 0) + row.outstanding_fen
    small = [row for row in rows if row.is_small]
    little = [row for row in small if by_firm[row.enterprise_id] <= SMALL_LOAN]
    return Portfolio(answered(rows), answered(small), answered(little))


def ceiling_left(loan: SharedLoan, on: date) -> tuple[int, int]:
    """Return what fund and province were asked for this year in a programme, and what of its loans they cover."""
    rows = SharedLoan.objects.filter(
        guarantor_id=loan.guarantor_id, programme=loan.programme, live_on__isnull=False
    )
    asked = covered = 0
    for row in rows:
        beyond = row.percents
        if row.paid_on is not None and row.paid_on.year == on.year:
            asked += row.parts.get("fund", 0) + row.parts.get("reguarantor", 0)
        if row.outstanding_fen or (row.live_on and row.live_on.year == on.year):
            covered += int(row.fen * (beyond.get("fund", 0) + beyond.get("reguarantor", 0)) / 100)
    return asked, covered
