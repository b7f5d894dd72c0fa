"""A district that holds sessions: leaders to convene them, banks and a service group, and one that was held."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from qiying.capabilities.engagement.models import (
    ServiceGroup,
)
from qiying.capabilities.engagement.services.sessions import (
    group_save,
    seat_save,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.gatherings.models import Attendee, Gathering, Item
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.people import check_in
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.tests.factories import make_person, make_unit

GROUPS = ("party", "congress", "government", "cppcc")


def make_sessions() -> World:
    """Return a district with leaders of four groups, two banks and a service group."""
    made = make_world()
    Unit.objects.filter(pk=made.units["desk"].pk).update(letter_word="营商交")
    office = made.units["leaders"] = make_unit(made.district, "区领导办公室", functions=["leadership"])
    for n in (1, 2):
        made.units[f"bank{n}"] = make_unit(made.district, f"第{n}银行", "bank")
    for n, group in enumerate(GROUPS):
        made.people[group] = make_person(f"领导{n}", office, "district_leader")
        values = {
            "person": made.people[group].pk,
            "group": group,
            "title": "主要领导",
            "valid_from": date(2026, 1, 1),
        }
        seat_save(actor=made.viewer("desk"), seat=None, values=values, now=made.now)
    values = {
        "name": "要素组",
        "units": [made.units["town"].pk, made.units["bureau"].pk],
        "categories": ["park_transport"],
    }
    group_save(actor=made.viewer("desk"), group=None, values=values, now=made.now)
    return made


def client_of(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def plan(world: World, **changed: Any) -> Gathering:
    """Plan the next session as the page proposes it."""
    desk = client_of(world, "desk")
    form = desk.get(reverse("engagement:plan")).context["form"]
    data = {
        k: v
        for k, v in ((k, form.get_initial_for_field(f, k)) for k, f in form.fields.items())
        if v is not None
    }
    data |= {"on": "2026-12-15", "starts": "09:00", "ends": "11:00", "place": "二楼露台", **changed}
    answer = desk.post(reverse("engagement:plan"), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Gathering.objects.latest("pk")


def move(world: World, one: Gathering, phase: str, **data: str) -> Any:
    if phase == "running":
        world.now = one.starts_at
    return client_of(world, "desk").post(reverse("gatherings:move", args=[one.pk, phase]), data)


def edit(world: World, one: Gathering, item: str, **fields: str) -> None:
    changes = [
        Change(f"{item}{f}", item, f, Item.objects.filter(key=item).exists() and 0, v)
        for f, v in fields.items()
    ]
    edits_apply(gathering=one, actor=world.viewer("desk"), changes=changes, now=world.now)


def held(world: World) -> Gathering:
    """A session at which one problem was promised and one solved, everybody checked in."""
    group = ServiceGroup.objects.get().pk
    one = plan(world, theme="", title="外商专场", group=str(group))
    desk = client_of(world, "desk")
    desk.post(
        reverse("gatherings:people_add", args=[one.pk]), {"role": "firm", "enterprise": world.enterprise.name}
    )
    desk.post(
        reverse("gatherings:people_add", args=[one.pk]),
        {"role": "firm", "name": "让·马丁", "nationality": "法国", "language": "法语"},
    )
    move(world, one, "inviting", excuse="")
    move(world, one, "running")
    one.refresh_from_db()
    for who in one.attendees.select_related("gathering"):
        check_in(attendee=who, actor=world.viewer("desk"), how="by_hand", now=world.now)
    guest, firm = Attendee.objects.get(name="让·马丁"), Attendee.objects.get(enterprise=world.enterprise)
    edit(
        world, one, "a", text="工作签证要跑三趟，能不能一次办完", original="Il faut trois visites pour le visa.",
        speaker=str(guest.pk), unit=str(world.units["town"].pk), promised_by="2026-12-25", promised_name="周领", answer="promised",
    )  # fmt: skip
    edit(
        world,
        one,
        "b",
        text="厂门口的限高杆挡住货车",
        speaker=str(firm.pk),
        unit=str(world.units["bureau"].pk),
        answer="solved",
    )
    move(world, one, "following")
    one.refresh_from_db()
    return one
