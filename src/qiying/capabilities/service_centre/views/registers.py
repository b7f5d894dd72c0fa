"""The registers of the hall: zones, windows, duties, chief officers, numbers; and the hall itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse

from qiying.capabilities.service_centre.forms import hall as forms
from qiying.capabilities.service_centre.forms.tickets import PriorityForm
from qiying.capabilities.service_centre.models import ChiefOfficer, Duty, Ticket, Window, Zone
from qiying.capabilities.service_centre.selectors.hall import hall_of, zones_of
from qiying.capabilities.service_centre.selectors.tickets import tickets_visible_to
from qiying.capabilities.service_centre.services import hall as services
from qiying.capabilities.service_centre.services import tickets as queue
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.selectors import in_use
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice, search
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import day as read_day
from qiying.ui.given import whole

SEES, RUNS, GUIDES, SERVES = (f"service_centre.{code}" for code in ("view", "hall", "guide", "window"))


@visible_with(RUNS)
def hall(request: ViewerRequest) -> HttpResponse:
    """Set up the hall: name, address and hours."""
    row = hall_of(request.viewer.district_id)
    form = forms.hall_form(request.POST or None, viewer=request.viewer, today=request.today, row=row)

    def run(data: dict[str, Any]) -> None:
        services.hall_save(actor=request.viewer, values=data, now=request.now)

    return act_page(
        request, form, title="服务大厅", submit="存好", run=run, back_url=reverse("service_centre:desk"),
        done="大厅存好了。", sentence="专区、窗口和值班在各自的台账里；墙上的屏和自助机的网址在导办台。",
    )  # fmt: skip


def _kept(
    name: str, title: str, model: Any, columns: Sequence[Column[Any]], *, service: Callable[..., Any],
    url: str, related: Sequence[str] = (), listing: dict[str, Any], **more: Any,
) -> Register[Any]:  # fmt: skip
    """Declare a register that who runs the hall keeps and its staff read."""
    return declare_register(
        Register(
            name=name,
            title=title,
            noun=title,
            listing=Listing(columns=columns, **listing),
            rows=lambda viewer, today: model.objects.filter(
                district_id=viewer.district_id or 0
            ).select_related(*related),
            sees=(SEES,),
            edits=(RUNS,),
            url=f"service_centre:{url}",
            save=lambda actor, row, values, now: service(actor=actor, row=row, values=values, now=now),
            new_label=f"加{title}",
            **more,
        )
    )


def _zone_choices(request: ViewerRequest) -> list[tuple[int, str]]:
    return [(z.pk, str(z)) for z in zones_of(request.viewer.district_id)]


ZONE: Filter[Any] = Filter(
    "zone", "专区", lambda rows, pk: rows.filter(zone_id=whole(pk) or 0), _zone_choices
)
WHO: Filter[Any] = search("姓名", "person__name")


def _offer(actor: Viewer, row: Zone, data: dict[str, Any], now: datetime) -> str:
    return f"{services.zone_offer(actor=actor, zone=row, values=data, now=now).name}可以约了。"


def _bookable(request: ViewerRequest, row: Zone) -> dict[str, Any]:
    rows = in_use(Bookable.objects.filter(district_id=row.district_id, subject=row.subject), request.today)
    return {"zone": row, "offers": list(rows)}


ZONES: Register[Any] = _kept(
    "hall_zones",
    "大厅专区",
    Zone,
    [
        Column("名称", lambda z: z.name, "name", ("name",), url=lambda z: ZONES.row_url(z)),
        Column("字母", lambda z: z.letter, "letter", ("letter",)),
        Column("类别", lambda z: z.get_kind_display(), "kind", ("kind",)),
        Column("办什么", lambda z: z.about),
        Column("在哪里", lambda z: z.place),
        Column("在用", lambda z: z.is_active),
    ],
    listing={
        "empty_title": "还没有专区",
        "empty_text": "先加窗口专区（A、B、C……）和洽谈专区，再给专区加窗口。",
    },
    service=services.zone_save,
    url="zones",
    form=forms.zone_form,
    unique="letter",
    acts=(
        Act(
            "offer",
            "开放预约",
            _offer,
            form=forms.OfferForm,
            sentence="窗口最多提前 5 个工作日，一家一天一次。",
        ),
    ),
    panels=(Panel("hall/_bookable.html", _bookable, beside=True),),
    links=((RUNS, "service_centre:hall", "大厅"), (SEES, "service_centre:windows", "窗口")),
)


def _now(row: Window) -> str:
    if row.officer is None:
        return "没开"
    return f"暂停：{row.pause}" if row.pause else f"{row.officer.name}在"


WINDOWS: Register[Any] = _kept(
    "hall_windows",
    "窗口",
    Window,
    [
        Column("窗口", str, "number", ("number",), url=lambda w: WINDOWS.row_url(w)),
        Column("专区", lambda w: w.zone.name, "zone", ("zone__letter",)),
        Column("单位", lambda w: w.unit.label, "unit", ("unit__name",)),
        Column("办哪些事项", lambda w: f"{len(w.items)} 项" if w.items else "专区全部"),
        Column("事项", lambda w: "；".join(w.items), in_page=False),
        Column("现在", _now),
        Column("在用", lambda w: w.is_active, in_page=False),
    ],
    listing={
        "filters": [ZONE],
        "empty_title": "还没有窗口",
        "empty_text": "加窗口：几号、哪个专区、哪个单位、办哪些事项。也可以导入。",
    },
    service=services.window_save,
    url="windows",
    related=("zone", "unit", "officer"),
    form=forms.window_form,
    unique="number",
    links=((SEES, "service_centre:zones", "专区"), (SEES, "service_centre:duties", "值班")),
)


def _end(actor: Viewer, row: Any, on: date, reason: str, now: datetime) -> None:
    services.term_end(actor=actor, row=row, on=on, reason=reason, now=now)


DUTIES: Register[Any] = _kept(
    "hall_duties",
    "值班",
    Duty,
    [
        Column("谁", lambda d: d.person.name, "who", ("person__name",), url=lambda d: DUTIES.row_url(d)),
        Column("在哪里", lambda d: str(d.window or "导办台"), "window", ("window__number",)),
        Column("星期", lambda d: "周" + "".join("一二三四五六日"[int(n) - 1] for n in d.weekdays)),
        Column("班次", lambda d: d.get_shift_display(), "shift", ("shift",)),
        *TERM_COLUMNS,
        Column("为什么结束", lambda d: d.ended_reason, in_page=False),
    ],
    listing={
        "filters": [WHO],
        "tabs": TERM_TABS,
        "empty_title": "还没有排班",
        "empty_text": "加值班：谁、哪个窗口或导办台、星期几。值班的人能在那个窗口叫号。",
    },
    service=services.duty_save,
    url="duties",
    related=("person", "window"),
    label=lambda d: f"{d.person.name} · {d.window or '导办台'}",
    form=forms.duty_form,
    acts=(end_act(_end, label="结束值班"),),
)
CHIEFS: Register[Any] = _kept(
    "chief_officers",
    "首席服务员",
    ChiefOfficer,
    [
        Column("谁", lambda c: c.person.name, "who", ("person__name",), url=lambda c: CHIEFS.row_url(c)),
        Column("单位", lambda c: c.unit.label, "unit", ("unit__name",)),
        Column("专区", lambda c: c.zone.name if c.zone else "全部"),
        Column("管什么", lambda c: c.field),
        Column("电话", lambda c: c.phone),
        *TERM_COLUMNS,
    ],
    listing={
        "filters": [WHO, ZONE],
        "tabs": TERM_TABS,
        "empty_title": "还没有首席服务员",
        "empty_text": "定首席服务员：谁、管什么、打得通的电话。企业在大厅页上看得到。",
    },
    service=services.chief_save,
    url="chiefs",
    related=("person", "unit", "zone"),
    label=lambda c: f"{c.person.name} · {c.field}",
    form=forms.chief_form,
    acts=(end_act(_end),),
)


def _who(row: Ticket) -> str:
    return row.enterprise.name if row.enterprise else row.person.name if row.person else ""


def _waited(row: Ticket) -> int | str:
    return int((row.called_at - row.taken_at).total_seconds() // 60) if row.called_at else ""


_priority = does(queue.ticket_priority, "ticket", lambda found: f"{found.number} 排到前面了。")


def _back(actor: Viewer, row: Ticket, data: dict[str, Any], now: datetime) -> str:
    return f"{queue.ticket_back(actor=actor, ticket=row, now=now).number} 重新排上了。"


def _leave(actor: Viewer, row: Ticket, data: dict[str, Any], now: datetime) -> str:
    return f"{queue.ticket_leave(actor=actor, ticket=row, now=now).number} 不办了，记下了。"


def _is(*states: str) -> Callable[[Viewer, Ticket], bool]:
    return lambda viewer, row: row.state in states


def _desk(row: Ticket) -> str:
    return reverse("service_centre:desk")


WAITING, PASSED = Ticket.State.WAITING, Ticket.State.PASSED
TICKETS: Register[Ticket] = declare_register(
    Register(
        name="hall_tickets",
        title="排队号",
        noun="排队号",
        listing=Listing(
            columns=[
                Column("号码", str, "number", ("day", "number"), url=lambda t: TICKETS.row_url(t)),
                Column("日期", lambda t: t.day, "day", ("day",), kind="date"),
                Column("状态", lambda t: t.get_state_display(), "state", ("state",)),
                Column("专区", lambda t: t.zone.name, "zone", ("zone__letter",)),
                Column("办什么", lambda t: t.matter),
                Column("谁", _who),
                Column("怎么取的", lambda t: t.get_way_display()),
                Column("企业码", lambda t: t.by_code, in_page=False),
                Column("优先理由", lambda t: t.reason, in_page=False),
                Column("窗口", lambda t: t.window.number if t.window else "", numeric=True),
                Column("谁办的", lambda t: t.officer.name if t.officer else "", in_page=False),
                Column("等了几分钟", _waited, numeric=True),
                Column("转了几次", lambda t: t.hands, in_page=False, numeric=True),
                Column("错时", lambda t: t.is_off_hours, in_page=False),
                Column("结果", lambda t: t.result, in_page=False),
            ],
            filters=[
                Filter("q", "号码", lambda rows, text: rows.filter(number__iexact=text)),
                ZONE,
                Filter("day", "哪天", lambda rows, text: rows.filter(day=read_day(text) or date.min)),
                choice("state", "状态", Ticket.State.choices),
            ],
            empty_title="还没有取号的",
            empty_text="导办台、自助机和手机上取的号都在这里，一天一天留着。",
        ),
        rows=lambda viewer, today: tickets_visible_to(viewer),
        sees=(GUIDES, SERVES),
        edits=(),
        opens=(GUIDES, SERVES),
        url="service_centre:tickets",
        imports=False,
        acts=(
            Act(
                "priority",
                "优先",
                _priority,
                form=PriorityForm,
                needs=(GUIDES,),
                applies=_is(WAITING),
                goes_to=_desk,
            ),
            Act("back", "重新排上", _back, needs=(GUIDES,), applies=_is(PASSED), goes_to=_desk),
            Act("leave", "不办了", _leave, needs=(GUIDES,), applies=_is(WAITING, PASSED), goes_to=_desk),
        ),
    )
)

urlpatterns = [
    path("hall/settings/", hall, name="hall"),
    *register_urls(ZONES, "hall/zones/"),
    *register_urls(WINDOWS, "hall/windows/"),
    *register_urls(DUTIES, "hall/duties/"),
    *register_urls(CHIEFS, "hall/chiefs/"),
    *register_urls(TICKETS, "hall/tickets/"),
]
