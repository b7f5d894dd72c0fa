"""A shared loan walked by guarantor, bank, fund and firm; shares, titles, caps, claims by a second person, the book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.risk_sharing.models import AgreedLoan, Guarantor, RiskEntry, SharedLoan
from qiying.capabilities.risk_sharing.rules.law import SYSTEM
from qiying.capabilities.risk_sharing.services.agreeing import loan_agreed
from qiying.capabilities.risk_sharing.tests.world import RiskWorld, fen, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import both_ways, broken, browser, let_in
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.ledger.checking import ledger_differences
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted


@pytest.fixture
def world(db: None) -> RiskWorld:
    return make_world()


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def differences() -> list[str]:
    return list(ledger_differences("risk_sharing"))


def test_bad_shares_titles_fees_and_owners_are_refused_with_every_reason(world: RiskWorld) -> None:
    for words, more in (
        ("99.99%", {"government": "19.99"}),
        ("银行不低于 20%", {"bank": "19.99", "government": "20.01"}),
        ("最多分担 35%", {"title": "high_tech", "fund": "36", "government": "24"}),
        ("到期了", {"title_until": date(2026, 11, 17)}),
        ("有效到哪天", {"title_until": None}),
        ("最多分担 0%", {"title": "", "title_until": None}),
        ("基金费率不超过 0.3%", {"fund_fee_rate": "0.31", "amount": Decimal(6_000_000)}),
        ("不能比收的担保费多", {"fee_rate": "0.2"}),
        ("一户最多 3000 万元", {"amount": Decimal("30000000.01")}),
        ("本区没有这家银行", {"bank_id": world.units["danbao"].pk}),
        ("到期要在放款以后", {"ends_on": date(2026, 11, 18)}),
    ):
        assert words in refusal(world.file, **more), words
    world.title(
        world.enterprise, "是高新技术企业", held=False
    )  # it expired: the register no longer carries it
    words = refusal(world.file, title="high_tech", fund="35", government="25")
    assert "企业名录里没有高新技术企业" in words
    Guarantor.objects.get().owners.add(world.enterprise)
    assert "第十七条" in refusal(world.file)
    with pytest.raises(Http404, match="没有这种办件"):
        world.file("bank")
    assert "没有登记为担保机构" in refusal(world.file, "rival") and not SharedLoan.objects.exists()


def test_the_whole_way_to_a_claim_of_six_million_and_back(world: RiskWorld) -> None:
    case = world.file()
    assert case.turn == "bank" and "已经登记过" in refusal(world.file)
    with pytest.raises(NotPermitted):
        world.act(case, "guarantor", "confirm")
    with pytest.raises(Http404):
        world.act(case, "otherbank", "confirm")
    case = world.act(case, "bank", "confirm")
    case = world.act(case, "policy", "record")
    book = world.book()
    assert (case.state, book.exposure_fen) == ("live", 480_000_000)
    assert (book.fees_fen, book.ceded_fen) == (2_400_000, 1_440_000) and differences() == []
    case = world.claim(case)
    with pytest.raises(ActionNotAvailable):  # the same claim twice
        world.claim(case)
    case = world.act(case, "guarantor", "propose_claim", reason="核过，属实")
    for who in ("guarantor", "second", "bank"):
        with pytest.raises(NotPermitted):
            world.act(case, who, "decide_claim", decision="approved")
    # 5 % of what fund and province cover of the year's one loan are 180,000 yuan of 3.6 million
    case = world.act(case, "policy", "decide_claim", decision="approved")
    row, book = world.loan(case), world.book()
    assert case.state == "paid" and row.outstanding_fen == 0 and book.exposure_fen == 0
    assert row.parts["bank"] == row.parts["government"] == 120_000_000
    assert row.parts["fund"] + row.parts["reguarantor"] == 18_000_000
    assert row.parts["guarantor"] == 360_000_000 - 18_000_000 == book.loss_fen
    assert sum(row.parts.values()) == 600_000_000 and differences() == []
    assert "还应付" in refusal(
        world.act,
        case,
        "guarantor",
        "settle",
        party="government",
        amount=Decimal("1200000.01"),
        document="凭证1",
    )
    case = world.act(
        case, "guarantor", "settle", party="government", amount=Decimal(1_200_000), document="财政 12 号"
    )
    assert world.book().due_gov_fen == 0
    assert "还应付 0" in refusal(
        world.act, case, "policy", "settle", party="government", amount=Decimal(1), document="凭证2"
    )
    whole = sum(row.parts[p] for p in SYSTEM if p in row.parts)
    assert "不能多记" in refusal(
        world.act, case, "guarantor", "recover", amount=Decimal(whole + 1) / 100, document="判决"
    )
    for back in (1, 99_999, 7_000_003):
        case = world.act(case, "guarantor", "recover", amount=Decimal(back) / 100, document="法院执行")
        assert differences() == []
    case = world.act(
        case, "guarantor", "recover", amount=Decimal(whole - 7_100_003) / 100, document="法院执行"
    )
    assert (case.state, case.outcome, world.book().loss_fen) == (
        "ended",
        "recovered",
        0,
    ) and differences() == []


def test_the_vector_of_six_million_without_a_ceiling_in_the_way(world: RiskWorld) -> None:
    """Unpaid 6,000,000 of a firm with a title: 1.2 / 2.4 / 1.2 / 1.2 million, once the year's loans carry it."""
    for n in range(24):
        firm = make_enterprise(world.district, f"甲{n}公司")
        world.title(firm, "是省级专精特新中小企业", held=True)
        world.live(enterprise_id=firm.pk, contract=f"甲 {n:04}", amount=Decimal(6_000_000))
    case = world.paid(world.live())
    assert world.loan(case).parts == {
        "bank": 120_000_000, "fund": 240_000_000, "reguarantor": 120_000_000, "government": 120_000_000,
    }  # fmt: skip
    book = world.book()
    assert (book.due_fund_fen, book.due_re_fen, book.due_gov_fen, book.loss_fen) == (
        240_000_000,
        120_000_000,
        120_000_000,
        0,
    )
    assert differences() == []
    case = world.act(case, "guarantor", "ask_loss", reason="企业破产，没有财产")
    with pytest.raises(NotPermitted):
        world.act(case, "second", "decide_loss", decision="approved")
    assert world.act(case, "policy", "decide_loss", decision="approved").outcome == "lost"


