"""First pages, the frame around every page, and search: each person sees what is his."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.tests.world import TRIAGE, World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations import offers
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.offers import NAV_GROUPS
from qiying.kernel.organisations.tests.factories import NOW, make_person
from qiying.kernel.organisations.waiting import Pile, Waiting
from qiying.kernel.permissions.viewer import ANONYMOUS, MembershipInfo, PersonViewer
from qiying.portal.context import shell
from qiying.portal.home import sentence
from qiying.portal.shell import Shell

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def browser(person: Person | None = None) -> Any:
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(world: World, who: str, url: str = "/") -> str:
    answer = browser(world.people[who]).get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


# --- first pages ------------------------------------------------------------------


def test_the_public_page_lets_anybody_say_something(world):
    text = browser().get("/").content.decode()
    assert "/say/" in text
    assert "/track/" in text
    assert world.enterprise.name not in text


def test_each_office_reads_first_what_is_due_today(world):
    case = world.handling()
    assert "手上 1 件" in text_of(world, "handler")
    world.later(days=7)
    text = text_of(world, "handler")
    assert "先办超期的" in text
    assert case.title in text
    assert case.title not in text_of(world, "co_handler")
    assert "现在没有等您的事" in text_of(world, "callback")


def test_the_supervisor_is_shown_what_waits_for_a_decision_but_not_his_own_asking(world):
    case = world.handling()
    world.act(case, "handler", "ask_extension", workdays=2, reason="等路政队排班")
    assert "等您决定 1 件" in text_of(world, "supervisor")
    assert "等路政队排班" in text_of(world, "supervisor")
    assert "等您决定" not in text_of(world, "desk")


def test_a_card_waits_on_the_first_page_until_it_is_acknowledged(world):
    case = world.handling()
    world.act(case, "supervisor", "instruct", text="本周内挪好，报我看")
    assert "等您回执 1 件" in text_of(world, "leader")


def test_an_office_home_costs_the_same_for_one_and_for_many(world):
    spent = []
    for more in (1, 6):
        for _ in range(more):
            world.handling()
        client = browser(world.people["handler"])
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 10


def test_somebody_new_is_told_the_next_step(world):
    new = make_person("新人", district=world.district)
    text = browser(new).get("/").content.decode()
    assert "加一家企业" in text
    assert "/say/" in text


def test_the_sentence_is_true_and_says_what_comes_first():
    turn, decide = Pile("turn", "该您办的", "", [], 5, 0, 2), Pile("decide", "等您决定", "", [], 1, 0, 0)
    assert sentence(Waiting([turn, decide])) == "今天到期 2 件，等您决定 1 件。"
    assert sentence(Waiting([replace(turn, today=0)])) == "今天没有到期的，手上 5 件。"


# --- the frame --------------------------------------------------------------------


def request_of(viewer: Any) -> Any:
    request: Any = RequestFactory().get("/")
    request.viewer, request.resolver_match, request.today = viewer, None, local_date(NOW)
    return request


def test_a_page_without_a_frame_asks_nothing(world, django_assert_num_queries):
    request = request_of(world.viewer("clerk"))
    with django_assert_num_queries(0):
        Template("只是一段").render(Context(shell(request)))


def test_the_frame_asks_once(world, django_assert_max_num_queries):
    made = Shell(request_of(world.viewer("clerk")))
    with django_assert_max_num_queries(1):
        assert made.site.startswith("海盐县")
        assert made.unread == 0
        assert [t["label"] for t in made.tabs] == ["首页", "政策", "办件", "我的"]
        assert made.person == {"name": "陈雨", "unit": "", "initial": "陈"}
        assert made.nav == []


def test_navigation_follows_roles_and_names_only_pages_that_exist(world):
    made = Shell(request_of(world.viewer("desk")))
    rest = {group["label"]: [n["label"] for n in group["links"]] for group in made.more}
    assert [n["label"] for n in made.nav] == ["今天", "来件研判", "等回复的来源", "全部办件", "数字", "企业"]
    assert list(rest) == [label for label in NAV_GROUPS.values() if label in rest]
    assert {"今天", "受理台", "办件", "听企业说", "办事服务", "学习", "台账与设置"} <= set(rest)
    assert "渠道" in rest["台账与设置"]
    assert "审计" not in {label for labels in rest.values() for label in labels}
    assert Shell(request_of(world.viewer("handler"))).tabs == []


def every_link(made: Shell) -> list[dict[str, Any]]:
    return [*made.nav, *made.menu, *(link for group in made.more for link in group["links"])]


@pytest.mark.parametrize("who", ["desk", "handler", "liaison", "leader", "supervisor", "callback", "admin"])
def test_every_link_of_the_frame_opens_for_whom_it_is_shown(world, who):
    if who == "admin":
        world.people["admin"] = make_person("运维", world.units["desk"], "admin")
    made = Shell(request_of(viewer(world.people[who])))
    assert made.nav
    client = browser(world.people[who])
    client.raise_request_exception = False  # name every page that fails, not the first
    wrong = {n["label"]: client.get(n["url"]).status_code for n in every_link(made)}
    assert {label: code for label, code in wrong.items() if code != 200} == {}


def test_the_frame_of_somebody_signed_out_names_the_only_district(world):
    made = Shell(request_of(ANONYMOUS))
    assert made.site.startswith("海盐县")
    assert (made.tabs, made.nav, made.more, made.menu, made.person) == ([], [], [], [], None)
    assert (made.search_url, made.inbox_url) == ("", "")


# --- offers -----------------------------------------------------------------------


def test_a_missing_provider_shows_nothing_and_a_second_one_is_refused(monkeypatch):
    monkeypatch.setattr(offers, "_providers", {})
    assert offers.provided("resident_officer") is None
    offers.provide("resident_officer", len)
    assert offers.provided("resident_officer") is len
    with pytest.raises(ValueError, match="别的模块"):
        offers.provide("resident_officer", max)


def test_tiles_come_in_order_and_silent_ones_are_left_out(monkeypatch):
    monkeypatch.setattr(offers, "_tiles", {})
    offers.offer_tile("late", 20, lambda request: offers.Tile("late.html"))
    offers.offer_tile("silent", 5, lambda request: None)
    offers.offer_tile("early", 10, lambda request: offers.Tile("early.html"))
    assert [t.template for t in offers.tiles(request_of(ANONYMOUS), "enterprise")] == [
        "early.html",
        "late.html",
    ]
    with pytest.raises(ValueError, match="两次"):
        offers.offer_tile("early", 11, lambda request: None)


def test_navigation_to_a_page_nobody_has_is_left_out(monkeypatch):
    monkeypatch.setattr(offers, "_nav", {})
    offers.offer_nav("nowhere", "没有的页", "/no-such-page-yet/", ("desk",), 1, group="cases")
    offers.offer_nav("home", "首页", "portal:home", ("desk",), 2, group="today")
    officer = PersonViewer(person_id=1, memberships=(MembershipInfo(1, "desk", 1, "/1/", "受理台"),))
    assert [i.code for i in offers.nav_items(officer)] == ["home"]
    assert offers.nav_items(ANONYMOUS) == []


# --- search -----------------------------------------------------------------------


def test_two_characters_find_a_case_and_mark_the_words(world):
    case = world.handling()
    text = text_of(world, "handler", "/search/?q=货车")
    assert f"/cases/{case.number}/" in text
    assert '<mark class="q-mark-find">货车</mark>' in text
    assert case.number in text_of(world, "clerk", f"/search/?q={case.number}")


def test_outsiders_find_nothing_and_the_signed_out_are_sent_to_sign_in(world):
    case = world.handling()
    assert case.number not in text_of(world, "outsider", "/search/?q=货车")
    assert case.number not in text_of(world, "co_handler", "/search/?q=货车")
    assert browser().get("/search/?q=货车").status_code == 302


def test_a_hidden_asker_cannot_be_found_by_name_by_the_unit_that_handles(world):
    case = world.triaged(hide_asker=True)
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    assert case.hide_asker
    assert case.number not in text_of(world, "handler", "/search/?q=禾川")
    found = text_of(world, "handler", "/search/?q=货车")
    assert case.number in found
    assert world.enterprise.name not in found
    assert case.number in text_of(world, "desk", "/search/?q=禾川")


def test_words_that_stand_in_the_text_only_are_quoted_to_offices(world):
    case = world.act(world.submit(title="门口通行"), "desk", "triage", **TRIAGE)
    world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    text = text_of(world, "handler", "/search/?q=三公里")
    assert case.number in text
    assert "三公里</mark>" in text


def test_search_finds_pages_of_ones_own_work(world):
    assert 'href="/channels/"' in text_of(world, "desk", "/search/?q=渠道")
    assert 'href="/channels/"' not in text_of(world, "handler", "/search/?q=渠道")
    assert 'href="/my/code/"' in text_of(world, "clerk", "/search/?q=企业码")
    assert 'href="/my/code/"' in text_of(world, "clerk", "/search/?q=<i>企业码在哪里</i>")


def test_searching_takes_few_queries(world):
    world.handling()
    client = browser(world.people["desk"])
    client.get("/search/?q=货车")
    with CaptureQueriesContext(connection) as spent:
        client.get("/search/?q=货车")
    assert len(spent) <= 3 + 8  # two of them: what the viewer may read of what was found
