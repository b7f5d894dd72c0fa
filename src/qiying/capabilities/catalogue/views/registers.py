"""The registers of the catalogue: boards, items, intermediaries, usage, free services, lists of 一件事."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from qiying.capabilities.catalogue import selectors as reads
from qiying.capabilities.catalogue.forms import (
    BoardForm,
    FreeServiceForm,
    IntermediaryForm,
    ItemForm,
    OneThingForm,
    RowForm,
    UseForm,
    yuan,
)
from qiying.capabilities.catalogue.models import Board, ItemKind, Provider, ServiceItem
from qiying.capabilities.catalogue.rules.items import base_of
from qiying.capabilities.catalogue.services import keeping as services
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, choice, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

SEES, ITEM, MARKET = "approvals.view", "approvals.items", "approvals.market"


def _over(actor: Viewer, row: Any, on: date, reason: str, now: datetime) -> None:
    services.term_end(actor=actor, row=row, on=on, reason=reason, now=now)


def _back(actor: Viewer, row: Any, now: datetime) -> None:
    """Take an imported row out of use: today is its last day, or its first where that is still to come."""
    _over(actor, row, max(row.valid_from, local_date(now)), "撤回导入", now)


def _register(
    name: str,
    title: str,
    noun: str,
    columns: Sequence[Column[Any]],
    *,
    url: str,
    rows: Callable[[Viewer, date], QuerySet[Any]],
    form: type[RowForm],
    save: Callable[..., Any],
    empty: str,
    filters: Sequence[Filter[Any]] = (),
    edits: str = MARKET,
    has_term: bool = True,
    **more: Any,
) -> Register[Any]:
    """Declare one list: its first column leads to the row's page, rows with a term can be ended."""
    first = columns[0]
    led = Column(first.label, first.value, first.key, first.sort, url=lambda row: made.row_url(row))
    shown = [led, *columns[1:], *(TERM_COLUMNS if has_term else ())]
    tabs = TERM_TABS if has_term else ()
    shared: dict[str, Any] = {
        "listing": Listing(shown, filters=filters, empty_title=f"还没有{noun}", empty_text=empty, tabs=tabs),
        "save": lambda actor, row, values, now: save(actor=actor, row=row, values=values, now=now),
        "end": _back if has_term else None,
        "acts": (end_act(_over, label="停用"),) if has_term else (),
        "sees": (SEES,),
        "edits": (edits,),
        "url": f"catalogue:{url}",
    }
    made: Register[Any] = Register(
        name=name, title=title, noun=noun, rows=rows, form=form, **{**shared, **more}
    )
    return declare_register(made)


BOARDS = _register(
    "service_boards",
    "服务板块",
    "板块",
    [
        Column("名称", lambda b: b.name, "name", ("name",)),
        Column("谁定的", lambda b: b.get_tier_display(), "tier", ("tier",)),
        Column("办什么", lambda b: b.about),
        Column("牵头单位", lambda b: b.unit.label if b.unit else ""),
        Column("事项", lambda b: b.item_count, numeric=True),
        Column("网上能办完", lambda b: b.online_count, numeric=True),
    ],
    url="boards",
    rows=lambda viewer, today: (
        Board.objects.filter(district_id=viewer.district_id or 0)
        .select_related("unit")
        .annotate(
            item_count=Count("items", filter=in_force(today, "items__")),
            online_count=Count("items", filter=in_force(today, "items__") & reads.ONLINE),
        )
    ),
    form=BoardForm,
    save=services.board_save,
    empty="先加板块，再加事项。",
    edits=ITEM,
    unique="name",
)


def _boards(request: ViewerRequest) -> list[tuple[Any, str]]:
    rows = Board.objects.filter(in_force(request.today), district_id=request.viewer.district_id or 0)
    return list(rows.values_list("pk", "name"))


def _items_lead(request: ViewerRequest, listed: Listed[ServiceItem]) -> str:
    found = reads.counts(request.viewer.district_id or 0, request.today)
    return (
        f"现在 {found['items']} 项，在 {found['boards']} 个板块；网上能办完 {found['online']} / {found['items']} 项，"
        f"增值服务 {found['added']} 项，市场和社会机构提供 {found['others']} 项。"
    )


def _item_about(request: ViewerRequest, row: ServiceItem) -> dict[str, Any]:
    versions = ServiceItem.objects.filter(district_id=row.district_id, code=row.code).order_by("-version")
    guide = reverse("catalogue:guide", args=[base_of(row.code)])
    return {"item": row, "versions": versions, "uses": reads.uses_of(row), "guide_url": guide}


