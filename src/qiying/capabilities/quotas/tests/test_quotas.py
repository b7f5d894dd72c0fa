"""Environmental quota: never negative, never twice, also when ten come at once; every page as every role."""

from __future__ import annotations

from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from qiying.capabilities.quotas.models import Entry, Pool, Reservation, tonnes
from qiying.capabilities.quotas.services import (
    pool_keep,
    project_stopped,
    quota_release,
    quota_reserve,
    quota_take_in,
    quota_use,
)
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import both_ways, broken, browser, let_in
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

TASK = {"title": "排污指标项目", "result_to_show": "环评批了", "due_on": "2026-12-31"}


def make() -> World:
    return World(
        **cast(
            "指标区",
            {
                "desk": DESK,
                "supervision": SUPERVISION,
                "eco": ("生态环境分局", ["handling", "quota_keeper"]),
                "other": ("区水利局", ["handling"]),
            },
            {
                "keeper": ("环评员", "eco", "handler"),
                "second": ("环评科长", "eco", "leader"),
                "other": ("水利员", "other", "handler"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )


def project(world: World, title: str = "旗舰工厂") -> Case:
    """Return any open case in which the keeper's unit takes part."""
    units = {"unit": world.units["eco"].pk, "judge_unit": world.units["supervision"].pk}
    told = {**TASK, "title": title, **units}

    return case_open(
        procedure="task",
        actor=world.viewer("supervisor"),
        data=told,
        now=world.now,
        district_id=world.district.pk,
    )


def pool(world: World, amount: str = "10") -> Pool:
    values = {"pollutant": "voc", "unit": world.units["eco"].pk, "source": "明环〔2026〕1 号"}
    actor = world.viewer("keeper")
    row = pool_keep(actor=actor, model=Pool, row=None, values=values, names=list(values), now=world.now)
    given = {"amount": Decimal(amount), "document": "关停 1 号", "memo": "老印染厂关停"}
    quota_take_in(actor=actor, pool=row, now=world.now, **given)  # type: ignore[arg-type]
    return row


def stands(row: Pool) -> tuple[int, int, int, int]:
    row.refresh_from_db()
    assert list(ledger_differences("quotas")) == []
    return row.given_kg, row.stock_kg, row.reserved_kg, row.used_kg


def refusal(fn: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(**kwargs)
    return "；".join(refused.value.reasons)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_quota_is_reserved_used_and_released_and_every_gram_is_accounted_for(world: World) -> None:
    row, case, actor = pool(world), project(world), world.viewer("keeper")
    given: dict[str, Any] = {"actor": actor, "pool": row, "now": world.now}
    assert stands(row) == (10_000, 10_000, 0, 0)
    again = {"amount": Decimal(1), "document": "关停 1 号", "memo": "再报一次"}
    assert "已经收储过" in refusal(quota_take_in, **given, **again)
    assert "库存只有 10 吨" in refusal(quota_reserve, **given, number=case.number, amount=Decimal("10.001"))
    assert Reservation.objects.count() == 0 and stands(row)[1] == 10_000
    held = quota_reserve(**given, number=case.number, amount=Decimal("2.5"))
    assert stands(row) == (10_000, 7_500, 2_500, 0) and str(held).endswith("2.5 吨")
    assert "不能留两次" in refusal(quota_reserve, **given, number=case.number, amount=Decimal(1))
    assert "没有找到" in refusal(quota_reserve, **given, number="XM-1", amount=Decimal(1))
    with pytest.raises(NotPermitted):
        quota_reserve(
            actor=world.viewer("other"), pool=row, number=case.number, amount=Decimal(1), now=world.now
        )
    use: dict[str, Any] = {"actor": actor, "reservation": held, "document": "明环审 8 号", "now": world.now}
    assert "只留了 2.5 吨" in refusal(quota_use, **use, amount=Decimal("2.501"))
    quota_use(**use, amount=Decimal(2))
    assert stands(row) == (10_000, 8_000, 0, 2_000)
    with pytest.raises(ActionNotAvailable):
        quota_use(**use, amount=Decimal(1))
    quota_release(actor=actor, reservation=held, reason="项目不办了", now=world.now)
    assert stands(row) == (10_000, 10_000, 0, 0)
    assert quota_reserve(**given, number=case.number, amount=Decimal(1)).state == "reserved"
    project_stopped({"case": case.number}, world.now)
    project_stopped({"case": case.number}, world.now)
    assert stands(row) == (10_000, 10_000, 0, 0)
    with pytest.raises(IntegrityError):
        Pool.objects.update(stock_kg=-1)


def test_what_is_held_too_long_waits_for_its_keeper(world: World) -> None:
    row, case = pool(world), project(world)
    quota_reserve(
        actor=world.viewer("keeper"), pool=row, number=case.number, amount=Decimal(1), now=world.now
    )
    assert waiting_for(world.viewer("keeper"), world.now).pile("quotas") is None
    world.later(days=170)
    pile = waiting_for(world.viewer("second"), world.now).pile("quotas")
    assert pile is not None and pile.count == 1
    assert waiting_for(world.viewer("other"), world.now).pile("quotas") is None


def race(world: World, row: Pool, cases: list[Case]) -> list[str]:
    """Let everybody reserve at once and return how each ended."""
    gate, ended, actor = Barrier(len(cases)), [], world.viewer("keeper")

    def take(case: Case) -> None:
        gate.wait()
        try:
            given = {"number": case.number, "amount": Decimal(3), "now": world.now}
            ended.append(quota_reserve(actor=actor, pool=row, **given).state)  # type: ignore[arg-type]
        except GuardFailed as refused:
            ended.append(next(iter(refused.fields)))
        finally:
            connection.close()

    threads = [Thread(target=take, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_none_overdraws_and_none_holds_twice() -> None:
    world = make()
    row, cases = pool(world), [project(world, f"第 {n} 个") for n in range(5)]
    assert race(world, row, cases) == ["amount"] * 2 + ["reserved"] * 3
    assert stands(row) == (10_000, 1_000, 9_000, 0)
    quota_take_in(
        actor=world.viewer("keeper"),
        pool=row,
        amount=Decimal(100),
        document="2 号",
        memo="下达",
        now=world.now,
    )
    one = project(world, "只留一次")
    assert race(world, row, [one] * 5) == ["number"] * 4 + ["reserved"]
    assert stands(row) == (110_000, 98_000, 12_000, 0)
    assert Entry.objects.filter(kind="reserve").count() == 4


def test_pages_and_the_panel_are_for_whom_they_are(world: World) -> None:
    row, case = pool(world), project(world)
    held = quota_reserve(
        actor=world.viewer("keeper"), pool=row, number=case.number, amount=Decimal(1), now=world.now
    )
    pages = ["/quotas/", f"/quotas/{row.pk}/", "/quotas/reservations/", f"/quotas/reservations/{held.pk}/", "/quotas/new/",
             f"/quotas/{row.pk}/take_in/", f"/quotas/reservations/{held.pk}/use/"]  # fmt: skip
    seen = let_in({**world.people, "nobody": None}, dict.fromkeys(pages, ""))
    who = [set(seen[page].split()) for page in pages]
    assert who[0] == who[1] == who[2] == {"keeper", "second", "other", "supervisor"}
    assert who[3] == {"keeper", "second", "supervisor"} and who[5] == who[6] == {"keeper", "second"}
    words = browser(world.people["other"]).get("/quotas/reservations/").content.decode()
    assert case.title not in words
    assert case.title not in browser(world.people["other"]).get(f"/quotas/{row.pk}/").content.decode()
    assert "预留" in browser(world.people["keeper"]).get(f"/quotas/{row.pk}/").content.decode()
    assert browser(world.people["keeper"]).get("/quotas/?export=xlsx")["Content-Type"].endswith("sheet")
    assert (tonnes(1), tonnes(1_234_567)) == ("0.001 吨", "1,234.567 吨")


@both_ways
def test_nobodys_typing_breaks_a_page(world: World, every: bool) -> None:
    row, case, other = pool(world), project(world), project(world, "另一个")
    held = quota_reserve(
        actor=world.viewer("keeper"), pool=row, number=case.number, amount=Decimal(1), now=world.now
    )
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/quotas/new/": ("keeper", {"pollutant": "cod", "unit": world.units["eco"].pk, "source": "文件"}),
        f"/quotas/{row.pk}/take_in/": ("keeper", {"amount": "1.5", "document": "3 号", "memo": "关停"}),
        f"/quotas/{row.pk}/reserve/": ("keeper", {"amount": "1.5", "number": other.number}),
        f"/quotas/reservations/{held.pk}/use/": ("keeper", {"amount": "0.5", "document": "明环审 8 号"}),
        f"/quotas/reservations/{held.pk}/release/": ("keeper", {"reason": "项目不办了"}),
    }
    assert broken(world.people, typed, every) == []


def test_a_pool_is_entered_by_a_unit_whose_work_it_is(world: World) -> None:
    values = {"pollutant": "voc", "unit": world.units["other"].pk, "source": "自己想的"}
    page = browser(world.people["other"]).post("/quotas/new/", values)
    assert page.status_code == 422 and "没有“环境指标管理”的职能" in page.content.decode()
    assert "自己想的" in page.content.decode()
    assert not Pool.objects.exists()
