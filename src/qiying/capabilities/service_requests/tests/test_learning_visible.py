"""For whom the pages after closing exist, and that rows cost no queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.models import HotIssue, Review
from qiying.capabilities.service_requests.services.follow_ups import month_draw
from qiying.capabilities.service_requests.tests.learning_pages import browser, hot, posted, seen
from qiying.capabilities.service_requests.tests.learning_world import (
    also_handler,
    chosen,
    closed,
    filed,
    planned,
    sampled,
    template,
    written,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Person

pytestmark = pytest.mark.django_db
HANDLERS = ("handler", "liaison", "leader", "co_handler")


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_no_page_exists_for_an_outsider_and_the_signed_out_are_sent_to_sign_in(world):
    follow_up = planned(world)
    best = chosen(world)
    issue = hot(world)
    kept = filed(world)
    waiting = world.answered()
    row = template(world)
    pages = [
        "/callback/",
        "/callback/follow-ups/",
        f"/callback/follow-ups/{follow_up.pk}/",
        f"/callback/{waiting.number}/do/contact/",
        "/reviews/",
        f"/reviews/{best.review_id}/",
        "/hot/",
        f"/hot/{issue.pk}/",
        f"/hot/{issue.pk}/confirm/",
        f"/hot/alike/{waiting.number}/",
        "/filed/",
        f"/filed/{kept.number}/",
        "/best/",
        f"/best/{best.pk}/",
        f"/best/choose/{best.review_id}/",
        "/answer-templates/",
        f"/answer-templates/?case={waiting.number}",
        "/answer-templates/new/",
        f"/answer-templates/{row.pk}/",
    ]
    for url in pages:
        seen(world, "outsider", url, 404)
        assert browser().get(url).status_code == 302
    for url in (f"/best/{best.pk}/up/", f"/best/{best.pk}/publish/"):
        assert posted(world, "outsider", url)[0] == 404
        assert posted(world, "desk", url)[0] == 404


def test_another_districts_office_finds_nothing_of_ours(world):
    follow_up = planned(world)
    best = chosen(world)
    issue = hot(world)
    kept = filed(world)
    other = make_world("柯桥区")
    for who, url in (
        ("callback", f"/callback/follow-ups/{follow_up.pk}/"),
        ("desk", f"/reviews/{best.review_id}/"),
        ("supervisor", f"/hot/{issue.pk}/"),
        ("supervisor", f"/filed/{kept.number}/"),
        ("supervisor", f"/best/{best.pk}/"),
    ):
        seen(other, who, url, 404)
    assert kept.title not in seen(other, "desk", "/filed/")


def test_handlers_never_see_call_backs_and_who_is_both_never_sees_his_own(world):
    follow_up = planned(world)
    waiting = world.answered()
    for who in HANDLERS:
        for url in ("/callback/", "/callback/follow-ups/", f"/callback/{waiting.number}/do/record_verdict/"):
            seen(world, who, url, 404)
    both = also_handler(world)
    client = browser(Person.objects.get(name=both.name))
    page = client.get("/callback/").content.decode()
    assert waiting.number not in page
    assert "另有 1 件" in page
    assert client.get(f"/callback/{waiting.number}/do/record_verdict/").status_code == 404
    assert client.get(f"/callback/follow-ups/{follow_up.pk}/").status_code == 404
    assert client.post(f"/callback/follow-ups/{follow_up.pk}/", {"reached": "yes"}).status_code == 404
    month = f"{follow_up.month:%Y-%m}"
    assert follow_up.case.number not in client.get(f"/callback/follow-ups/?month={month}").content.decode()
    assert follow_up.case.number in seen(world, "callback", f"/callback/follow-ups/?month={month}")


def test_a_unit_sees_the_reviews_of_its_own_cases_without_the_nomination(world):
    review = written(world, nominate=False)
    assert 'name="is_nominated"' not in seen(world, "leader", f"/reviews/{review.pk}/")
    assert 'name="is_nominated"' in seen(world, "desk", f"/reviews/{review.pk}/")
    seen(world, "co_liaison", f"/reviews/{review.pk}/", 404)


def test_a_hidden_asker_stays_hidden_from_the_unit(world):
    review = written(world)
    Case.objects.filter(pk=review.case_id).update(hide_asker=True)
    month = f"{review.month:%Y-%m}"
    for url in (
        f"/reviews/?month={month}&show=done",
        f"/reviews/{review.pk}/",
        f"/best/?year={review.month.year}",
    ):
        assert world.enterprise.name not in seen(world, "leader", url)
        assert world.enterprise.name in seen(world, "desk", url)


def test_programs_read_what_the_pages_show_and_a_hidden_asker_stays_hidden(world_of_lists, monkeypatch):
    world = world_of_lists
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: world.now)
    Case.objects.update(hide_asker=True)
    for name in ("callback", "follow_ups", "reviews", "hot_issues", "filed", "best_cases", "best_candidates"):
        told = {who: read(world, who, name) for who in ("desk", "callback", "leader", "outsider")}
        assert told["outsider"].status_code == 404, name
        assert told["desk"].status_code == 200, name
        assert told["desk"].json()["items"], name
        if told["leader"].status_code == 200:
            assert world.enterprise.name not in told["leader"].content.decode(), name


def read(world: World, who: str, name: str):
    _, token = api_token_create(
        person=world.people[who], name="t", days=30, actor=world.viewer(who), at=world.now
    )
    return browser().get(f"/api/v1/registers/{name}", headers={"Authorization": f"Bearer {token}"})


# On top of the list's own: session, user and viewer.
WHO, LIST, CALLS = 3, 6, 8  # the desk that calls draws each call with its tries


def queries(world: World, who: str, url: str) -> int:
    client = browser(world.people[who])
    client.get(url)
    with CaptureQueriesContext(connection) as spent:
        assert client.get(url).status_code == 200
    return len(spent)


@pytest.fixture
def world_of_lists(world: World) -> World:
    """Return a world with at least one row on each list."""
    hot(world)
    sampled(world, 100)
    first = chosen(world)
    Review.objects.filter(pk=first.review_id).update(month=world.now.date().replace(day=1))
    more(world, 1)
    filed(world)
    return world


def more(world: World, n: int) -> None:
    """Add a row to every list, `n` times."""
    for _ in range(n):
        case = closed(world, stars=1)
        world.later(minutes=1)
        world.answered()
        Review.objects.update_or_create(
            case=case,
            month=world.now.date().replace(day=1),
            defaults={"why": "long", "is_nominated": True, "state": "done", "done_at": world.now},
        )
        filed(world)
        issue = HotIssue.objects.create(
            district=world.district,
            title="热点",
            category="parking",
            found_on=world.now.date(),
            window_days=30,
        )
        issue.cases.add(case)
    month_draw(district_id=world.district.pk, month=world.now.date().replace(month=12, day=1))


def test_a_list_costs_the_same_for_one_row_as_for_twenty_five(world_of_lists):
    world = world_of_lists
    month = f"{world.now:%Y-%m}"
    urls = [
        ("callback", "/callback/", CALLS),
        ("callback", f"/callback/follow-ups/?month={world.now.year}-12", LIST),
        ("desk", f"/reviews/?month={month}&show=done", LIST),
        ("desk", "/filed/", LIST),
        ("supervisor", f"/best/?year={world.now.year}", LIST),
        ("supervisor", f"/best/choose/?year={world.now.year}", LIST),
        ("desk", "/hot/", LIST),
    ]
    before = [queries(world, who, url) for who, url, _ in urls]
    more(world, 24)
    after = [queries(world, who, url) for who, url, _ in urls]
    assert after == before, list(zip(urls, before, after, strict=True))
    for (_, url, budget), cost in zip(urls, after, strict=True):
        assert cost <= WHO + budget, (url, cost)