def test_repayments_lower_the_exposure_and_the_last_one_ends(world: RiskWorld) -> None:
    case = world.live(amount=Decimal("100.01"), fund_fee_rate="0", fee_rate="0")
    assert world.book().exposure_fen == 8001
    day = {"on": world.now.date()}
    assert "不能多记" in refusal(world.act, case, "bank", "repay", amount=Decimal("100.02"), **day)
    case = world.act(case, "guarantor", "repay", amount=Decimal("50"), **day)
    assert (world.book().exposure_fen, case.state) == (4001, "live") and differences() == []
    case = world.act(case, "bank", "repay", amount=Decimal("50.01"), **day)
    assert (case.state, world.book().exposure_fen) == ("repaid", 0) and differences() == []


def test_limits_are_asked_again_when_a_loan_is_taken_in(world: RiskWorld) -> None:
    two = [world.confirmed(contract=f"农商借 {n:04}", amount=Decimal(13_000_000)) for n in (1, 2)]
    world.act(two[0], "policy", "record")
    assert "第十六条" in refusal(world.act, two[1], "policy", "record")  # 20.8 million for one client of 20
    other = make_enterprise(world.district, "同集团公司")
    world.title(other, "是省级专精特新中小企业", held=True)
    Guarantor.objects.update(net_assets_fen=fen(10_000))
    told: dict[str, Any] = {
        "enterprise_id": other.pk,
        "contract": "农商借 0003",
        "affiliates": "禾川集团",
        "amount": Decimal(7_000_000),
    }
    SharedLoan.objects.filter(case=two[0]).update(affiliates="禾川集团")
    assert "关联方" in refusal(world.file, **told)
    assert world.file(**{**told, "affiliates": ""}).state == "filed"
    world.title(world.enterprise, "是省级专精特新中小企业", held=False)
    late = world.act(world.file(**{**told, "affiliates": "", "contract": "农商借 0004"}), "bank", "confirm")
    world.title(other, "是省级专精特新中小企业", held=False)
    assert "到期了" in refusal(world.act, late, "policy", "record")


def test_a_loan_agreed_elsewhere_is_kept_once_and_shared_once(world: RiskWorld) -> None:
    told = {
        "case": "RZ-1", "enterprise_id": world.enterprise.pk, "unit_id": world.units["nonghang"].pk,
        "fen": 600_000_000, "product": "科创贷", "on": "2026-11-17",
    }  # fmt: skip
    for _ in range(2):
        loan_agreed(told, world.now)
    loan_agreed({**told, "case": "RZ-2", "enterprise_id": 0}, world.now)
    row = AgreedLoan.objects.get()
    assert "对不上" in refusal(world.file, agreed_id=row.pk, amount=Decimal("6000000.01"))
    world.file(agreed_id=row.pk)
    assert "已经有担保机构" in refusal(world.file, agreed_id=row.pk, contract="农商借 0009")


