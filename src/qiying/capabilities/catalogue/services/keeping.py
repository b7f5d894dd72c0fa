"""Writes of the catalogue: boards and items in versions, lists, intermediaries, usage, free services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from qiying.capabilities.catalogue.models import (
    Board,
    FreeService,
    Intermediary,
    IntermediaryRating,
    ItemKind,
    ItemUse,
    OneThing,
    Provider,
    ServiceItem,
    Stage,
    TimeUnit,
)
from qiying.capabilities.catalogue.rules.items import (
    base_of,
    code_complete,
    code_problem,
    condition_problem,
    holds,
    within_law,
)
from qiying.capabilities.catalogue.selectors import SEARCHED, items_by_code
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.search.services import index_put
from qiying.statutes.credit_code import check, normalise

Fields = dict[str, list[str]]
ITEM_FIELDS = (
    "code", "name", "board_id", "department_id", "provider", "provider_name", "kind", "stage", "value_added",
    "summary", "also", "basis", "conditions", "materials", "steps", "statutory_days", "promised", "promised_unit",
    "fee_fen", "fee_note", "window", "result", "online", "visits", "outside_url", "intermediary", "worth_fen",
    "free_when", "needed_when",
)  # fmt: skip
CHOICES = {"provider": Provider, "kind": ItemKind, "stage": Stage, "promised_unit": TimeUnit}
P, ITEMS, MARKET = "service_items", "approvals.items", "approvals.market"
Row = TypeVar("Row", bound=Model)


def _set(row: Row, names: tuple[str, ...], values: Mapping[str, Any]) -> Row:
    for name in names:
        if name in values:
            setattr(row, name, values[name])
    return row


def _taken(row: Any, *names: str) -> bool:
    """Tell whether another row of the district has the same in these columns."""
    same = {name: getattr(row, name) for name in ("district_id", *names)}
    return bool(type(row)._default_manager.filter(**same).exclude(pk=row.pk).exists())


@transaction.atomic
def board_save(*, actor: Viewer, row: Board | None, values: Mapping[str, Any], now: datetime) -> Board:
    """Add a board of services, or change it."""
    require(actor, ITEMS)
    names = ("name", "tier", "about", "unit_id", "position", "valid_from")
    one = _set(row or Board(district_id=actor.district_id or 0), names, values)
    refuse({"name": ["已经有这个板块"]} if _taken(one, "name") else {})
    one.save()
    row_noted(actor, "board_save", one, now, name=one.name)
    return one


@transaction.atomic
def item_save(
    *, actor: Viewer, row: ServiceItem | None, values: Mapping[str, Any], now: datetime
) -> ServiceItem:
    """Add an item, or make its next version from a day on; what did not change makes none.

    A version whose first day is today or later is mended in place and keeps its day: nothing was decided by it.
    """
    require(actor, ITEMS)
    district_id, today = actor.district_id or 0, local_date(now)
    one = (
        ServiceItem.objects.select_for_update().get(pk=row.pk)
        if row
        else ServiceItem(district_id=district_id)
    )
    before = {name: getattr(one, name) for name in ITEM_FIELDS}
    _set(one, ITEM_FIELDS, values)
    unit = Unit.objects.filter(pk=one.department_id or 0, district_id=district_id).first()
    one.code = code_complete(one.code, unit.credit_code if unit else "")
    since: date = values.get("valid_from") or max(today, row.valid_from if row else today)
    refuse(_item_problems(one, row, before, has_unit=unit is not None))
    changed = [name for name in ITEM_FIELDS if before[name] != getattr(one, name)]
    if row is not None and not changed:
        return row
    one.made_by_name, one.made_at = actor.name[:64], now
    begins = max(since, today)
    if row is None:
        one.valid_from = since
    elif row.valid_from < today or row.valid_from == today < begins:
        ServiceItem.objects.filter(pk=row.pk).update(valid_to=begins - timedelta(days=1))
        one.pk, one.version, one.valid_from, one.valid_to = None, row.version + 1, begins, None
        one._state.adding = True
    one.save()
    words = (one.name, one.also, one.board.name, one.who, one.result, one.summary, one.code)
    index_put(kind=SEARCHED, object_id=one.pk, district_id=district_id, text=" ".join(words), at=now)
    fields: list[Any] = [ServiceItem._meta.get_field(name.removesuffix("_id")) for name in changed]
    told = {"name": one.name, "version": one.version, "valid_from": one.valid_from.isoformat()}
    row_noted(
        actor,
        "service_item_save",
        one,
        now,
        **told,
        changed="、".join(str(f.verbose_name) for f in fields)[:200],
    )
    return one


def _item_problems(
    row: ServiceItem, item: ServiceItem | None, before: Mapping[str, Any], *, has_unit: bool
) -> Fields:
    """Return everything wrong with an item as it would be written, by field."""
    fields: Fields = {}
    others = ServiceItem.objects.filter(district_id=row.district_id, code=row.code).exclude(pk=row.pk)
    if problem := code_problem(row.code):
        fields["code"] = [problem]
    elif item is not None and row.code != before["code"]:
        fields["code"] = ["编码定了就不改；要换编码，停掉这一项再加一项"]
    elif item is None and others.exists():
        fields["code"] = ["已经有这个编码"]
    if item is not None and (item.valid_to is not None or others.filter(version__gt=item.version).exists()):
        fields["name"] = ["这是以前的版本，请改最新的一版"]
    if not row.name.strip():
        fields["name"] = ["请写名称"]
    if not Board.objects.filter(pk=row.board_id or 0, district_id=row.district_id).exists():
        fields["board_id"] = ["没有这个板块"]
    if row.department_id and not has_unit:
        fields["department_id"] = ["没有这个单位"]
    if not row.department_id and not row.provider_name:
        fields["department_id"] = ["写哪个单位办，或者哪个机构提供"]
    for name, offered in CHOICES.items():
        if getattr(row, name) not in offered.values:
            fields[name] = ["请从列表里选"]
    if not within_law(row.promised, row.promised_unit, row.statutory_days):
        fields["promised"] = [f"不能比法定的 {row.statutory_days} 个工作日长"]
    if not isinstance(row.materials, list) or any(
        not isinstance(m, dict) or not m.get("name") for m in row.materials
    ):
        fields["materials"] = ["一行一份材料"]
    if row.outside_url and not row.outside_url.startswith(("https://", "http://")):
        fields["outside_url"] = ["写完整的网址，以 https:// 开头"]
    for name in ("needed_when", "free_when"):
        if problem := condition_problem(getattr(row, name)):
            fields[name] = [problem]
    return fields


@transaction.atomic
def term_end(*, actor: Viewer, row: Any, on: date, reason: str, now: datetime) -> None:
    """Take a row out of use after a day; an item's guide says so, what runs keeps its version."""
    require(actor, ITEMS if isinstance(row, (Board, ServiceItem)) else MARKET)
    refuse({"on": ["不能早于开始那天"]} if on < row.valid_from else {})
    row.valid_to = on
    if isinstance(row, ServiceItem):
        row.ended_reason = reason[:200]
    row.save()
    row_noted(actor, "catalogue_end", row, now, on=on.isoformat(), reason=reason[:200])


