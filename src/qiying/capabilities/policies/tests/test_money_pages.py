"""Pages of the money: who sees them, what they say, what they cost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.policies.models import Budget, Clawback, Delivery, Payment, PaymentBatch
from qiying.capabilities.policies.services.money.clawbacks import clawback_ask
from qiying.capabilities.policies.services.money.ledger import money_reserve
from qiying.capabilities.policies.tests.money_cast import Treasury, bare_application, give
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def desk(world: World) -> Treasury:
    return Treasury(world)


def client(world: World, who: str) -> Client:
    made = Client()
    made.force_login(world.people[who])
    return made


def _all_urls(desk, world) -> list[str]:
    case = desk.approved()
    batch = desk.sent(case)
    payment = desk.arrived(case)
    row = clawback_ask(
        payment=payment,
        amount_fen=100,
        reason="多付了一元",
        basis="政策第八条",
        actor=world.viewer("reviewer"),
        at=world.now,
    )
    code = desk.policy.code
    names = ("money", "money_balance", "money_give", "money_ready", "money_batches", "money_payments")
    return [
        *(reverse(f"policies:{n}") for n in (*names, "money_clawbacks", "money_deliveries")),
        reverse("policies:money_batch", args=[batch.number]),
        *(
            reverse(f"policies:money_{n}", args=[payment.number])
            for n in ("payment", "settle", "fail", "reopen")
        ),
        reverse("policies:money_ask_back", args=[payment.number]),
        reverse("policies:money_clawback", args=[row.pk]),
        reverse("policies:money_policy", args=[code]),
        reverse("policies:money_reduce", args=[code, 2026]),
        f"{reverse('policies:money')}?export=xlsx",
        f"{reverse('policies:money_policy', args=[code])}?export=xlsx",
        f"{reverse('policies:money_payments')}?export=xlsx",
    ]


def test_every_page_opens_for_the_treasurer_and_exists_for_no_outsider(desk, world):
    urls = _all_urls(desk, world)
    inside, outside, stranger = client(world, "treasurer"), client(world, "outsider"), client(world, "desk")
    for url in urls:
        assert inside.get(url).status_code == 200, url
        assert outside.get(url).status_code == 404, url
        assert stranger.get(url).status_code == 404, url


def test_readers_see_the_money_and_no_buttons(desk, world):
    case = desk.approved()
    leader = client(world, "leader")
    text = leader.get(reverse("policies:money")).content.decode()
    assert "待付 1 笔 10 万元" in text
    assert "下达资金</a>" not in text
    assert leader.get(reverse("policies:money_give")).status_code == 404
    assert leader.post(reverse("policies:money_batch_new"), {"payment": [1]}).status_code == 404
    text = leader.get(reverse("policies:money_payment", args=[desk.payment(case).number])).content.decode()
    for words in ("第三条", "600万元", "营业收入", "郑核", "林策", "核定", "100,000.00 元"):
        assert words in text, words
    assert "3500123456789012" not in text


def test_another_district_does_not_see_it(desk, world):
    number = desk.payment(desk.approved()).number
    other = make_world("别的县")
    assert client(other, "treasurer").get(reverse("policies:money_payment", args=[number])).status_code == 404
    assert desk.policy.code not in client(other, "treasurer").get(reverse("policies:money")).content.decode()


def test_giving_money_says_what_is_wrong_and_keeps_what_was_typed(desk, world):
    who = client(world, "treasurer")
    url = reverse("policies:money_give")
    data = {"policy": desk.policy.pk, "year": 2026, "amount_yuan": "-5", "document": "财预", "memo": ""}
    response = who.post(url, data)
    assert response.status_code == 422
    assert "财预" in response.content.decode()
    good = {**data, "amount_yuan": "1000.50", "memo": "追加", "key": "one"}
    for _ in range(2):
        assert who.post(url, good).status_code == 302
    assert Budget.objects.get().appropriated_fen == 100_000_000 + 100_050


@pytest.mark.parametrize("text", ["", "abc", "1e400", "999999999999999", "0.001", "NaN"])
def test_odd_amounts_are_refused_at_the_field(desk, world, text):
    data = {"policy": desk.policy.pk, "year": 2026, "amount_yuan": text, "document": "财预", "memo": "追加"}
    assert client(world, "treasurer").post(reverse("policies:money_give"), data).status_code == 422


def test_from_ticked_payments_to_recorded_results_through_the_pages(desk, world):
    case = desk.approved()
    first, second = client(world, "treasurer"), client(world, "treasurer2")
    first.post(reverse("policies:money_batch_new"), {"payment": [desk.payment(case).pk, "x"]})
    batch = PaymentBatch.objects.get()
    page = reverse("policies:money_batch", args=[batch.number])
    assert "另一位资金专员复核" in first.get(page).content.decode()
    first.post(reverse("policies:money_release", args=[batch.number]))
    assert PaymentBatch.objects.get().state == "draft"
    look = reverse("policies:money_check", args=[batch.number])
    assert "3500123456789012" not in first.post(look, follow=True).content.decode()
    shown = second.post(look)
    assert "3500123456789012" in shown.content.decode()
    assert AuditEntry.objects.filter(action="policies.accounts_check").count() == 1
    second.post(reverse("policies:money_release", args=[batch.number]), {"checked": shown.context["checked"]})
    assert PaymentBatch.objects.get().state == "exported"
    again = second.post(reverse("policies:money_release", args=[batch.number]), follow=True).content.decode()
    assert "不会再付一次" in again
    bank = second.post(reverse("policies:money_bank_file", args=[batch.number]))
    assert "3500123456789012" in bank.content.decode("utf-8-sig")
    assert second.post(reverse("policies:money_excel", args=[batch.number])).status_code == 200
    exported = PaymentBatch.objects.get().exported_at
    assert exported is not None
    number = desk.payment(case).number
    url = reverse("policies:money_results", args=[batch.number])
    bad = SimpleUploadedFile("r.csv", f"支付号,结果\n{number},成功".encode())
    assert "一行都没登记" in first.post(url, {"table": bad}).content.decode()
    day = local_date(exported)
    good = SimpleUploadedFile("r.csv", f"支付号,结果,到账日期,回单号\n{number},成功,{day},R9".encode())
    tried = first.post(url, {"table": good})
    assert "到账 1 笔 10 万元" in tried.content.decode()
    assert desk.payment(case).state == "sent"
    signed = tried.context["tried"]["signed"]
    assert first.post(url, {"tried": signed + "x"}, follow=True).status_code == 200
    assert desk.payment(case).state == "sent"
    first.post(url, {"tried": signed})
    assert desk.payment(case).state == "paid"
    assert "以前登记过 1 笔" in first.post(url, {"tried": signed}, follow=True).content.decode()


def test_a_clawback_is_decided_by_another_and_returned(desk, world):
    case = desk.approved()
    desk.sent(case)
    payment = desk.arrived(case)
    data = {"amount_yuan": "100.00", "reason": "多付了一百元", "basis": "政策第八条"}
    reviewer, treasurer = client(world, "reviewer"), client(world, "treasurer")
    assert reviewer.post(reverse("policies:money_ask_back", args=[payment.number]), data).status_code == 302
    row = Clawback.objects.get()
    url = reverse("policies:money_clawback", args=[row.pk])
    assert "等另一个人决定" in reviewer.get(url).content.decode()
    assert treasurer.post(url, {"verdict": "yes"}).status_code == 302
    assert treasurer.post(url, {"on": local_date(world.now).isoformat()}).status_code in (302, 422)
    assert Clawback.objects.get().state in ("demanded", "returned")


def test_the_owning_unit_has_a_worklist_without_the_money(world):
    text = AWARD.replace("sample-hnte", "green-lane")
    desk = Treasury(world, fen=0, text=text, grant="service", service_unit_id=world.units["park"].pk)
    desk.approved()
    who = client(world, "park")
    page = who.get(reverse("policies:money_deliveries")).content.decode()
    assert "禾川精密机械有限公司" in page
    assert "支付批次" not in page
    url = reverse("policies:money_delivery", args=[Delivery.objects.get().pk])
    assert who.post(url, {"on": "2099-01-01", "note": "派驻专员"}).status_code == 422
    assert client(world, "outsider").get(url).status_code == 404
    assert client(world, "co_reviewer").get(url).status_code == 200, "who may see the money may look"


def test_the_queue_is_shown_with_its_shortfall(world):
    desk = Treasury(world, fen=10_000_000)
    desk.approved()
    bare = bare_application(world, desk.policy, 5_000_000)
    money_reserve(application=bare, fen=5_000_000, actor=world.viewer("policy"), at=world.now)
    text = (
        client(world, "treasurer")
        .get(reverse("policies:money_policy", args=[desk.policy.code]))
        .content.decode()
    )
    assert "不插队" in text
    assert "5 万元" in text


def _cost(who: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert who.get(url).status_code == 200
    return len(queries)


def test_lists_cost_the_same_at_one_and_many_rows(desk, world):
    who = client(world, "treasurer")

    def row(n: int) -> None:
        policy = world.published(AWARD.replace("sample-hnte", f"more-{n}").replace("样例：", f"样例{n}："))
        give(world, policy, 1_000_000)
        for target in (policy, desk.policy):
            app = bare_application(world, target, 100)
            Payment.objects.create(
                application=app, number=f"Z{n}-{app.pk}", amount_fen=100, made_at=world.now
            )
        give(world, desk.policy, 100)
        PaymentBatch.objects.create(number=f"PC-{n}", district=world.district, made_at=world.now)

    row(0)
    names = ("money", "money_balance", "money_ready", "money_batches", "money_payments", "money_deliveries")
    urls = [reverse(f"policies:{n}") for n in names]
    urls.append(reverse("policies:money_policy", args=[desk.policy.code]))
    for url in urls:
        _cost(who, url)
    before = [_cost(who, url) for url in urls]
    for n in range(1, 9):
        row(n)
    assert [_cost(who, url) for url in urls] == before
    assert max(before) <= 30, before