def test_who_refuses_says_why_and_a_returned_claim_can_come_again(world: RiskWorld) -> None:
    case = world.act(world.file(), "bank", "refuse", reason="额度不够")
    assert case.outcome == "refused" and not RiskEntry.objects.exists()
    case = world.claim(world.live(contract="农商借 0002"), 1_000_000)
    case = world.act(case, "guarantor", "decline_claim", reason="催收证明缺页")
    assert case.state == "live"
    case = world.act(world.claim(case, 1_000_000), "guarantor", "propose_claim", reason="核过，属实")
    case = world.act(case, "policy", "decide_claim", decision="refused", note="先处置抵押物")
    assert case.state == "claimed" and world.book().loss_fen == 0
    withdrawn = world.act(world.file(contract="农商借 0003"), "guarantor", "withdraw", reason="企业不贷了")
    assert withdrawn.state == "withdrawn"


def test_capital_and_owners_of_a_guarantor(world: RiskWorld) -> None:
    assert "2000 万元" in refusal(world.keep, "danbao2", paid_in=Decimal("1999.99"))
    assert "登记过了" in refusal(world.keep, "danbao")
    assert "本区没有这家企业" in refusal(world.keep, "danbao2", owners="查无此企")
    made = world.keep("danbao2", owners=world.enterprise.name, is_mainly_small=True)
    assert made.limits.times == 15 and "第十七条" in refusal(world.file, "rival")


def addresses(world: RiskWorld, case: Case) -> dict[str, str]:
    book = world.book()
    parties = "guarantor second bank policy"
    return {
        "/shared-loans/": "guarantor second rival bank otherbank policy handler",
        "/shared-loans/?export=xlsx&show=live": "guarantor second rival bank otherbank policy handler",
        "/guarantors/": "guarantor second rival bank otherbank policy handler",
        f"/guarantors/{book.pk}/": "guarantor second policy",
        f"/guarantors/{book.pk}/edit/": "policy",
        "/guarantors/new/": "policy",
        "/ip-pledges/": "guarantor second rival bank otherbank policy handler",
        f"/cases/{case.number}/": parties,
        f"/my/{case.number}/": f"{parties} clerk",
        "/open/shared_loan/": "guarantor second rival",
        "/open/ip_pledge/": "clerk outsider",
    }


def test_pages_are_for_whom_they_are(world: RiskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    case = world.live()
    wanted = addresses(world, case)
    seen = let_in({**world.people, "nobody": None}, wanted)
    told = f"/my/{case.number}/"
    assert {a: set(w.split()) for a, w in seen.items() if a != told} == {
        a: set(w.split()) for a, w in wanted.items() if a != told
    }
    assert "clerk" in seen[told] and not {"outsider", "rival", "otherbank", "nobody"} & set(
        seen[told].split()
    )
    for who, sees in {
        "guarantor": True,
        "bank": True,
        "policy": True,
        "rival": False,
        "otherbank": False,
    }.items():
        text = browser(world.people[who]).get("/shared-loans/?show=live").content.decode()
        assert ("禾川精密" in text) == sees, who
    page = browser(world.people["policy"]).get(f"/guarantors/{world.book().pk}/").content.decode()
    assert "在保余额 +480 万元" in page and "净资产的 10 倍" in page and "0.8%" in page
    firm = browser(world.people["clerk"]).get(f"/my/{case.number}/").content.decode()
    assert "国家融资担保基金" in firm and "40% · 240 万元" in firm and "不得收保证金" in firm


def test_a_list_and_a_book_cost_the_same_with_more_rows(
    world: RiskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    client = browser(world.people["policy"])

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    world.live()
    addresses = ("/shared-loans/", f"/guarantors/{world.book().pk}/", "/guarantors/")
    one = [(cost(address), cost(address))[1] for address in addresses]
    for n in range(6):
        firm = make_enterprise(world.district, f"丙{n}公司")
        world.title(firm, "是省级专精特新中小企业", held=True)
        world.live(enterprise_id=firm.pk, contract=f"丙 {n:04}")
    assert [cost(address) for address in addresses] == one


@both_ways
def test_nobodys_typing_breaks_a_page(world: RiskWorld, monkeypatch: pytest.MonkeyPatch, every: bool) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    loan = {name: "" if value is None else str(value) for name, value in world.terms().items()}
    loan["is_small"] = "on"
    guarantor = {
        "unit": str(world.units["danbao2"].pk), "licence": "浙融担 002", "paid_in": "5000", "net_assets": "9000",
        "net_assets_on": "2026-10-31", "owners": world.enterprise.name,
    }  # fmt: skip
    typed = {"/open/shared_loan/": ("guarantor", loan), "/guarantors/new/": ("policy", guarantor)}
    assert broken(world.people, typed, every) == []