# --- lists, intermediaries ------------------------------------------------------------------------
@transaction.atomic
def one_thing_save(
    *, actor: Viewer, row: OneThing | None, values: Mapping[str, Any], now: datetime
) -> OneThing:
    """Put one 一件事 on the national list, or change it."""
    require(actor, MARKET)
    names = ("name", "year", "batch", "for_firms", "document", "lead_id", "bundle", "valid_from")
    one = _set(row or OneThing(district_id=actor.district_id or 0), names, values)
    refuse({"name": ["已经在清单上"]} if _taken(one, "name") else {})
    one.save()
    row_noted(actor, "one_thing_save", one, now, name=one.name)
    return one


@transaction.atomic
def intermediary_save(
    *, actor: Viewer, row: Intermediary | None, values: Mapping[str, Any], now: datetime
) -> Intermediary:
    """List one service of an intermediary with price, time and result."""
    require(actor, MARKET)
    names = (
        "name",
        "credit_code",
        "service",
        "price_fen",
        "price_unit",
        "workdays",
        "result",
        "qualification",
    )
    one = _set(
        row or Intermediary(district_id=actor.district_id or 0), (*names, "phone", "valid_from"), values
    )
    one.credit_code = normalise(one.credit_code)
    found, fields = check(one.credit_code), Fields()
    if not found.ok:
        fields["credit_code"] = [found.findings[0].message_zh]
    if _taken(one, "credit_code", "service"):
        fields["service"] = ["这家机构的这项服务已经登记过"]
    refuse(fields)
    one.save()
    row_noted(actor, "intermediary_save", one, now, name=str(one))
    return one


