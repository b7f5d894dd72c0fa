"""Every page as every role, registers with their versions, what nobody's typing breaks, figures and the sheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.financing import urls
from qiying.capabilities.financing.models import WORDS, Institution, Line, Product, Report
from qiying.capabilities.financing.rules import tables
from qiying.capabilities.financing.services.lines import batch_make
from qiying.capabilities.financing.tests.test_lines import firms
from qiying.capabilities.financing.tests.world import FEES, TABLE, Financing, make_world
from qiying.kernel.cases.tests.walking import both_ways, broken, broken_by_query, let_in, unvisited
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
OFFICE = "centre bank other industry"


@pytest.fixture
def world() -> Financing:
    return make_world()


@both_ways
def test_every_page_lets_in_who_may_and_stands_hostile_values(world: Financing, every: bool) -> None:
    line = world.agreed(world.shelf()["bank"])
    product, institution = line.product, line.institution
    (other,) = Institution.objects.exclude(pk=institution.pk)
    report = world.keep(Report, "bank", institution=institution, kind="all", until=world.today, firms=445,
                        lines=529_800, drawn=0, unsecured=0, source="台账")  # fmt: skip
    firms(world, "6000000", "7000000", "8000000")
    batch_make(actor=world.viewer("centre"), product=product, title="首批", most=9, now=world.now)
    proposed = Line.objects.filter(state="proposed").first()
    assert proposed is not None
    people: dict[str, Any] = {
        w: world.people[w] for w in ["clerk", "outsider", "centre", "bank", "other", "industry", "supervisor"]
    }
    people["nobody"], firm_side = None, "clerk outsider"
    watch = f"{OFFICE} supervisor"
    expected = {
        "/financing/institutions/": watch,
        f"/financing/institutions/{institution.pk}/": watch,
        "/financing/products/": watch,
        f"/financing/products/{product.pk}/": watch,
        "/financing/lines/": watch,
        f"/financing/lines/{line.pk}/": "centre bank supervisor",
        "/financing/reports/": watch,
        f"/financing/reports/{report.pk}/": "centre bank supervisor",
        "/financing/figures/": watch,
        "/financing/": firm_side,
        f"/financing/product/{product.pk}/": firm_side,
        "/financing/mine/": firm_side,
        f"/financing/mine/{line.pk}/": "clerk",
    }
    found = let_in(people, expected)
    assert {k: set(v.split()) for k, v in found.items()} == {k: set(v.split()) for k, v in expected.items()}
    assert not {n for n in unvisited(urls, expected) if "_" not in n} - {"sheet"}
    for who, status in (("clerk", 200), ("other", 404), ("outsider", 404)):
        assert world.browser(who).get(f"/financing/sheets/{line.pk}.pdf").status_code == status, who
    typed: dict[str, tuple[str, Any]] = {
        f"/financing/product/{product.pk}/": ("outsider", {"营业收入": "6000000"}),
        f"/financing/lines/{line.pk}/draw/": ("bank", {"amount": "1", "memo": "首笔"}),
        f"/financing/lines/{proposed.pk}/": ("bank", {"amount": "50", "rate": "4.1"}),
        f"/financing/products/{product.pk}/edit/": ("bank", _product(product)),
        f"/financing/products/{product.pk}/batch/": ("centre", {"title": "二批", "most": "5"}),
        f"/financing/products/{product.pk}/end/": ("bank", {"on": "2099-01-01", "reason": "换新的"}),
        "/open/financing_request/": (
            "clerk",
            {"product_ids": str(world.product(other, code="q").pk), "amount": "50", "months": "12", "kind": "working",
             "purpose": "备料周转", "facts": "营业收入", "until": None},
        ),
    }  # fmt: skip
    typed.pop(f"/financing/products/{product.pk}/batch/")  # all that qualify are asked already
    assert broken(people, typed, every) == []
    asked = {
        "/financing/": ("clerk", ("kind", "firm")),
        f"/financing/product/{product.pk}/": ("clerk", ("amount",)),
        "/financing/lines/": ("centre", ("bank", "show", "sort", "page")),
        "/financing/products/": ("bank", ("kind",)),
    }
    assert broken_by_query(people, asked, every) == []


def _product(row: Product) -> dict[str, Any]:
    return {
        "name": row.name, "kind": "loan", "security": "none", "about": "按收入给额度", "rate": "4", "months": "12",
        "way": "bullet", "fees": FEES, "table": TABLE, "valid_from": str(row.valid_from),
    }  # fmt: skip


def test_a_product_is_kept_with_versions_and_refused_with_every_fault(world: Financing) -> None:
    bank = world.institution("bank")
    row = world.product(bank, "bank2")
    assert row.version == 1
    with pytest.raises(NotPermitted):
        world.product(bank, "other", code="stolen")
    with pytest.raises(NotPermitted):
        world.institution("other", name="别家", unit=None) if world.viewer("bank") is None else world.keep(
            Institution, "bank", name="自己登记", kind="bank", unit=None, contact="", phone="",
            valid_from=world.today, valid_to=None,
        )  # fmt: skip
    for more, field in (
        ({"table": "table:\n  rows: [{then: ['不存在的指标 * 3']}]"}, "table"),
        ({"table": "不是表"}, "table"),
        (
            {"table": "table:\n  hit: F\n  inputs: [营业收入]\n  rows: [{when: ['>> 3'], then: ['1']}]"},
            "table",
        ),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": Decimal("36.01")}, "rate"),
        ({"months": 0}, "months"),
        ({"fees": "承诺费，100，银行，放款前一次"}, "fees"),
        ({"code": row.code}, "code"),
    ):
        with pytest.raises(GuardFailed) as refused:
            world.product(bank, code="new", **more) if "code" not in more else world.product(bank, **more)
        assert field in refused.value.fields, more
    assert tables.faults(WORDS["example"], "例", world.today) == []
    listed = world.product(bank, code="ipo", kind="listing", rate=Decimal(0), fees="", name="上市辅导")
    assert listed.cost(100) is None
    page = world.browser("clerk").get(f"/financing/product/{row.pk}/?amount=50").content.decode()
    assert "5.75%" in page and "5.83%" in page and "营业收入是多少" in page
    with pytest.raises(GuardFailed):
        world.keep(Report, "bank", institution=bank, kind="all", until=world.today, firms=1, lines=1, drawn=0,
                   unsecured=2, source="台账")  # fmt: skip


def test_figures_name_their_parts_and_a_bank_sees_its_own_alone(world: Financing) -> None:
    shelf = world.shelf()
    world.agreed(shelf["bank"])
    world.later(days=4)
    whole = world.ask(shelf["other"], facts=[])
    world.later(days=5)
    offer = world.offer(world.part(whole, "other"), "other", security="none")
    world.act(whole, "clerk", "accept", offer_id=offer.pk)
    world.keep(Report, "bank", institution=shelf["bank"].institution, kind="silent", until=world.today, firms=98,
               lines=33_000, drawn=0, unsecured=33_000, source="区金融中心")  # fmt: skip
    page = world.browser("centre").get("/financing/figures/").content.decode()
    assert "2 家机构给 1 家企业授信 100 万元（2 笔）" in page and "中位 0 天" in page and "50.0%" in page
    assert "98 家企业" in page and "3.3 亿元" in page
    own = world.browser("other").get("/financing/figures/").content.decode()
    assert "1 家机构给 1 家企业授信 50 万元" in own and "中位 5 天" in own and "98" not in own
    assert world.browser("centre").get("/financing/figures/?export=xlsx").content[:2] == b"PK"


def test_lists_cost_the_same_queries_for_one_row_and_for_many(world: Financing) -> None:
    product = world.shelf()["bank"]
    firms(world, "6000000")
    batch_make(actor=world.viewer("centre"), product=product, title="一", most=1, now=world.now)
    client, phone = world.browser("bank"), world.browser("clerk")
    with CaptureQueriesContext(connection) as one:
        client.get("/financing/lines/?show=proposed")
    with CaptureQueriesContext(connection) as few:
        phone.get("/financing/")
    firms(world, *(["7000000"] * 8))
    batch_make(actor=world.viewer("centre"), product=product, title="二", most=99, now=world.now)
    for n in range(6):
        world.product(product.institution, code=f"more{n}", name=f"产品{n}")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/financing/lines/?show=proposed").content.decode().count("甲") >= 9
    with CaptureQueriesContext(connection) as more:
        phone.get("/financing/")
    assert len(many) <= len(one) and len(more) <= len(few)
    waits = waiting_for(world.viewer("bank"), world.now).pile("financing_lines")
    assert waits is not None and waits.count == 9
    assert waiting_for(world.viewer("other"), world.now).pile("financing_lines") is None
