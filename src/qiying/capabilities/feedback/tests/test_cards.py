"""A card opens two doors; one that ran out says so; a forged one is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from qiying.capabilities.feedback.models import QrCard
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.organisations.tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {"discipline": ("区纪委监委", ["discipline"]), "desk": ("企业服务中心", ["desk"])}
    people = {"officer": ("纪一", "discipline", "discipline"), "desk": ("小受", "desk", "desk")}
    return World(**cast("卡县", units, people))


def client(world: World, who: str) -> Client:
    found = Client()
    found.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return found


def made(world: World, **changes: object) -> QrCard:
    form = {
        "unit": world.units["discipline"].pk,
        "kind": "park",
        "name": "城南产业园",
        "valid_to": "",
        **changes,
    }
    page = client(world, "officer").post("/cards/new/", form)
    assert page.status_code == 302, page.content.decode()
    return QrCard.objects.latest("pk")


def test_a_scan_is_two_taps_from_the_form_and_is_counted(world: World) -> None:
    card = made(world)
    passphrase = "一句 只有 我们知道的 话"
    client(world, "officer").post("/integrity/key/new/", {"passphrase": passphrase, "again": passphrase})
    page = Client().get(f"/k/{card.code}/").content.decode()
    assert "/q/" in page and "/integrity/?district=" in page
    card.refresh_from_db()
    assert card.scans == 1
    assert len(page.encode()) < 20_000


def test_without_a_key_there_is_no_sealed_door(world: World) -> None:
    assert "/integrity/" not in Client().get(f"/k/{made(world).code}/").content.decode()


def test_a_card_that_ran_out_says_where_to_go(world: World) -> None:
    card = made(world, valid_to=TODAY.isoformat())
    QrCard.objects.update(valid_to=TODAY - timedelta(days=1))
    page = Client().get(f"/k/{card.code}/").content.decode()
    assert "这张卡已经过期" in page and "/say/" in page and "/q/" not in page
    card.refresh_from_db()
    assert card.scans == 0


@pytest.mark.parametrize("code", ["forged", "²" * 8, "x" * 500])
def test_a_forged_card_is_not_there(world: World, code: str) -> None:
    assert Client().get(f"/k/{code}/").status_code == 404


def test_sheets_are_pdfs_of_as_many_pages_as_asked_within_the_bound(world: World) -> None:
    card = made(world)
    page = client(world, "officer")
    one, two = (page.get(f"/cards/{card.pk}/sheet/?pages={n}") for n in (1, 2))
    assert one.content[:4] == two.content[:4] == b"%PDF"
    assert one.content.count(b"/Type /Page\n") <= 1 or len(two.content) > len(one.content)
    assert client(world, "desk").get(f"/cards/{card.pk}/sheet/").status_code == 404
    assert Client().get(f"/cards/{card.pk}/sheet/").status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "请填上"),
        ({"valid_to": "2020-01-01"}, "不能早于今天"),
        ({"valid_to": "明天"}, "日期写成"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, given: dict[str, str], words: str) -> None:
    form = {"unit": world.units["discipline"].pk, "kind": "park", "name": "城南产业园", **given}
    page = client(world, "officer").post("/cards/new/", form)
    assert page.status_code == 422 and words in page.content.decode()
    assert QrCard.objects.count() == 0
