"""Every page of feedback as every role with rows on it, and with what nobody should have typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.feedback import urls
from qiying.capabilities.feedback.models import QrCard, RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.selectors.surveys import mark_of, token_of
from qiying.capabilities.feedback.services.cards import card_save
from qiying.capabilities.feedback.services.ratings import place_save, rating_ask, rating_at
from qiying.capabilities.feedback.services.surveys import (
    Answerer,
    sample_draw,
    survey_answer,
    survey_open,
    survey_save,
)
from qiying.capabilities.feedback.tests.survey_world import LAYOUT
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.organisations.tests.factories import NOW, TODAY, make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import ANONYMOUS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
UNITS = {
    "desk": ("企业服务中心", ["desk", "coordination"]),
    "hall": ("审批局", ["handling"]),
    "callback": ("回访中心", ["callback"]),
    "supervision": ("区督查室", ["supervision"]),
    "discipline": ("区纪委监委", ["discipline"]),
    "other": ("区住建局", ["handling"]),
}
PEOPLE = {
    "desk": ("小受", "desk", "desk"),
    "liaison": ("老审", "hall", "liaison"),
    "handler": ("小审", "hall", "handler"),
    "leader": ("审局长", "hall", "leader"),
    "callback": ("小访", "callback", "callback"),
    "supervisor": ("老督", "supervision", "supervisor"),
    "mayor": ("区长", "supervision", "district_leader"),
    "deputy": ("代表", "supervision", "deputy"),
    "admin": ("运维", "desk", "admin"),
    "discipline": ("纪一", "discipline", "discipline"),
    "stranger": ("外局", "other", "liaison"),
}
OUTSIDE = "clerk outsider abroad nobody"
RATED = "desk liaison handler leader callback supervisor mayor stranger"
DISTRICT = "callback supervisor mayor admin"
ALL = f"{' '.join(PEOPLE)} {OUTSIDE}"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    made = World(**cast("反馈县", UNITS, PEOPLE))
    abroad = make_unit(make_district("外县"), "外县服务中心", functions=["desk"])
    made.people["abroad"] = make_person("外县受", abroad, "desk")
    Channel.objects.create(
        district=made.district, code="survey", name="问卷", group="人", silent_after_days=60
    )
    return made


@pytest.fixture
def rows(world: World) -> dict[str, Any]:
    """Something on every page."""
    return {**cards_and_ratings(world), **surveys(world)}


def cards_and_ratings(world: World) -> dict[str, Any]:
    hall, officer = world.units["hall"].pk, world.viewer("liaison")
    values = {"unit": hall, "name": "开办窗口", "place": "一楼", "is_active": True}
    place = place_save(place=None, actor=officer, values=values, now=NOW)
    card = card_save(
        card=None,
        actor=officer,
        values={"unit": hall, "kind": "park", "name": "城南产业园", "valid_to": None},
        now=NOW,
    )
    said: dict[str, Any] = {"tags": ["slow"], "text": "跑了三趟", "viewer": ANONYMOUS, "now": NOW}
    for _ in range(6):
        bad = rating_at(place=place, level=1, phone="13912345678", **said)
    asked = rating_ask(
        district_id=world.district.pk, unit_id=hall, subject="booking:1", matter="企业开办",
        party_key=f"e:{world.enterprise.pk}", now=NOW,
    )  # fmt: skip
    assert asked is not None and bad.case is not None
    return {"place": place, "card": card, "asked": asked, "bad": bad.case.number}


def surveys(world: World) -> dict[str, Any]:
    officer, hall = world.viewer("liaison"), world.units["hall"]
    form = form_save(actor=officer, unit=hall, code="s", layout=LAYOUT, at=NOW)
    version = form_publish(actor=officer, form=form, at=NOW)
    told: dict[str, Any] = {"actor": officer, "survey": None, "unit": hall, "version": version, "at": NOW}
    told |= {"opens_on": TODAY, "closes_on": TODAY + timedelta(days=14)}
    open_ = survey_save(title="扫码答", way="open", is_anonymous=True, complaint="话", consent="转办", **told)
    survey_open(actor=officer, survey=open_, at=NOW)
    for n in range(6):
        answers = {"满意": 4, "话": "窗口排队太久", "转办": "否"}
        who = Answerer(ANONYMOUS, None, (f"b:{n}",))
        survey_answer(survey=open_, who=who, answers=answers, key=f"k{n}", at=NOW)
    named = survey_save(title="记名的", way="addressed", is_anonymous=False, **told)
    sample_draw(actor=officer, survey=named, size=2, at=NOW)
    survey_open(actor=officer, survey=named, at=NOW)
    draft = survey_save(title="还没开始", way="addressed", is_anonymous=True, **told)
    token = token_of(named, world.enterprise.pk)
    (first, *_) = open_.answers.values_list("response_id", flat=True)
    return {"response": first, "survey": open_, "named": named, "draft": draft, "form": form, "token": token}


def may_open(r: dict[str, Any]) -> dict[str, str]:
    """Who sees each page; the addresses of all of them."""
    s, n, d, c, p = r["survey"].pk, r["named"].pk, r["draft"].pk, r["card"].pk, r["place"].pk
    keepers, above = "desk liaison stranger abroad", "supervisor mayor deputy discipline"
    held, seen = "liaison leader", f"liaison leader {above}"
    return {
        f"/ratings/phone/{r['bad']}/": "",
        f"/rate/at/{r['place'].code}/": ALL,
        f"/rate/{r['asked'].token}/": ALL,
        "/ratings/": f"{RATED} admin abroad",
        "/ratings/said/": f"{RATED} admin abroad",
        f"/ratings/places/{p}/sheet/": "liaison",
        "/ratings/places/": f"{keepers} {DISTRICT}",
        "/ratings/places/view/": "",
        "/ratings/places/new/": keepers,
        "/ratings/places/imports/": keepers,
        "/ratings/places/imports/template/": keepers,
        f"/ratings/places/{p}/": "liaison",
        f"/ratings/places/{p}/edit/": "liaison",
        f"/k/{r['card'].code}/": ALL,
        f"/cards/{c}/sheet/": "liaison",
        "/cards/": f"{keepers} discipline {DISTRICT}",
        "/cards/view/": "",
        "/cards/new/": f"{keepers} discipline",
        f"/cards/{c}/": "liaison",
        f"/cards/{c}/edit/": "liaison",
        "/surveys/": f"{keepers} leader {above}",
        "/surveys/view/": "",
        "/surveys/new/": f"{keepers} leader",
        f"/surveys/{s}/": seen,
        f"/surveys/{n}/": seen,
        f"/surveys/{d}/": seen,
        f"/surveys/{d}/edit/": held,
        f"/surveys/{d}/sample/": held,
        f"/surveys/{s}/close/": held,
        f"/surveys/{s}/results/": seen,
        f"/surveys/{n}/results/": seen,
        f"/surveys/{n}/answers.xlsx": held,
        f"/surveys/{s}/answers.xlsx": "",
        f"/surveys/{s}/erase/{mark_of(r['survey'], r['response'])}/话/": held,
        f"{r['survey'].url}": ALL,
        f"{r['survey'].url}thanks/": ALL,
        f"{r['named'].url}": ALL,
        f"{r['named'].url}{r['token']}/": ALL,
    }


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(world: World, rows: dict[str, Any]) -> None:
    wanted = may_open(rows)
    left = {"places_imports_one", "places_imports_mapping", "places_imports_step"}  # the kit's own tests
    assert set(unvisited(urls, wanted)) <= left
    people = {**world.people, "nobody": None}
    found = let_in(people, wanted)
    wrong = {a: (set(found[a].split()) ^ set(wanted[a].split()), found[a]) for a in wanted}
    assert {a: w for a, w in wrong.items() if w[0]} == {}


@both_ways
def test_no_form_breaks_on_what_nobody_should_type(world: World, rows: dict[str, Any], every: bool) -> None:
    hall, until = world.units["hall"].pk, (TODAY + timedelta(days=20)).isoformat()
    survey = {
        "title": "再一份",
        "form": rows["form"].pk,
        "unit": hall,
        "way": "open",
        "is_anonymous": "on",
        "opens_on": TODAY.isoformat(),
        "closes_on": until,
        "complaint": f"{rows['form'].pk}:话",
        "consent": f"{rows['form'].pk}:转办",
    }
    rating = {"level": 4, "tags": "quick", "text": "快"}
    card, place = f"/cards/{rows['card'].pk}", f"/ratings/places/{rows['place'].pk}"
    draft = f"/surveys/{rows['draft'].pk}"
    screen = {"key": "abc", "at": "0", "do": "next"}
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/ratings/places/new/": ("liaison", {"unit": hall, "name": "二号", "place": "二楼", "is_active": "on"}),
        f"{place}/": ("liaison", {"unit": hall, "name": "三号", "place": "", "is_active": "on", "back": "/x"}),
        "/cards/new/": ("liaison", {"unit": hall, "kind": "unit", "name": "大厅", "valid_to": until}),
        f"{card}/": ("liaison", {"unit": hall, "kind": "unit", "name": "大厅", "valid_to": until}),
        f"/rate/at/{rows['place'].code}/": ("nobody", {**rating, "phone": "13912345678"}),
        f"/rate/{rows['asked'].token}/": ("nobody", rating),
        "/surveys/new/": ("liaison", survey),
        f"{draft}/edit/": ("liaison", survey),
        f"{draft}/sample/": ("liaison", {"size": 2, "only": None}),
        rows["survey"].url: ("clerk", {**screen, "asked": "满意", "a.满意": "4"}),
        "/surveys/view/": ("liaison", {"name": "看", "query": "q=a", "remove": ""}),
    }  # fmt: skip
    assert broken({**world.people, "nobody": None}, typed, every) == []


@both_ways
def test_no_list_breaks_on_what_stands_in_its_address(
    world: World, rows: dict[str, Any], every: bool
) -> None:
    lists = ("q", "page", "sort", "show", "export")
    asked = {
        "/ratings/": ("mayor", ("from", "to")),
        "/ratings/said/": ("mayor", (*lists, "level")),
        "/ratings/places/": ("liaison", lists),
        "/cards/": ("liaison", lists),
        f"/cards/{rows['card'].pk}/sheet/": ("liaison", ("pages",)),
        "/surveys/": ("mayor", (*lists, "state")),
        f"/surveys/{rows['survey'].pk}/results/": ("mayor", ("part", "export")),
    }
    assert broken_by_query({**world.people, "nobody": None}, asked, every) == []


def test_empty_lists_say_what_to_do(world: World) -> None:
    assert not any(m.objects.exists() for m in (QrCard, ServicePlace, ServiceRating, RatingInvitation))
    for address in (
        "/ratings/",
        "/ratings/said/",
        "/ratings/places/",
        "/cards/",
        "/surveys/",
    ):
        body = browser(world.people["desk"]).get(address).content.decode()
        assert "q-empty" in body, address
