"""The roster of 攻坚手 as a register: people join it and are taken off, nobody is changed."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.forms import Form

from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.forms import RosterForm
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.models import Membership, RosterEntry
from qiying.kernel.organisations.selectors import in_force, memberships_visible_to, roster_visible_to
from qiying.kernel.organisations.services import roster_add, roster_remove
from qiying.kernel.organisations.views.people import person_url
from qiying.kernel.organisations.views.units import unit_url
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register
from qiying.kernel.registers.views import register_urls


def _members(viewer: Viewer, today: date) -> dict[str, Membership]:
    """Return who can be chosen: people who act in one of the units."""
    rows = memberships_visible_to(viewer).filter(in_force(today), person__is_active=True)
    return {f"{m.person_id}-{m.unit_id}": m for m in rows.order_by("unit__sort_order", "person__name", "id")}


def _form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: RosterEntry | None) -> Form:
    members = _members(viewer, today)
    return RosterForm(
        data, members=[(key, f"{m.unit.label} · {m.person.name}") for key, m in members.items()]
    )


def _save(actor: Viewer, row: RosterEntry | None, data: dict[str, Any], now: datetime) -> RosterEntry:
    today = local_date(now)
    chosen = _members(actor, today)[data["member"]]
    return roster_add(
        actor=actor,
        person=chosen.person,
        unit=chosen.unit,
        specialities=re.split(r"[、,，;；\s]+", data["specialities"]),
        note=data["note"],
        valid_from=today,
        at=now,
    )


def _end(actor: Viewer, row: RosterEntry, now: datetime) -> None:
    roster_remove(actor=actor, entry=row, on=local_date(now), at=now)


def _take_off(actor: Viewer, row: RosterEntry, data: dict[str, Any], now: datetime) -> str:
    _end(actor, row, now)
    return f"{row.person.name}不在名册上了"


ROSTER: Register[RosterEntry] = declare_register(
    Register(
        name="roster",
        title="攻坚手名册",
        noun="攻坚手",
        listing=Listing(
            columns=[
                Column(
                    "姓名",
                    lambda e: e.person.name,
                    "name",
                    ("person__name",),
                    url=lambda e: ROSTER.row_url(e),
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
                Column("账号", lambda e: e.person.login, url=lambda e: person_url(e.person)),
            ],
            filters=[
                Filter(
                    "q",
                    "姓名或单位",
                    lambda rows, text: (
                        rows.filter(person__name__icontains=text) | rows.filter(unit__name__icontains=text)
                    ),
                )
            ],
            empty_text="名册还是空的。疑难件要组专班时，从这里点人。",
        ),
        rows=lambda viewer, today: roster_visible_to(viewer, today),
        sees=("organisations.view",),
        edits=("organisations.roster",),
        url="organisations:roster",
        subject=lambda e: f"person:{e.person_id}",
        noted=("organisations.roster_add", "organisations.roster_remove"),
        form=_form,
        save=_save,
        end=_end,
        may_change=False,
        label=lambda e: f"{e.person.name} · {e.unit.label}",
        lead=lambda request, listed: "疑难件组专班，从这里点人。",
        acts=(Act("end", "请出名册", _take_off, sentence="请出后不再点得到，名册上的经过都在。"),),
        new_label="请进名册",
        saved="加进名册了",
    )
)
urlpatterns = register_urls(ROSTER, "roster/")
