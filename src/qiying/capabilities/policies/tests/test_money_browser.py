"""At 1366×768: a treasurer gives money and makes a batch, a second one releases it, the bank's answer comes in."""

from __future__ import annotations

from pathlib import Path

from qiying.capabilities.policies.models import Payment, PaymentBatch
from qiying.capabilities.policies.tests.money_cast import Treasury
from qiying.capabilities.policies.tests.test_home_browser import world  # noqa: F401
from qiying.kernel.audit.clock import local_date
from qiying.ui.tests.browsing import MARKS, shows, sound

pytestmark = MARKS


def test_two_treasurers_pay(opened, world, tmp_path: Path):  # noqa: F811
    desk = Treasury(world, fen=30_000_000)
    cases = [desk.approved(), *(desk.approved_of(f"第{n}家精密制造有限公司") for n in range(2, 6))]
    assert [c.state for c in cases].count("waiting_money") == 2
    page = opened(world.people["treasurer"])
    page.goto("/policy-money/")
    shows(page, "待付 3 笔 30 万元")
    sound(page)
    page.click("main >> text=样例：高新技术企业奖励")
    shows(page, "2 件在排队")
    sound(page)
    page.click("text=待支付")
    page.check("#pm-all")
    assert "选了 3 笔，合计 300,000.00 元" in page.inner_text("#pm-sum")
    sound(page)
    page.click("text=做成一批，交另一位复核")
    page.wait_for_url("**/batches/PC-*/")
    shows(page, "您做的这一批要由另一位资金专员复核")
    sound(page)
    batch = PaymentBatch.objects.get()

    second = opened(world.people["treasurer2"])
    second.goto(f"/policy-money/batches/{batch.number}/")
    second.click("text=核对完整账号")
    shows(second, "3500123456789012")
    second.click("text=复核无误，交财政付")
    second.click(".q-confirm .btn-primary")
    second.wait_for_selector("text=下载银行文件")
    with second.expect_download() as got:
        second.click("text=下载银行文件")
    assert "|300000.00|" in Path(got.value.path()).read_text("utf-8-sig")
    rows = list(Payment.objects.filter(batch=batch).order_by("pk"))
    day = local_date(world.now).isoformat()
    lines = [f"{p.number},成功,{day},R{n},".encode() for n, p in enumerate(rows[:2])]
    table = tmp_path / "回单.csv"
    table.write_bytes(
        "支付号,结果,到账日期,回单号,原因\n".encode()
        + b"\n".join([*lines, f"{rows[2].number},失败,,,户名和账号不一致".encode()])
    )
    second.set_input_files("input[type=file]", str(table))
    second.click("text=试读，先不登记")
    second.wait_for_selector("text=登记这些回单")
    sound(second)
    second.click("text=登记这些回单")
    second.wait_for_selector("text=没付成 1 笔")
    sound(second)
    second.goto(f"/policy-money/payments/{rows[0].number}/")
    sound(second)
    second.goto(f"/policy-money/payments/{rows[2].number}/again/")
    sound(second)
    second.goto("/")
    sound(second)
    phone = opened(world.people["treasurer"], 390)
    for name in ("", "ready/", "payments/", "balance/", f"payments/{rows[0].number}/"):
        phone.goto(f"/policy-money/{name}")
        sound(phone)
