"""Credit lines on their ledger, and lines without application: confirmed by the bank, taken, declined or ignored."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qiying.capabilities.financing.models import Line
from qiying.capabilities.financing.services import lines
from qiying.capabilities.financing.services.lines import batch_make, limits, line_move, lines_lapse
from qiying.capabilities.financing.tests.world import Financing, counted, make_world
from qiying.kernel.cases.models import Job
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
YUAN = 100


@pytest.fixture
def world() -> Financing:
    return make_world()


def test_a_line_is_drawn_and_repaid_within_its_limit_and_its_ledger_proves(world: Financing) -> None:
    line = world.agreed(world.shelf()["bank"])

    def move(kind: str, yuan: int, who: str = "bank") -> Line:
        given = {"line": line, "kind": kind, "fen": yuan * YUAN, "memo": "第一笔", "now": world.now}
        return line_move(actor=world.viewer(who), **given)  # type: ignore[arg-type]

    made = move("draw", 300_000)
    assert (made.available_fen, made.used_fen) == (200_000 * YUAN, 300_000 * YUAN)
    for kind, yuan, most in (
        ("draw", 200_001, "20 万"),
        ("repay", 300_001, "30 万"),
        ("draw", 0, "大于"),
        ("repay", -1, "大于"),
    ):
        with pytest.raises(GuardFailed, match=most):
            move(kind, yuan)
    for who in ("other", "centre", "clerk"):
        with pytest.raises(NotPermitted):
            move("draw", 1, who)
    assert move("repay", 100_000).available_fen == 300_000 * YUAN
    assert move("draw", 300_000).available_fen == 0  # repaid is drawn again
    assert list(ledger_differences("financing_lines")) == []
    figures = counted("financing_line")
    assert (figures["drawn_yuan"], figures["repaid_yuan"], figures["draws"]) == (600_000, 100_000, 2)
    assert figures.get("unsecured_yuan") is None  # it is guaranteed
    world.later(days=366)
    with pytest.raises(GuardFailed, match="到期"):
        move("draw", 1)
    assert lines_lapse(world.now) == 0  # something is still owed
    move("repay", 500_000)
    assert lines_lapse(world.now) == 1 and Line.objects.get().state == "closed"


def firms(world: Financing, *yuan: str) -> list[str]:
    """Return logins of firms with these revenues."""
    made = []
    for amount in yuan:
        no = len(world.people)
        firm, who = make_enterprise(world.district, f"甲{no}有限公司"), f"firm{no}"
        world.people[who] = make_clerk(firm, f"甲{no}")
        world.earns(amount, firm, who)
        made.append(who)
    return made


def test_a_batch_finds_who_certainly_qualifies_and_each_side_does_its_own(world: Financing) -> None:
    product = world.shelf()["bank"]
    whos = firms(world, "30000000", "6000000", "4999999.99", "25000000", "8000000")
    found = dict(limits(product, world.today))
    assert sorted(found.values()) == [1_000_000 * YUAN] * 2 + [5_000_000 * YUAN] * 2
    for who in ("bank", "clerk", "industry"):
        with pytest.raises(NotPermitted):
            batch_make(actor=world.viewer(who), product=product, title="首批", most=9, now=world.now)
    centre = world.viewer("centre")
    made = batch_make(actor=centre, product=product, title="首批", most=9, now=world.now)
    assert len(made) == 4 and {x.state for x in made} == {"proposed"}
    with pytest.raises(GuardFailed, match="同名"):
        batch_make(actor=centre, product=product, title="首批", most=9, now=world.now)
    with pytest.raises(GuardFailed, match="没有找到"):
        batch_make(actor=centre, product=product, title="二批", most=9, now=world.now)
    # the firm hears nothing until the bank has confirmed
    by = {x.enterprise_id: x for x in Line.objects.all()}
    rows = [
        by[min(world.viewer(who).enterprise_ids)]
        for who in whos
        if min(world.viewer(who).enterprise_ids) in by
    ]
    assert "首批" not in world.browser(whos[0]).get("/financing/mine/").content.decode()
    assert world.browser(whos[0]).get(f"/financing/mine/{rows[0].pk}/").status_code == 404
    bank = world.viewer("bank")
    with pytest.raises(NotPermitted):
        lines.line_confirm(actor=world.viewer("other"), line=rows[0], fen=1, rate=Decimal(4), now=world.now)
    with pytest.raises(GuardFailed, match="比本金还多"):
        lines.line_confirm(actor=bank, line=rows[0], fen=6_000 * YUAN, rate=Decimal(4), now=world.now)
    for row in rows[:3]:
        lines.line_confirm(actor=bank, line=row, fen=400_000 * YUAN, rate=Decimal("4.1"), now=world.now)
    with pytest.raises(ActionNotAvailable):
        lines.line_confirm(
            actor=world.viewer("bank2"), line=rows[0], fen=YUAN, rate=Decimal(4), now=world.now
        )
    lines.line_unconfirm(actor=bank, line=rows[3], reason="对外担保太多", now=world.now)
    assert Notice.objects.filter(to_key=rows[0].enterprise.key).exists()
    # one takes it on the phone, one declines for ever, one does not answer
    client = world.browser(whos[0])
    assert "自动作罢" in client.get(f"/financing/mine/{rows[0].pk}/").content.decode()
    assert client.post(f"/financing/mine/{rows[0].pk}/", {"do": "take"}).status_code == 302
    assert Job.objects.get(kind="event:loan_agreed").payload["fen"] == 400_000 * YUAN
    other = world.browser(whos[1])
    assert (
        other.post(f"/financing/mine/{rows[1].pk}/", {"do": "decline", "wants_no_more": "on"}).status_code
        == 302
    )
    with pytest.raises(NotPermitted):
        lines.line_take(actor=world.viewer(whos[0]), line=rows[2], now=world.now)
    world.later(days=61)
    with pytest.raises(ActionNotAvailable, match="作罢"):
        lines.line_take(actor=world.viewer(whos[3]), line=rows[2], now=world.now)
    assert lines_lapse(world.now) == 1
    states = list(Line.objects.order_by("pk").values_list("state", flat=True))
    assert sorted(states) == ["active", "declined", "lapsed", "unconfirmed"]
    figures = counted("financing_line")
    assert (figures["confirmed"], figures["unconfirmed"], figures["declined"], figures["ignored"]) == (
        3,
        1,
        1,
        1,
    )
    assert figures["unsecured_yuan"] == 400_000
    # the next batch leaves out who has one and who wants no more
    again = batch_make(actor=centre, product=product, title="二批", most=9, now=world.now)
    kept = {rows[2].enterprise_id, rows[3].enterprise_id}
    assert {x.enterprise_id for x in again} == kept
