"""Sources that wait for a reply: the list, the table to hand out, the tick when somebody was told."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.capabilities.service_requests.forms.settings import ReplyForm
from qiying.capabilities.service_requests.services.replies import (
    ReplyRow,
    contacts,
    replies_sent,
    reply_given,
    reply_rows,
    unreplied,
)
from qiying.kernel.cases.models import Channel, Intake
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

PAGE = 30
MOST = 2000
COLUMNS: tuple[Column[Any], ...] = (
    Column("来源编号"),
    Column("来件号"),
    Column("办件号"),
    Column("渠道"),
    Column("企业"),
    Column("收到日期", kind="date"),
    Column("标题", kind="long"),
    Column("状态"),
    Column("结果"),
    Column("答复日期", kind="date"),
    Column("答复", kind="long"),
)


def _district(request: ViewerRequest) -> int:
    if request.viewer.district_id is None:
        raise Http404("您还不属于任何区县")
    return request.viewer.district_id


@visible_with("service_requests.replies")
def replies(request: ViewerRequest, code: str = "") -> HttpResponse:
    """List the sources that wait for a reply, of all channels or of one."""
    district_id = _district(request)
    channel = None
    if code:
        channel = fetch_or_404(Channel.objects.filter(district_id=district_id), code=code)
    rows = unreplied(district_id, channel=code)
    current = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    intakes = list(current.object_list)
    people = contacts(intakes)
    by_intake: dict[int, list[ReplyRow]] = {}
    for r in reply_rows(intakes):
        by_intake.setdefault(r.intake.pk, []).append(r)
    context = {
        "now": request.now,
        "today": request.today,
        "channel": channel,
        "page": current,
        "count": current.paginator.count,
        "rows": [_face(i, by_intake.get(i.pk, []), people[i.pk]) for i in intakes],
        "ways": _ways(district_id),
    }
    return render(request, "desk/replies.html", context)


def _ways(district_id: int) -> list[dict[str, Any]]:
    """Return the channels that owe replies, with how many."""
    counts: dict[str, dict[str, Any]] = {}
    for i in unreplied(district_id):
        found = counts.setdefault(i.channel.code, {"channel": i.channel, "count": 0})
        found["count"] += 1
    return sorted(counts.values(), key=lambda w: -w["count"])


def _face(intake: Intake, found: list[ReplyRow], person: tuple[str, str]) -> dict[str, Any]:
    who = "匿名" if intake.is_anonymous else intake.enterprise.name if intake.enterprise else "没写企业"
    return {
        "intake": intake,
        "who": who,
        "contact": f"{person[0][:1]}{'*' * max(0, len(person[0]) - 1)} {mask_phone(person[1])}".strip(),
        "way": intake.channel.get_reply_via_display(),
        "found": found,
        "by_hand": intake.channel.reply_via != Channel.ReplyVia.EXPORT,
    }


@require_POST
@visible_with("service_requests.replies")
def export(request: ViewerRequest, code: str) -> HttpResponse:
    """Hand out a channel's pending replies as a table and mark them as sent."""
    district_id = _district(request)
    channel = fetch_or_404(Channel.objects.filter(district_id=district_id), code=code)
    intakes = list(unreplied(district_id, channel=code)[:MOST])
    body = workbook_bytes(
        [Sheet("回复表", COLUMNS, [_values(r) for r in reply_rows(intakes)], _caption(channel, request))]
    )
    replies_sent(intakes=intakes, actor=request.viewer, now=request.now, channel=code)
    return xlsx_response(body, f"回复表-{channel.name}-{request.today:%Y%m%d}.xlsx")


def _caption(channel: Channel, request: ViewerRequest) -> str:
    return f"{channel.name} 待回复来件，{request.today:%Y-%m-%d} 导出"


def _values(r: ReplyRow) -> list[Any]:
    i = r.intake
    who = "匿名" if i.is_anonymous or r.case.hide_asker else i.enterprise.name if i.enterprise else ""
    return [
        i.source_id or "", i.number, r.case.number, i.channel.name, who, i.received_on, r.case.title, r.state,
        r.outcome, r.answered_on, r.answer,
    ]  # fmt: skip


@visible_with("service_requests.replies")
def reply(request: ViewerRequest, number: str) -> HttpResponse:
    """Tick that a source was told by word or letter."""
    intake = fetch_or_404(Intake.objects.filter(district_id=_district(request)), number=number)
    form = ReplyForm(request.POST or None)
    back = reverse("service_requests:replies")

    def run(data: dict[str, Any]) -> str:
        reply_given(intake=intake, actor=request.viewer, now=request.now, way=data["way"], note=data["note"])
        return back

    return act_page(
        request,
        form,
        title=f"登记已回复：{intake.number}",
        sentence="登记怎么告诉对方的。说错了可以在留痕里查到。",
        submit="登记",
        back_url=back,
        run=run,
        done="登记好了。",
    )
