"""Every page of perks and clean firms as every role and an outsider; what is typed breaks nothing."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.honours import urls
from qiying.capabilities.honours.services.perks import perk_grant
from qiying.capabilities.honours.tests.world import handed, made, perk
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def world() -> World:
    return made()


def test_every_page_as_every_role_and_what_is_typed_breaks_nothing(world: World) -> None:
    row, star, firm = perk(world), handed(world), world.enterprise
    grant = perk_grant(
        actor=world.viewer("cultivator"), perk=row, enterprise=firm, holder="陈董", why="优秀", now=world.now
    )
    keeps, reads = "cultivator second", "cultivator second chamber chamber2 district_leader"
    wanted = {
        "/honours/perks/": reads,
        f"/honours/perks/{row.pk}/": reads,
        f"/honours/perks/{row.pk}/grant/": keeps,
        f"/honours/perks/{row.pk}/quota/": keeps,
        "/honours/grants/": "cultivator second chamber chamber2 doctor district_leader",
        f"/honours/grants/{grant.pk}/": "cultivator second chamber chamber2 doctor district_leader",
        f"/honours/grants/{grant.pk}/deliver/": "doctor",
        "/honours/stars/": reads,
        f"/honours/stars/{star.pk}/": "chamber chamber2",
        f"/honours/stars/{star.pk}/check/": "chamber chamber2",
        f"/honours/clean/{firm.pk}/": "clerk",
    }
    assert let_in(world.people, dict.fromkeys(wanted)) == wanted
    assert "evidence" not in unvisited(urls, wanted)
    typed: dict[str, Any] = {
        f"/honours/perks/{row.pk}/quota/": (
            "cultivator",
            {"year": "2026", "places": "3", "document": "区委办 9 号"},
        ),
        f"/honours/perks/{row.pk}/grant/": (
            "cultivator",
            {"enterprise": firm.name, "holder": "李总", "why": "优秀"},
        ),
        f"/honours/grants/{grant.pk}/deliver/": (
            "doctor",
            {"on": world.now.date().isoformat(), "note": "做了"},
        ),
        f"/honours/stars/{star.pk}/check/": ("chamber", {"taken_off": "5", "findings": "少一份制度"}),
    }
    assert broken(world.people, typed, every=False) == []
    shown = browser(world.people["clerk"]).get("/growth/").content.decode()
    assert "健康体检绿色通道" in shown
    assert "陈董" not in browser(world.people["outsider"]).get("/growth/").content.decode()
