"""Every page as every role and an outsider; what is typed breaks nothing; lists ask the same however long they are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.cultivation import urls
from qiying.capabilities.cultivation.models import Standing
from qiying.capabilities.cultivation.services.plans import plan_open
from qiying.capabilities.cultivation.services.titles import score_enter
from qiying.capabilities.cultivation.tests.world import grown, made, titled
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World
from qiying.kernel.enterprises.tests.factories import make_enterprise

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def world() -> World:
    return made()


def test_every_page_as_every_role_and_what_is_typed_breaks_nothing(world: World) -> None:
    grown(world, 资产负债率="0.85")
    title = titled(world)
    firm, cultivator = world.enterprise, world.viewer("cultivator")
    values = {"enterprise": firm, "year": 2026, "score": Decimal(60), "proof": "平台证明 7"}
    score = score_enter(actor=cultivator, values=values, now=world.now)
    plan_values = {"enterprise": firm, "tier": "specialised", "goal": "降负债", "due_on": date(2027, 5, 1)}
    plan = plan_open(actor=cultivator, values=plan_values, now=world.now)
    standing = Standing.objects.get(tier="specialised")
    assert standing.state == "near"
    keeps, reads = "cultivator second", "cultivator second district_leader"
    wanted = {
        "/cultivation/": reads,
        "/cultivation/ladder/": keeps,
        f"/cultivation/ladder/{standing.pk}/": keeps,
        "/cultivation/titles/": reads,
        f"/cultivation/titles/{title.pk}/": reads,
        "/cultivation/titles/new/": keeps,
        f"/cultivation/titles/{title.pk}/recheck/": keeps,
        f"/cultivation/titles/{title.pk}/doubt/": keeps,
        "/cultivation/scores/": keeps,
        f"/cultivation/scores/{score.pk}/": keeps,
        "/cultivation/plans/": keeps,
        f"/cultivation/plans/{plan.pk}/": keeps,
        f"/cultivation/plans/{plan.pk}/serve/": keeps,
        "/growth/": "clerk outsider",
        f"/growth/plans/{plan.pk}/ask/": "clerk",
    }
    assert let_in(world.people, dict.fromkeys(wanted)) == wanted
    assert not {"growth", "ask", "overview"} & set(unvisited(urls, wanted))
    other = make_enterprise(world.district, "新厂有限公司")
    typed: dict[str, Any] = {
        "/cultivation/titles/new/": (
            "cultivator",
            {"enterprise": other.name, "tier": "innovative", "number": "浙 9", "document": "浙经信 9 号",
             "granted_on": "2026-05-01"},
        ),
        "/cultivation/scores/new/": (
            "cultivator", {"enterprise": other.name, "year": "2026", "score": "55.5", "proof": "平台证明"},
        ),
        f"/cultivation/plans/{plan.pk}/serve/": ("cultivator", {"what": "看专利", "unit": "", "planned_on": "2026-12-20"}),
        f"/growth/plans/{plan.pk}/ask/": ("clerk", {"what": "请人看看专利"}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []
    shown = browser(world.people["clerk"]).get("/growth/").content.decode()
    assert "资产负债率不超过80%" in shown
    hidden = browser(world.people["outsider"]).get("/growth/").content.decode()
    assert "资产负债率不超过80%（现在" not in hidden
    refused = browser(world.people["cultivator"]).post(
        "/cultivation/titles/new/",
        {
            "enterprise": other.name,
            "tier": "giant",
            "number": "浙 8",
            "document": "浙 8 号",
            "granted_on": "2026-05-01",
        },
    )
    assert refused.status_code == 422
    assert "不能越级" in refused.content.decode()


def test_lists_ask_the_same_for_one_row_and_for_many(world: World) -> None:
    client = browser(world.people["cultivator"])
    asked = []
    for count in (1, 25):
        for n in range(count):
            firm = make_enterprise(world.district, f"第{count}-{n}厂有限公司")
            titled(world, "innovative", firm=firm)
        counts = []
        for address in ("/cultivation/titles/", "/cultivation/ladder/?show=unknown"):
            with CaptureQueriesContext(connection) as told:
                assert client.get(address).status_code == 200
            counts.append(len(told))
        asked.append(counts)
    assert asked[0] == asked[1]
