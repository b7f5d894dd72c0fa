"""Call screens and the board: one query each, nobody named, the same cost however many wait."""

from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_fifty_screens_ask_for_one_query_each_and_get_no_body_until_something_changes(
    hall, django_assert_num_queries
):
    url = f"{hall.url('screen')}?look"
    first = Client().get(url)
    assert "A001" not in first.json()["html"]
    with django_assert_num_queries(50):
        for _ in range(50):
            assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    hall.next()
    changed = Client().get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and "A001" in changed.json()["html"]
    assert changed.json()["say"] == [{"key": "A001-0-1", "text": "请 A 零零一 号，到 1 号窗口。"}]
    with django_assert_num_queries(49):  # drawn once a process, then read from it
        for _ in range(49):
            assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
    hall.step("recall")
    assert json.loads(Client().get(url).content)["say"][0]["key"] == "A001-0-2"


def test_a_screen_never_names_anybody(hall):
    hall.take(phone="", enterprise=hall.enterprise)
    hall.next(), hall.step("start")
    hall.next()
    for look in ("", "?look"):
        body = Client().get(hall.url("screen") + look).content.decode()
        assert hall.enterprise.name not in body and "138" not in body


def test_drawing_the_board_costs_the_same_however_many_wait(hall, django_assert_max_num_queries):
    for _ in range(30):
        hall.take()
    with django_assert_max_num_queries(6):
        Client().get(f"{hall.url('screen')}?look")


def test_a_window_is_asked_for_less_than_its_page(hall, django_assert_max_num_queries):
    client = hall.client("handler")
    first = client.get(f"{hall.url('window')}?look")
    with django_assert_max_num_queries(8):
        same = client.get(f"{hall.url('window')}?look", headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
