"""The roster of 攻坚手."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.organisations.forms import RosterForm
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.models import RosterEntry
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force, memberships_visible_to, roster_visible_to
from qiying.kernel.organisations.services import roster_add, roster_remove
from qiying.kernel.organisations.views.people import person_url
from qiying.kernel.organisations.views.units import unit_url
from qiying.kernel.permissions.fetch import fetch_or_404

ROSTER: Listing[RosterEntry] = Listing(
    name="roster",
    caption="攻坚手名册",
    columns=[
        Column(
            "姓名", lambda e: e.person.name, "name", ("person__name",), url=lambda e: person_url(e.person)
        ),
        Column(
            "单位",
            lambda e: e.unit.name,
            "unit",
            ("unit__sort_order", "unit_id"),
            url=lambda e: unit_url(e.unit),
        ),
        Column("专长", lambda e: "、".join(e.specialities)),
        Column("从哪天起", lambda e: e.valid_from, "from", ("valid_from",)),
        Column("说明", lambda e: e.note),
    ],
    filters=[Filter("q", "姓名或单位", lambda rows, text: rows.filter(person__name__icontains=text))],
    empty_text="名册还是空的。疑难件要组专班时，从这里点人。",
)


@visible_with("organisations.view")
def roster(request: ViewerRequest) -> HttpResponse:
    """List the roster."""
    rows = roster_visible_to(request.viewer, request.today)
    context, workbook = ROSTER.respond(request, rows)
    if workbook is not None:
        return workbook
    context["can_edit"] = request.viewer.has("organisations.roster")
    context["entries"] = context["table"]["page"].object_list
    return page(request, "organisations/roster.html", context)


@visible_with("organisations.roster")
def roster_new(request: ViewerRequest) -> HttpResponse:
    """Put somebody on the roster; only people who act in one of the units can be chosen."""
    rows = memberships_visible_to(request.viewer).filter(in_force(request.today), person__is_active=True)
    members = {
        f"{m.person_id}-{m.unit_id}": m for m in rows.order_by("unit__sort_order", "person__name", "id")
    }
    choices = [(key, f"{m.unit.label} · {m.person.name}") for key, m in members.items()]
    form = RosterForm(request.POST or None, members=choices)

    def run(data: dict[str, Any]) -> str:
        chosen = members[data["member"]]
        roster_add(
            actor=request.viewer,
            person=chosen.person,
            unit=chosen.unit,
            specialities=re.split(r"[、,，;；\s]+", data["specialities"]),
            note=data["note"],
            valid_from=request.today,
            at=request.now,
        )
        return ""

    return act_page(
        request,
        form,
        title="请进攻坚手名册",
        submit="加进名册",
        back_url=reverse("organisations:roster"),
        run=run,
        done="加进名册了",
    )


@require_POST
@visible_with("organisations.roster")
def roster_end(request: ViewerRequest, entry_id: int) -> HttpResponse:
    """Take somebody off the roster."""
    entry = fetch_or_404(roster_visible_to(request.viewer, request.today), pk=entry_id)
    roster_remove(actor=request.viewer, entry=entry, on=request.today, at=request.now)
    messages.success(request, f"{entry.person.name}不在名册上了")
    return HttpResponseRedirect(reverse("organisations:roster"))
