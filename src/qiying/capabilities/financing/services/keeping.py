"""Institutions, products and reported totals kept from a form; a changed product is a new version from today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.financing.models import Institution, Product, Report
from qiying.capabilities.financing.rules.tables import faults
from qiying.capabilities.financing.selectors import watches
from qiying.capabilities.financing.services.common import noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Faults, Values, keeper
from qiying.statutes.loan_cost import MOST_MONTHS, MOST_RATE, read_fees

KEEP = "financing.keep"


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether somebody keeps a row: the coordinating unit all, an institution its products and reports."""
    if watches(viewer) and viewer.has(KEEP):
        return True
    if isinstance(row, Institution):
        return False
    return row.institution.unit_id is not None and row.institution.unit_id in viewer.unit_ids


def _institution(row: Institution, values: Values, now: datetime) -> Faults:
    if row.unit_id and Institution.objects.filter(unit_id=row.unit_id, valid_to=None).exclude(pk=row.pk or 0):
        return {"unit": ["这个单位已经登记过一家机构"]}
    return {}


def _product(row: Product, values: Values, now: datetime) -> Faults:
    """What a product says can be worked out: its table compiles, its fees read, a loan has a rate."""
    found: Faults = {}
    if wrong := faults(row.table, row.name, local_date(now)):
        found["table"] = wrong
    if wrong := read_fees(row.fees)[1]:
        found["fees"] = wrong
    if row.is_loan and not 0 < row.rate <= MOST_RATE:
        found["rate"] = [f"贷款写年利率，大于 0、不超过 {MOST_RATE}"]
    if not 1 <= row.months <= MOST_MONTHS:
        found["months"] = [f"1 到 {MOST_MONTHS} 个月"]
    return found


def _report(row: Report, values: Values, now: datetime) -> Faults:
    found: Faults = {}
    if row.until > local_date(now):
        found["until"] = ["还没到这一天"]
    if row.unsecured > row.lines:
        found["unsecured"] = ["信用的不会比全部授信多"]
    same = Report.objects.filter(
        district_id=row.district_id, institution=row.institution, kind=row.kind, until=row.until
    )
    if same.exclude(pk=row.pk or 0).exists():
        found["until"] = ["这家机构这一天的已经报过了，请改那一条"]
    return found


row_keep = keeper(
    "financing.keep",
    KEEP,
    {Institution: _institution, Product: _product, Report: _report},
    may=may_keep,
    why="金融机构由融资协调单位登记；产品和报送只管本机构的",
)


@transaction.atomic
def product_keep(
    *,
    actor: Viewer,
    model: Any,
    row: Product | None,
    values: Values,
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Product:
    """Enter a product, or begin a new version of one; requests keep the version they were made for."""
    today = local_date(now)
    given: dict[str, Any] = {"actor": actor, "model": Product, "names": names, "now": now}
    if row is None:
        code = str(values.get("code", ""))
        if Product.objects.filter(district_id=actor.district_id or 0, code=code).exists():
            refuse({"code": [f"已经有代号“{code}”，要改请打开那个产品出新版"]})
        made: Product = row_keep(row=None, values=values, **given)
    else:
        old = Product.objects.select_for_update().get(pk=row.pk)
        if not may_keep(actor, old):
            raise NotPermitted("产品只管本机构的")
        if Product.objects.filter(
            district_id=old.district_id, code=old.code, version__gt=old.version
        ).exists():
            refuse({"name": ["已经有更新的一版了，请改最新的"]})
        if old.valid_from >= today:  # not asked for yet under this version, or only today
            made = row_keep(row=old, values={**values, "valid_from": old.valid_from}, **given)
        else:
            starts = max(values.get("valid_from") or today, today)
            old.valid_to = starts - timedelta(days=1)
            old.save(update_fields=["valid_to"])
            fresh = Product(district_id=old.district_id, code=old.code, version=old.version + 1)
            fresh.institution = old.institution
            made = row_keep(row=fresh, values={**values, "valid_from": starts}, **given)
    return made


@transaction.atomic
def product_end(actor: Viewer, row: Product, on: date, reason: str, now: datetime) -> Product:
    """End a product; requests already sent are answered by the version they were made for."""
    if not may_keep(actor, row):
        raise NotPermitted("产品只管本机构的")
    refuse({} if on >= local_date(now) - timedelta(days=1) else {"on": ["不能早于昨天"]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    noted(actor, "product_end", row, now, on=on.isoformat(), reason=reason)
    return row