ITEMS = _register(
    "service_items",
    "服务事项",
    "事项",
    [
        Column("名称", lambda i: i.name, "name", ("name",)),
        Column("板块", lambda i: i.board.name, "board", ("board__position",)),
        Column("事项类型", lambda i: i.get_kind_display(), "kind", ("kind",)),
        Column("谁办", lambda i: i.who, "who", ("department__name", "provider_name")),
        Column("承诺多久", lambda i: i.promised_words),
        Column("网上能办完", lambda i: i.online, "online", ("online",)),
        Column("第几版", lambda i: i.version, numeric=True),
        Column("事项编码", lambda i: i.code, in_page=False),
        Column("企业在哪一步", lambda i: i.get_stage_display(), in_page=False),
        Column("依据", lambda i: i.basis, in_page=False),
        Column("法定几个工作日", lambda i: i.statutory_days, in_page=False),
        Column("材料", lambda i: "；".join(m["name"] for m in i.materials), in_page=False),
        Column("收费（元）", lambda i: yuan(i.fee_fen), in_page=False),
    ],
    url="items",
    rows=reads.items_visible_to,
    form=ItemForm,
    save=services.item_save,
    empty="从表格导入一批，或者加一项。",
    edits=ITEM,
    filters=[
        search("名称或编码", "name", "also", "code"),
        Filter("board", "板块", lambda rows, pk: rows.filter(board_id=whole(pk) or 0), _boards),
        choice("kind", "事项类型", ItemKind.choices),
        choice("provider", "谁提供", Provider.choices),
        Filter(
            "online",
            "网上能办完",
            lambda rows, v: rows.filter(online=v == "yes"),
            [("yes", "能"), ("no", "不能")],
        ),
    ],
    opens=(SEES, ITEM),
    unique="code",
    edits_apart=True,
    lead=_items_lead,
    row_lead=lambda request, row: f"第 {row.version} 版，{row.promised_words}，{row.who}",
    panels=(Panel("catalogue/_item.html", _item_about),),
    links=((SEES, "catalogue:boards", "板块"), (SEES, "catalogue:guides", "办事指南")),
)

INTERMEDIARIES = _register(
    "intermediaries",
    "中介服务",
    "中介服务",
    [
        Column("机构", lambda i: i.name, "name", ("name",)),
        Column("服务", lambda i: i.service, "service", ("service",)),
        Column("收费（元）", lambda i: yuan(i.price_fen), "price", ("price_fen",), numeric=True),
        Column("怎么算", lambda i: i.price_unit),
        Column("几个工作日", lambda i: i.workdays, "days", ("workdays",), numeric=True),
        Column("拿到什么", lambda i: i.result),
        Column("平均几颗星", lambda i: "" if i.stars is None else f"{i.stars:.1f}", "stars", ("stars",)),
        Column("评价的企业", lambda i: i.raters, numeric=True),
        Column("说被指定的", lambda i: i.forced, "forced", ("forced",), numeric=True),
        Column("统一社会信用代码", lambda i: i.credit_code, in_page=False),
    ],
    url="intermediaries",
    rows=reads.intermediaries_visible_to,
    form=IntermediaryForm,
    save=services.intermediary_save,
    empty="登记机构、收费、几天、拿到什么，企业自己比、自己选。",
    filters=[search("机构或服务", "name", "service")],
    hint="用哪一家由企业定；有企业说被指定的，要查。",
)

USES = _register(
    "item_uses",
    "事项用量",
    "用量",
    [
        Column("月份", lambda u: f"{u.month:%Y-%m}", "month", ("month",)),
        Column("事项编码", lambda u: u.code, "code", ("code",)),
        Column("谁报的", lambda u: u.source, "source", ("source",)),
        Column("办了几件", lambda u: u.handled, "handled", ("handled",), numeric=True),
        Column("网上办的", lambda u: u.online, numeric=True),
        Column("承诺时间内办完的", lambda u: u.in_time, numeric=True),
    ],
    url="uses",
    rows=reads.uses_visible_to,
    form=UseForm,
    save=services.use_save,
    empty="把税务、省平台等给的月报从表格导入。",
    filters=[search("编码或来源", "code", "source")],
    has_term=False,
)

FREE = _register(
    "free_services",
    "免费服务",
    "免费服务",
    [
        Column("企业", lambda f: f.enterprise.name, "firm", ("enterprise__name",)),
        Column("服务", lambda f: f.item.name, "item", ("item__name",)),
        Column("哪天", lambda f: f.valid_from, "day", ("valid_from",), kind="date"),
        Column("省了（元）", lambda f: yuan(f.saved_fen), "saved", ("saved_fen",), numeric=True),
        Column("谁提供", lambda f: f.provider_name),
        Column("说明", lambda f: f.note, in_page=False),
    ],
    url="free",
    rows=reads.free_services_visible_to,
    form=FreeServiceForm,
    save=services.free_service_give,
    empty="送了一套章、免了一年记账费，记一行，省多少就算得出来。",
    filters=[search("企业或服务", "enterprise__name", "item__name")],
    has_term=False,
)

ONE_THINGS = _register(
    "one_things",
    "一件事清单",
    "一件事",
    [
        Column("名称", lambda o: o.name, "name", ("name",)),
        Column("哪一批", lambda o: f"{o.year} 年第 {o.batch} 批", "batch", ("year", "batch")),
        Column("给谁", lambda o: "企业" if o.for_firms else "个人", "whom", ("for_firms",)),
        Column("牵头单位", lambda o: o.lead.label if o.lead else ""),
        Column("文号", lambda o: o.document),
        Column("在这里办", lambda o: o.bundle),
    ],
    url="one_things",
    rows=reads.one_things_visible_to,
    form=OneThingForm,
    save=services.one_thing_save,
    empty="把国家每一批“一件事”清单从表格导入。",
    filters=[search("名称", "name")],
    unique="name",
)
urlpatterns = [
    *register_urls(BOARDS, "catalogue/boards/"),
    *register_urls(ITEMS, "catalogue/items/"),
    *register_urls(INTERMEDIARIES, "catalogue/intermediaries/"),
    *register_urls(USES, "catalogue/uses/"),
    *register_urls(FREE, "catalogue/free/"),
    *register_urls(ONE_THINGS, "catalogue/one-things/"),
]
