"""Every page of sessions, visits and points for everybody: who gets in, with rows there, and that no posted value breaks one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.meetings import Met, everything

from qiying.capabilities.engagement.models import DeputyNote, LeadingSeat
from qiying.capabilities.engagement.services.points import (
    point_save,
)
from qiying.capabilities.engagement.urls import urlpatterns as engagement
from qiying.capabilities.visits.models import Visit
from qiying.capabilities.visits.tests.world import make_walks
from qiying.capabilities.visits.urls import urlpatterns as visits
from qiying.kernel.api_access.tests.factories import token_make
from qiying.kernel.cases.tests.walking import both_ways, frameless, hostile
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_membership, make_person
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES

pytestmark = pytest.mark.django_db

OFFICE = "desk liaison handler leader deputy officer recorder"
WATCH = "desk deputy supervisor"
FIRM = "clerk outsider"
OPENS = {
    "sessions": WATCH,
    "plan": "desk",
    "collect": "desk liaison handler leader officer recorder",
    "collect_for": "desk liaison handler leader officer recorder",
    "outcome": "desk",
    "tracking": WATCH,
    "seats": WATCH,
    "seats_new": "desk",
    "seats_row": "desk",
    "groups": WATCH,
    "groups_new": "desk",
    "groups_row": "desk",
    "phone": OFFICE,
    "phone_data": OFFICE,
    "phone_worker": f"{OFFICE} supervisor {FIRM} nobody",
    "phone_manifest": f"{OFFICE} supervisor {FIRM} nobody",
    "visits": f"{OFFICE} supervisor",
    "visits_new": OFFICE,
    "visits_row": "desk liaison handler leader officer recorder supervisor",
    "visits_rule": OFFICE,
    "difficulties": f"{OFFICE} supervisor",
    "difficulty_submit": "desk",
    "promise_keep": "liaison handler leader officer recorder",
    "visits_mine": FIRM,
    "campaigns": f"{OFFICE} supervisor",
    "campaigns_new": "desk",
    "campaigns_row": "desk",
    "resident_message": "clerk",
    "resident_opinion": "clerk",
    "residents": f"{OFFICE} supervisor",
    "residents_new": "desk",
    "residents_row": f"{OFFICE} supervisor",
    "points_public": f"{OFFICE} supervisor {FIRM}",
    "notes": "deputy",
    "point_kinds": "desk",
    "point_kinds_new": "desk",
    "point_kinds_row": "desk",
    "points": f"{OFFICE} supervisor",
    "points_new": "desk deputy liaison leader",
    "points_row": f"{OFFICE} supervisor",
    "point_reception": "desk liaison leader",
}
"""Who sees a page; for everybody else there is none."""
POSTED = ("join", "phone_send", "note_raise")
KIT = ("view", "imports", "template", "one", "mapping", "step", "act")
ACTS = {
    "visits": ("move", "cancel"),
    "residents": ("firms", "hand", "end"),
    "points": ("problem", "activity", "end"),
    "campaigns": (),
    "point_kinds": (),
}
EVERYBODY = (*OFFICE.split(), "supervisor", *FIRM.split(), "nobody")
ALONE = ("9" * 19, "\x00", "9999-12-31")
HOSTILE = (
    "",
    "²",
    "-1",
    "9" * 19,
    "9" * 5000,
    "NaN",
    "1e999",
    "\x00",
    "0001-01-01",
    "9999-12-31",
    "x" * 6000,
)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Met:
    made = Met(**vars(make_walks()))
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    everything(made)
    return made


VISITS = {str(one.name) for one in visits}


def home(name: str) -> str:
    """Return whose page it is."""
    return "visits" if name in VISITS else "engagement"


def address(walks: Met, name: str) -> str:
    """Return the address of a page about the row that is there."""
    key = walks.keys.get(name)
    return reverse(f"{home(name)}:{name}", args=[key] if key is not None else [])


def browser(walks: Met, who: str) -> Client:
    client = Client() if who == "nobody" else client_of(walks.people[who])
    client.raise_request_exception = False
    return client


def test_every_page_is_known_here(walks: Met) -> None:
    names = {str(one.name) for one in (*engagement, *visits)}
    rest = {n for n in names if n.rpartition("_")[2] not in KIT}
    assert rest - set(POSTED) == set(OPENS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_opens_for_whom_it_is_and_is_not_there_for_anybody_else(walks: Met, who: str) -> None:
    client, wrong = browser(walks, who), []
    for name, opens in OPENS.items():
        answer = client.get(address(walks, name))
        wanted = {200} if who in opens.split() else {302} if who == "nobody" else {403, 404}
        if answer.status_code not in wanted:
            wrong.append((name, answer.status_code))
    assert wrong == []


def test_every_row_in_every_state_has_its_page(walks: Met) -> None:
    desk = browser(walks, "desk")
    for visit in Visit.objects.all():
        assert desk.get(reverse("visits:visits_row", args=[visit.pk])).status_code == 200
    for show in ("planned", "done", "cancelled"):
        assert desk.get("/visits/", {"show": show}).status_code == 200
        assert desk.get("/visits/", {"show": show, "export": "xlsx"}).status_code == 200


def all_round(walks: Met) -> Client:
    """Return somebody in every role of the office, so that no page stops him before it reads."""
    person = make_person("都管", walks.units["town"])
    for role in sorted({role.code for role in all_roles()} - SYSTEM_ROLES - {"clerk"}):
        for unit in ("town", "desk", "renda"):
            make_membership(person, walks.units[unit], role)
    DeputyNote.objects.update(person=person)
    client = client_of(person)
    client.raise_request_exception = False
    return client


def forms(walks: Met) -> list[str]:
    found = [address(walks, name) for name in OPENS]
    for register, codes in ACTS.items():
        row = walks.keys[f"{register}_row"]
        found += [reverse(f"{home(register)}:{register}_act", args=[row, code]) for code in ("edit", *codes)]
    return found


def filled(form: Any) -> dict[str, Any]:
    """Return a form as somebody might send it: what stands in it, the first choice where nothing does."""
    sent = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value in (None, "", []) and (choices := [c for c, _ in getattr(field, "choices", ()) if c]):
            value = choices[0]
        sent[name] = "" if value is None else value if value != "" else "写几个字"
    return sent


@pytest.mark.slow
@both_ways
@pytest.mark.parametrize("who", ["office", "clerk"])
def test_no_posted_value_breaks_a_form(
    walks: Met, who: str, every: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameless(monkeypatch)
    client = all_round(walks) if who == "office" else browser(walks, "clerk")
    broken, tried = [], 0
    for url in forms(walks):
        form = (client.get(url).context or {}).get("form")
        if form is None:
            continue
        good = filled(form)
        for name in ("", *good):
            for value in ALONE if name and every else hostile(tried, every=False) if name else HOSTILE:
                sent = {**good, name: value} if name else dict.fromkeys(good, value)
                tried += 1
                with transaction.atomic():
                    status = client.post(url, sent).status_code
                    transaction.set_rollback(True)
                if status >= 500:
                    broken.append((url, name or "all", value[:20], status))
    assert broken == []
    assert tried > (200 if who == "office" else 15)


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_posted_without_a_form_breaks_nothing(walks: Met, value: str) -> None:
    client = all_round(walks)
    sent = dict.fromkeys(("item", "into", "key", "report", "photo", "remove", "name", "query"), value)
    for name in (*POSTED, "visits_view", "points_view"):
        assert client.post(address(walks, name), sent).status_code < 500, name
    for body in (
        "[]",
        "null",
        "1",
        '{"problems": 3}',
        '{"talk": null}',
        '{"facts": {"employees": "' + value + '"}}',
    ):
        assert (
            client.post(address(walks, "phone_send"), {"key": "k" * 12, "report": body}).status_code < 500
        ), body


def test_a_seat_that_ended_stays_on_the_list(walks: Met) -> None:
    LeadingSeat.objects.update(valid_to=walks.day(-1))
    assert browser(walks, "desk").get(reverse("engagement:seats")).status_code == 200


LISTS = (
    "visits",
    "campaigns",
    "residents",
    "points",
    "point_kinds",
    "tracking",
    "seats",
    "groups",
    "sessions",
)
WHO, LIST = 3, 6  # who asks; the list itself


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["desk", "liaison"])
def test_a_list_costs_six_statements_whatever_its_length(walks: Met, who: str) -> None:
    client = browser(walks, who)

    def cost() -> dict[str, int]:
        found = {}
        for name in LISTS:
            if who in OPENS[name].split():
                client.get(address(walks, name))
                with CaptureQueriesContext(connection) as seen:
                    client.get(address(walks, name))
                found[name] = len(seen)
        return found

    before = cost()
    assert {n: c for n, c in before.items() if c > WHO + LIST and n != "sessions"} == {}
    for n in range(24):
        firm = walks.firm(f"第{n}号有限公司")
        walks.made(firm=firm, problems=[{"text": "招工难，夜班没有公交。", "difficulty": "labour"}])
        walks.planned(firm=firm, on=walks.day(40))
        walks.campaign(name=f"第{n}批走访")
        given = {"kind_id": walks.keys["point_kinds_row"], "name": f"第{n}站", "valid_from": walks.day(-9)}
        given |= {"unit_id": walks.units["renda"].pk, "enterprise": firm}
        point_save(actor=walks.viewer("desk"), point=None, values=given, now=walks.now)
    assert cost() == before


def test_what_a_page_does_to_a_row_a_program_does_too_once_and_for_the_same_people(
    walks: Met, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: walks.now)
    point, officer = walks.keys["points_row"], walks.keys["residents_row"]

    def ask(who: str, url: str, key: str = "", **values: Any) -> Any:
        head = {"Authorization": f"Bearer {token_make(walks.people[who], at=walks.now)}"}
        head |= {"Idempotency-Key": key} if key else {}
        sent = {"values": values}
        return Client().post(f"/api/v1/registers/{url}", sent, content_type="application/json", headers=head)

    text = "夜间施工，宿舍区休息不好。"
    for _ in range(2):
        raised = ask("deputy", f"points/{point}/problem", "key-of-this-problem", text=text, name="王总")
        assert raised.status_code == 200 and raised.json()["words"].startswith("立了件")
        assert raised.json()["row"]["values"]["报的问题"] == "2"
    wrong = ask("deputy", f"points/{point}/problem", text="短", nothing="1")
    assert wrong.status_code == 422 and set(wrong.json()["fields"]) == {"text", "nothing"}
    held: dict[str, Any] = {"on": walks.day(-1).isoformat(), "title": "进站接待", "people": 7}
    assert ask("deputy", f"points/{point}/activity", **held).status_code == 200
    assert ask("liaison", f"points/{point}/activity", **held).status_code == 404
    assert ask("clerk", f"points/{point}/activity", **held).status_code == 404
    given = {"firms": "将去有限公司", "note": "新来的"}
    assert ask("desk", f"residents/{officer}/firms", **given).status_code == 200
    assert ask("supervisor", f"residents/{officer}/firms", **given).status_code == 404
    phone = ask("desk", f"residents/{officer}/edit", phone="0573-86119999")
    assert phone.status_code == 422  # all fields of the form, as on the page
    new = {"name": "城北联络站", "kind": walks.keys["point_kinds_row"], "unit": walks.units["renda"].pk}
    made = ask("desk", "points", **new, valid_from=walks.day(0).isoformat(), members=[])
    assert made.status_code == 201 and made.json()["row"]["label"] == "城北联络站"
    for _ in range(2):
        ended = ask("desk", f"residents/{officer}/end", on=walks.day(0).isoformat(), reason="调走")
    assert ended.status_code == 409
