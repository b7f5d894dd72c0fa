"""From an approved application to money that arrived, came back, or was delivered as a service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.policies.models import Budget, Clawback, Delivery, MoneyWait, Payment, PaymentBatch
from qiying.capabilities.policies.services.applying.accounts import account_give, accounts_follow
from qiying.capabilities.policies.services.money.batches import batch_drop, batch_make, batch_release
from qiying.capabilities.policies.services.money.clawbacks import (
    clawback_ask,
    clawback_decide,
    clawback_return,
)
from qiying.capabilities.policies.services.money.deliveries import delivery_record
from qiying.capabilities.policies.services.money.files import accounts_check, batch_file
from qiying.capabilities.policies.services.money.payments import payment_fail, payment_reopen, payment_settle
from qiying.capabilities.policies.services.money.queue import queue_serve
from qiying.capabilities.policies.services.money.results import results_read, results_record, results_try
from qiying.capabilities.policies.tests.applying_world import Desk
from qiying.capabilities.policies.tests.money_cast import Treasury, give
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.digest import digest
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.engine import case_act
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.tables.files.sniff import read_sheets

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Treasury:
    return Treasury(world)


def _by(world, who):
    return {"actor": world.viewer(who), "at": world.now}


def _csv(*rows: str) -> bytes:
    return "\r\n".join(["支付号,结果,到账日期,回单号,没付成的原因", *rows]).encode("utf-8-sig")


def test_money_arrives_and_the_case_ends(desk, world):
    case = desk.approved()
    batch = desk.sent(case)
    assert (batch.count, batch.total_fen, batch.state) == (1, 10_000_000, "exported")
    payment = desk.arrived(case)
    case.refresh_from_db()
    batch.refresh_from_db()
    budget = Budget.objects.get()
    assert (case.state, payment.state, batch.state) == ("paid", "paid", "settled")
    assert (budget.reserved_fen, budget.committed_fen, budget.paid_fen) == (0, 0, 10_000_000)
    assert list(ledger_differences()) == []


def test_who_made_a_batch_does_not_release_it_and_it_goes_out_once(desk, world):
    batch = desk.batch(desk.approved())
    with pytest.raises(NotPermitted, match="另一位资金专员"):
        batch_release(batch=batch, checked="", **_by(world, "treasurer"))
    with pytest.raises(NotPermitted):
        accounts_check(batch=batch, **_by(world, "treasurer"))
    with pytest.raises(GuardFailed, match="先核对"):
        batch_release(batch=batch, checked="", **_by(world, "treasurer2"))
    with pytest.raises(ActionNotAvailable, match="复核交财政以后"):
        batch_file(batch=batch, kind="bank", **_by(world, "treasurer"))
    lines, checked = accounts_check(batch=batch, **_by(world, "treasurer2"))
    assert [line.account for line in lines] == ["3500123456789012"]
    batch_release(batch=batch, checked=checked, **_by(world, "treasurer2"))
    with pytest.raises(ActionNotAvailable, match="钱复在11月"):
        batch_release(batch=batch, checked=checked, **_by(world, "treasurer2"))
    with pytest.raises(ActionNotAvailable):
        batch_drop(batch=batch, **_by(world, "treasurer"))


def test_a_payment_is_in_one_batch_and_free_again_when_it_is_dropped(desk, world):
    case = desk.approved()
    batch = desk.batch(case)
    with pytest.raises(GuardFailed, match="已在另一批里"):
        desk.batch(case, who="treasurer2")
    batch_drop(batch=batch, **_by(world, "treasurer"))
    assert desk.batch(case).pk != batch.pk


def test_nothing_ticked_and_strangers_are_refused(desk, world):
    with pytest.raises(GuardFailed, match="先勾选"):
        batch_make(payment_ids=[], **_by(world, "treasurer"))
    with pytest.raises(NotPermitted):
        batch_make(payment_ids=[1], **_by(world, "policy"))


def test_the_bank_file_has_the_account_its_sum_and_a_check_and_leaves_a_mark(desk, world):
    case = desk.approved()
    batch = desk.sent(case)
    name, body = batch_file(batch=batch, kind="bank", **_by(world, "treasurer2"))
    head, detail, tail, end = body.decode("utf-8-sig").split("\r\n")
    number = desk.payment(case).number
    assert (name, end) == (f"{batch.number}.txt", "")
    assert head.startswith(f"H|{batch.number}|") and head.endswith("|1|100000.00")
    assert detail == (
        f"D|1|{number}|禾川精密机械有限公司|中国银行海盐支行|3500123456789012|100000.00|样例：高新技术企业奖励"
    )
    assert tail == f"T|1|100000.00|{digest(detail)}"
    mark = AuditEntry.objects.get(action="policies.batch_export")
    assert "收款账号" in mark.data
    assert "3500123456789012" not in mark.data


def test_the_workbook_comes_back_filled_in(desk, world):
    case = desk.approved()
    batch = desk.sent(case)
    _, body = batch_file(batch=batch, kind="xlsx", **_by(world, "treasurer2"))
    heads, row = (
        r.cells
        for r in read_sheets(body)[0].rows
        if "3500123456789012" in r.cells.values() or "支付号" in r.cells.values()
    )
    told = {heads[column]: value for column, value in row.items()}
    assert {k: told[k] for k in ("支付号", "账号") if k in told} == {
        "支付号": desk.payment(case).number,
        "账号": "3500123456789012",
    }


def test_results_are_tried_first_and_one_wrong_row_writes_nothing(desk, world):
    case = desk.approved()
    batch = desk.sent(case)
    number = desk.payment(case).number
    content = _csv(f"{number},成功,2026-11-31,R1,", "ZF-0,成功,2026-11-26,R2,", f"{number},也许,,,")
    lines = results_try(batch, results_read(content), world.now)
    words = ["；".join(one.problems) for one in lines]
    assert "没有这一天" in words[0]
    assert "没有这个支付号" in words[1]
    assert "认不出，写“成功”或“失败”" in words[2]
    with pytest.raises(GuardFailed):
        results_record(batch=batch, lines=lines, **_by(world, "treasurer"))
    assert desk.payment(case).state == "sent"


def test_the_same_file_twice_changes_nothing(desk, world):
    one, two = desk.approved(), desk.approved_of("第二家有限公司")
    batch = desk.sent(one, two)
    day = local_date(world.now).isoformat()
    content = _csv(
        f"{desk.payment(one).number},成功,{day},R1,", f"{desk.payment(two).number},失败,,,户名不符"
    )
    for expected in ((1, 1, 0), (0, 0, 2)):
        lines = results_read(content)
        done = results_record(batch=batch, lines=lines, **_by(world, "treasurer"))
        assert (done.paid, done.failed, done.same, done.refused) == (*expected, ())
    budget = Budget.objects.get()
    assert (budget.committed_fen, budget.paid_fen) == (10_000_000, 10_000_000)
    assert PaymentBatch.objects.get().state == "settled"
    assert list(ledger_differences()) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2", "支付号,结果\n".encode()])
def test_what_is_not_a_table_is_said_so(content):
    with pytest.raises(GuardFailed) as refused:
        results_read(content)
    assert "table" in refused.value.fields


def test_a_failed_payment_is_paid_again_to_the_corrected_account(desk, world):
    case = desk.approved()
    desk.sent(case)
    failed = desk.payment(case)
    payment_fail(payment=failed, reason="账号不存在", **_by(world, "treasurer"))
    case.refresh_from_db()
    assert (case.state, Budget.objects.get().committed_fen) == ("approved", 10_000_000)
    with pytest.raises(GuardFailed, match="还没有换账户"):
        payment_reopen(payment=failed, reason="", **_by(world, "treasurer"))
    account = account_give(
        enterprise=world.enterprise,
        holder=world.enterprise.name,
        bank="工商银行海盐支行",
        number="622202123456789",
        actor=world.viewer("clerk"),
        now=world.now,
    )
    accounts_follow(account=account, actor=world.viewer("clerk"), now=world.now)
    failed = Payment.objects.get(pk=failed.pk)
    again = payment_reopen(payment=failed, reason="", **_by(world, "treasurer"))
    with pytest.raises(ActionNotAvailable, match="已经重新支付"):
        payment_reopen(payment=failed, reason="", **_by(world, "treasurer"))
    desk.sent(case)
    desk.arrived(case)
    case.refresh_from_db()
    assert again.account is not None
    assert (again.account.last4, again.retries_id, case.state) == ("6789", failed.pk, "paid")
    assert list(ledger_differences()) == []


def test_money_the_bank_sends_back_later_is_committed_again(desk, world):
    case = desk.approved()
    desk.sent(case)
    payment = desk.arrived(case)
    payment_fail(payment=payment, reason="账户已销户", **_by(world, "treasurer"))
    case.refresh_from_db()
    budget = Budget.objects.get()
    assert (case.state, budget.committed_fen, budget.paid_fen) == ("approved", 10_000_000, 0)
    assert list(ledger_differences()) == []


def test_a_day_to_come_or_before_the_release_is_refused_at_the_field(desk, world):
    case = desk.approved()
    desk.sent(case)
    for shift in (1, -1):
        day = local_date(world.now) + timedelta(days=shift)
        with pytest.raises(GuardFailed) as refused:
            payment_settle(payment=desk.payment(case), on=day, reference="", **_by(world, "treasurer"))
        assert "on" in refused.value.fields


def test_clawed_back_money_serves_the_next_in_the_queue(world):
    desk = Treasury(world, fen=10_000_000)
    first = desk.approved()
    second = desk.approved_of("第二家有限公司")
    assert second.state == "waiting_money"
    desk.sent(first)
    payment = desk.arrived(first)
    ask: dict[str, Any] = {"reason": "虚报收入，已查实", "basis": "政策第八条"}
    with pytest.raises(GuardFailed) as refused:
        clawback_ask(payment=payment, amount_fen=10_000_001, **ask, **_by(world, "reviewer"))
    assert "amount_yuan" in refused.value.fields
    with pytest.raises(NotPermitted):
        clawback_ask(payment=payment, amount_fen=1, **ask, **_by(world, "co_reviewer"))
    row = clawback_ask(payment=payment, amount_fen=10_000_000, **ask, **_by(world, "reviewer"))
    with pytest.raises(NotPermitted, match="另一个人"):
        clawback_decide(clawback=row, agrees=True, note="", **_by(world, "reviewer"))
    clawback_decide(clawback=row, agrees=True, note="", **_by(world, "treasurer2"))
    clawback_return(clawback=row, on=local_date(world.now), **_by(world, "treasurer"))
    with pytest.raises(ActionNotAvailable):
        clawback_return(clawback=row, on=local_date(world.now), **_by(world, "treasurer"))
    assert queue_serve(budget=Budget.objects.get(), at=world.now) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.state) == ("clawed_back", "approved")
    assert Clawback.objects.get().state == "returned"
    assert list(ledger_differences()) == []


def test_who_was_approved_without_money_is_paid_when_it_comes(world):
    desk = Treasury(world, fen=0)
    case = desk.approved()
    assert case.state == "waiting_money"
    budget = give(world, desk.policy, 10_000_000)
    assert queue_serve(budget=budget, at=world.now) == 1
    case.refresh_from_db()
    assert (case.state, desk.payment(case).state) == ("approved", "ready")
    assert not MoneyWait.objects.filter(ended_at__isnull=True).exists()


def test_a_refused_application_frees_its_money(desk, world):
    case = desk.reviewing()
    assert Budget.objects.get().reserved_fen == 10_000_000
    desk.act(case, "reviewer", "refuse", kind="other", reason="材料和实际不符，核对过两次。")
    assert Budget.objects.get().reserved_fen == 0


def test_a_service_is_delivered_by_the_owning_unit(world):
    text = AWARD.replace("sample-hnte", "green-lane")
    desk = Desk(world, text=text, fen=0, grant="service", service_unit_id=world.units["park"].pk)
    case = desk.approved()
    delivery = Delivery.objects.get()
    assert (case.state, delivery.unit.name) == ("delivering", "高新园区")
    day = local_date(world.now)
    late = day + timedelta(days=1)
    with pytest.raises(GuardFailed):
        delivery_record(delivery=delivery, on=late, note="已派驻专员", **_by(world, "park"))
    delivery_record(delivery=delivery, on=day, note="已派驻专员", **_by(world, "park"))
    with pytest.raises(ActionNotAvailable, match="园丁已经登记过"):
        delivery_record(delivery=delivery, on=day, note="再来", **_by(world, "park"))
    case.refresh_from_db()
    assert (case.state, Delivery.objects.get().state) == ("delivered", "delivered")


def test_a_repeat_of_a_settled_failure_changes_nothing_and_never_reopens(desk, world):
    case = desk.approved()
    desk.sent(case)
    failed = desk.payment(case)
    payment_fail(payment=failed, reason="账号不存在", **_by(world, "treasurer"))
    failed.refresh_from_db()
    payment_reopen(payment=failed, reason="银行查明可以付", **_by(world, "treasurer"))
    desk.sent(case)
    desk.arrived(case)
    case.refresh_from_db()
    seq = case.seq
    assert payment_fail(payment=failed, reason="账号不存在", **_by(world, "treasurer")) is False
    repeat = {"payment_number": failed.number, "reason": "账号不存在"}
    for part_of, refusal in (("", ActionNotAvailable), ("money", GuardFailed)):
        with pytest.raises(refusal):
            case_act(
                case=case,
                action="payment_failed",
                actor=world.viewer("treasurer"),
                data=repeat,
                now=world.now,
                part_of=part_of,
            )
    case.refresh_from_db()
    assert (case.state, case.seq, list(ledger_differences())) == ("paid", seq, [])