@transaction.atomic
def intermediary_rate(
    *,
    actor: Viewer,
    intermediary: Intermediary,
    enterprise: Enterprise,
    stars: int,
    free_choice: bool,
    comment: str,
    now: datetime,
) -> IntermediaryRating:
    """Keep what an enterprise says of an intermediary it used; said again, the later word stands."""
    if enterprise.pk not in actor.enterprise_ids or enterprise.district_id != intermediary.district_id:
        raise NotPermitted("只有用过的企业才能评")
    refuse({} if stars in range(1, 6) else {"stars": ["请选 1 到 5 颗星"]})
    said = {"stars": stars, "free_choice": free_choice, "comment": comment.strip()[:300], "at": now}
    row, _ = IntermediaryRating.objects.update_or_create(
        intermediary=intermediary, enterprise=enterprise, defaults={**said, "person_id": actor.person_id or 0}
    )
    told = {"stars": stars, "free_choice": free_choice}
    row_noted(actor, "intermediary_rate", intermediary, now, **told)
    return row


# --- usage and free services ----------------------------------------------------------------------
def _count(district_id: int, month: date, item: ServiceItem | None, values: Mapping[str, int]) -> None:
    """Append what changed in a month's figures; a correction is a further, signed row."""
    about: dict[str, Any] = {
        "district_id": district_id,
        "procedure": P,
        "month": month.replace(day=1),
        "case_id": 0,
    }
    if item is not None:
        about |= {"unit_id": item.department_id, "category": item.board.name, "kind": item.provider[:16]}
    deltas_write([FigureDelta(**about, event_seq=0, measure=m, value=v) for m, v in values.items() if v])


@transaction.atomic
def use_save(*, actor: Viewer, row: ItemUse | None, values: Mapping[str, Any], now: datetime) -> ItemUse:
    """Note how often an item was used in a month, as a source tells; a corrected month changes its figures."""
    require(actor, MARKET)
    one = row or ItemUse(district_id=actor.district_id or 0, handled=0, online=0, in_time=0)
    kept = ("handled", "online", "in_time")
    before = {name: getattr(one, name) for name in kept}
    _set(one, ("code", "month", "source", *kept), values)
    one.month = one.month.replace(day=1)
    base = base_of(one.code.strip().upper())
    item = items_by_code(one.district_id, [base], local_date(now)).get(base)
    fields: Fields = {}
    if item is None:
        fields["code"] = ["没有这个编码的事项"]
    else:
        one.code = item.code
    if one.month > local_date(now):
        fields["month"] = ["还没到这个月"]
    if max(one.online, one.in_time) > one.handled:
        fields["handled"] = ["网上办的、按时办完的都不能比办了的多"]
    if _taken(one, "code", "month", "source"):
        fields["month"] = ["这个月这个来源已经报过，请改那一行"]
    refuse(fields)
    one.save()
    _count(one.district_id, one.month, item, {name: getattr(one, name) - before[name] for name in kept})
    row_noted(actor, "item_use_save", one, now, code=one.code, handled=one.handled)
    return one


@transaction.atomic
def free_service_give(
    *, actor: Viewer, row: FreeService | None, values: Mapping[str, Any], now: datetime
) -> FreeService:
    """Note a free service given to an enterprise: once each, to those whom the item's condition lets in.

    A fact nobody knows does not refuse: who gives it says in the note what was looked at.
    """
    require(actor, MARKET)
    one = row or FreeService(district_id=actor.district_id or 0)
    was = (one.saved_fen or 0) if row else 0
    _set(
        one,
        ("item_id", "enterprise_id", "valid_from", "valid_to", "saved_fen", "provider_name", "note"),
        values,
    )
    fields: Fields = {}
    item = ServiceItem.objects.filter(
        pk=one.item_id or 0, district_id=one.district_id, worth_fen__gt=0
    ).first()
    firm = Enterprise.objects.filter(pk=one.enterprise_id or 0, district_id=one.district_id).first()
    if item is None:
        fields["item_id"] = ["请选一项免费服务"]
    if firm is None:
        fields["enterprise"] = ["没有这家企业"]
    if item and firm:
        same = FreeService.objects.filter(item__code=item.code, enterprise=firm).exclude(pk=one.pk)
        if same.exists():
            fields["enterprise"] = [f"这家企业已经享受过“{item.name}”"]
        known = {name: fact.value for name, fact in known_facts(firm).items()}
        fits = holds(item.free_when, known) if item.free_when else True
        if fits is False:
            fields["enterprise"] = [f"不符合免费的条件：{item.free_when}"]
        elif fits is None and not one.note.strip():
            fields["note"] = [f"还不知道符不符合（{item.free_when}），写一句核对了什么"]
        one.saved_fen = item.worth_fen if values.get("saved_fen", 0) is None else one.saved_fen
        one.provider_name = one.provider_name or item.provider_name
    refuse(fields)
    assert item is not None
    one.save()
    _count(one.district_id, one.valid_from, item, {"free": 0 if row else 1, "saved": one.saved_fen - was})
    told = {"name": item.name, "saved": one.saved_fen}
    row_noted(actor, "free_service_give", one, now, **told)
    return one
