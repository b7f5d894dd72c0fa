"""The registers of the catalogue: boards, items, intermediaries, usage, free services, lists of 一件事."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse

from qiying.capabilities.approvals.forms.catalogue import (
    BoardForm,
    FreeServiceForm,
    IntermediaryForm,
    ItemForm,
    OneThingForm,
    UseForm,
    yuan,
)
from qiying.capabilities.approvals.models import (
    Board,
    FreeService,
    ItemKind,
    ItemUse,
    OneThing,
    Provider,
    ServiceItem,
)
from qiying.capabilities.approvals.rules.catalogue import base_of
from qiying.capabilities.approvals.selectors import catalogue as reads
from qiying.capabilities.approvals.services import catalogue as services
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

SEES, ITEM, MARKET = "approvals.view", "approvals.items", "approvals.market"
Save = Callable[[Viewer, Any, dict[str, Any], datetime], Any]


def _saver(service: Callable[..., Any], name: str = "row") -> Save:
    """Return a service as a register calls it."""
    return lambda actor, row, values, now: service(actor=actor, values=values, now=now, **{name: row})


def _end(subject: str) -> Callable[[Viewer, Any, date, str, datetime], None]:
    return lambda actor, row, on, reason, now: services.term_end(
        actor=actor, row=row, subject=f"{subject}:{row.pk}", on=on, reason=reason, now=now
    )


def _gone(subject: str) -> Callable[[Viewer, Any, datetime], None]:
    """Return how an imported row is taken back: its last day is its first."""
    return lambda actor, row, now: _end(subject)(actor, row, row.valid_from, "撤回导入", now)


def _boards(request: ViewerRequest) -> list[tuple[Any, str]]:
    rows = Board.objects.filter(in_force(request.today), district_id=request.viewer.district_id or 0)
    return list(rows.values_list("pk", "name"))


def _item_end(actor: Viewer, row: ServiceItem, on: date, reason: str, now: datetime) -> None:
    services.item_end(actor=actor, item=row, on=on, reason=reason, now=now)


def _items_lead(request: ViewerRequest, listed: Listed[ServiceItem]) -> str:
    found = reads.counts(request.viewer.district_id or 0, request.today)
    return (
        f"现在 {found['items']} 项，在 {found['boards']} 个板块；网上能办完 {found['online']} / {found['items']} 项，"
        f"增值服务 {found['added']} 项，市场和社会机构提供 {found['others']} 项。"
    )


def _item_about(request: ViewerRequest, row: ServiceItem) -> dict[str, Any]:
    versions = ServiceItem.objects.filter(district_id=row.district_id, code=row.code).order_by("-version")
    guide = reverse("approvals:guide", args=[base_of(row.code)])
    return {"item": row, "versions": versions, "uses": reads.uses_of(row), "guide_url": guide}


BOARDS: Register[Any] = declare_register(
    Register(
        name="service_boards",
        title="服务板块",
        noun="板块",
        listing=Listing(
            name="service_boards",
            caption="服务板块",
            columns=[
                Column("名称", lambda b: b.name, "name", ("name",), url=lambda b: BOARDS.row_url(b)),
                Column("谁定的", lambda b: b.get_tier_display(), "tier", ("tier",)),
                Column("办什么", lambda b: b.about),
                Column("牵头单位", lambda b: b.unit.label if b.unit else ""),
                Column("事项", lambda b: b.item_count, numeric=True),
                Column("网上能办完", lambda b: b.online_count, numeric=True),
                *TERM_COLUMNS,
            ],
            tabs=TERM_TABS,
            empty_title="还没有板块",
            empty_text="先加板块，再加事项。",
        ),
        rows=lambda viewer, today: (
            Board.objects.filter(district_id=viewer.district_id or 0)
            .select_related("unit")
            .annotate(
                item_count=Count("items", filter=in_force(today, "items__")),
                online_count=Count("items", filter=in_force(today, "items__") & reads.ONLINE),
            )
        ),
        sees=(SEES,),
        edits=(ITEM,),
        url="approvals:boards",
        subject=lambda b: b.subject,
        form=BoardForm,
        save=_saver(services.board_save, "board"),
        end=_gone("board"),
        unique="name",
        acts=(end_act(_end("board"), label="撤掉"),),
    )
)

ITEMS: Register[ServiceItem] = declare_register(
    Register(
        name="service_items",
        title="服务事项",
        noun="事项",
        listing=Listing(
            name="service_items",
            caption="服务事项",
            columns=[
                Column("名称", lambda i: i.name, "name", ("name",), url=lambda i: ITEMS.row_url(i)),
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
                *TERM_COLUMNS,
            ],
            filters=[
                Filter(
                    "q",
                    "名称或编码",
                    lambda rows, t: rows.filter(name__icontains=t) | rows.filter(code__endswith=t),
                ),
                Filter("board", "板块", lambda rows, pk: rows.filter(board_id=whole(pk) or 0), _boards),
                Filter("kind", "事项类型", lambda rows, v: rows.filter(kind=v), ItemKind.choices),
                Filter("provider", "谁提供", lambda rows, v: rows.filter(provider=v), Provider.choices),
                Filter(
                    "online",
                    "网上能办完",
                    lambda rows, v: rows.filter(online=v == "yes"),
                    [("yes", "能"), ("no", "不能")],
                ),
            ],
            tabs=TERM_TABS,
            empty_title="还没有事项",
            empty_text="从表格导入一批，或者加一项。",
        ),
        rows=reads.items_visible_to,
        sees=(SEES,),
        edits=(ITEM,),
        opens=(SEES, ITEM),
        url="approvals:items",
        subject=lambda i: i.subject,
        lead=_items_lead,
        form=ItemForm,
        save=_saver(services.item_save, "item"),
        end=lambda actor, row, now: _item_end(
            actor, row, max(row.valid_from, local_date(now)), "撤回导入", now
        ),
        unique="code",
        edits_apart=True,
        row_lead=lambda request, row: f"第 {row.version} 版，{row.promised_words}，{row.who}",
        panels=(Panel("catalogue/_item.html", _item_about),),
        acts=(end_act(_item_end, label="停用"),),
        links=((SEES, "approvals:boards", "板块"), (SEES, "approvals:guides", "办事指南")),
        home=lambda row: "" if row.valid_to is None else "show=ended",
    )
)

INTERMEDIARIES: Register[Any] = declare_register(
    Register(
        name="intermediaries",
        title="中介服务",
        noun="中介服务",
        listing=Listing(
            name="intermediaries",
            caption="中介服务",
            columns=[
                Column("机构", lambda i: i.name, "name", ("name",), url=lambda i: INTERMEDIARIES.row_url(i)),
                Column("服务", lambda i: i.service, "service", ("service",)),
                Column("收费（元）", lambda i: yuan(i.price_fen), "price", ("price_fen",), numeric=True),
                Column("怎么算", lambda i: i.price_unit),
                Column("几个工作日", lambda i: i.workdays, "days", ("workdays",), numeric=True),
                Column("拿到什么", lambda i: i.result),
                Column(
                    "平均几颗星", lambda i: "" if i.stars is None else f"{i.stars:.1f}", "stars", ("stars",)
                ),
                Column("评价的企业", lambda i: i.raters, numeric=True),
                Column("说被指定的", lambda i: i.forced, "forced", ("forced",), numeric=True),
                Column("统一社会信用代码", lambda i: i.credit_code, in_page=False),
                *TERM_COLUMNS,
            ],
            filters=[
                Filter(
                    "q",
                    "机构或服务",
                    lambda rows, t: rows.filter(name__icontains=t) | rows.filter(service__icontains=t),
                )
            ],
            tabs=TERM_TABS,
            empty_title="还没有中介服务",
            empty_text="登记机构、收费、几天、拿到什么，企业自己比、自己选。",
        ),
        rows=reads.intermediaries_visible_to,
        sees=(SEES,),
        edits=(MARKET,),
        url="approvals:intermediaries",
        subject=lambda i: f"intermediary:{i.pk}",
        hint="用哪一家由企业定；有企业说被指定的，要查。",
        form=IntermediaryForm,
        save=_saver(services.intermediary_save),
        end=_gone("intermediary"),
        acts=(end_act(_end("intermediary")),),
    )
)

USES: Register[ItemUse] = declare_register(
    Register(
        name="item_uses",
        title="事项用量",
        noun="用量",
        listing=Listing(
            name="item_uses",
            caption="事项用量",
            columns=[
                Column(
                    "月份", lambda u: f"{u.month:%Y-%m}", "month", ("month",), url=lambda u: USES.row_url(u)
                ),
                Column("事项编码", lambda u: u.code, "code", ("code",)),
                Column("谁报的", lambda u: u.source, "source", ("source",)),
                Column("办了几件", lambda u: u.handled, "handled", ("handled",), numeric=True),
                Column("网上办的", lambda u: u.online, numeric=True),
                Column("承诺时间内办完的", lambda u: u.in_time, numeric=True),
            ],
            filters=[
                Filter(
                    "q", "编码或来源", lambda rows, t: rows.filter(code__endswith=t) | rows.filter(source=t)
                )
            ],
            empty_title="还没有用量",
            empty_text="把税务、省平台等给的月报从表格导入。",
        ),
        rows=reads.uses_visible_to,
        sees=(SEES,),
        edits=(MARKET,),
        url="approvals:uses",
        subject=lambda u: f"item_use:{u.pk}",
        label=str,
        form=UseForm,
        save=_saver(services.use_save),
    )
)

FREE: Register[FreeService] = declare_register(
    Register(
        name="free_services",
        title="免费服务",
        noun="免费服务",
        listing=Listing(
            name="free_services",
            caption="免费服务",
            columns=[
                Column(
                    "企业",
                    lambda f: f.enterprise.name,
                    "firm",
                    ("enterprise__name",),
                    url=lambda f: FREE.row_url(f),
                ),
                Column("服务", lambda f: f.item.name, "item", ("item__name",)),
                Column("省了（元）", lambda f: yuan(f.saved_fen), "saved", ("saved_fen",), numeric=True),
                Column("谁提供", lambda f: f.provider_name),
                Column("说明", lambda f: f.note, in_page=False),
                *TERM_COLUMNS,
            ],
            filters=[
                Filter(
                    "q",
                    "企业或服务",
                    lambda rows, t: (
                        rows.filter(enterprise__name__icontains=t) | rows.filter(item__name__icontains=t)
                    ),
                )
            ],
            empty_title="还没有记过",
            empty_text="送了一套章、免了一年记账费，记一行，省多少就算得出来。",
        ),
        rows=reads.free_services_visible_to,
        sees=(SEES,),
        edits=(MARKET,),
        url="approvals:free",
        subject=lambda f: f"free_service:{f.pk}",
        label=lambda f: f"{f.enterprise.name} · {f.item.name}",
        form=FreeServiceForm,
        save=_saver(services.free_service_give),
    )
)

ONE_THINGS: Register[OneThing] = declare_register(
    Register(
        name="one_things",
        title="一件事清单",
        noun="一件事",
        listing=Listing(
            name="one_things",
            caption="一件事清单",
            columns=[
                Column("名称", lambda o: o.name, "name", ("name",), url=lambda o: ONE_THINGS.row_url(o)),
                Column("哪一批", lambda o: f"{o.year} 年第 {o.batch} 批", "batch", ("year", "batch")),
                Column("给谁", lambda o: "企业" if o.for_firms else "个人", "whom", ("for_firms",)),
                Column("牵头单位", lambda o: o.lead.label if o.lead else ""),
                Column("文号", lambda o: o.document),
                Column("在这里办", lambda o: o.bundle),
                *TERM_COLUMNS,
            ],
            filters=[
                Filter("q", "名称", lambda rows, t: rows.filter(name__icontains=t)),
                Filter(
                    "whom",
                    "给谁",
                    lambda rows, v: rows.filter(for_firms=v == "firms"),
                    [("firms", "企业"), ("people", "个人")],
                ),
            ],
            tabs=TERM_TABS,
            empty_title="还没有清单",
            empty_text="把国家每一批“一件事”清单从表格导入。",
        ),
        rows=reads.one_things_visible_to,
        sees=(SEES,),
        edits=(MARKET,),
        url="approvals:one_things",
        subject=lambda o: f"one_thing:{o.pk}",
        form=OneThingForm,
        save=_saver(services.one_thing_save),
        end=_gone("one_thing"),
        unique="name",
        acts=(end_act(_end("one_thing")),),
    )
)
urlpatterns = [
    *register_urls(BOARDS, "catalogue/boards/"),
    *register_urls(ITEMS, "catalogue/items/"),
    *register_urls(INTERMEDIARIES, "catalogue/intermediaries/"),
    *register_urls(USES, "catalogue/uses/"),
    *register_urls(FREE, "catalogue/free/"),
    *register_urls(ONE_THINGS, "catalogue/one-things/"),
]
