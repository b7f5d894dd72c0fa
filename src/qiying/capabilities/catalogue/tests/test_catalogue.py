"""The catalogue's rules and writes: codes, versions, what is needed, what is free, what is counted, who is away."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from qiying.capabilities.catalogue.models import (
    AwayCheckIn,
    Intermediary,
    IntermediaryRating,
    ItemUse,
    ServiceItem,
)
from qiying.capabilities.catalogue.rules.items import code_problem, limit_read, materials_read, within_law
from qiying.capabilities.catalogue.rules.needs import DATA, needs
from qiying.capabilities.catalogue.selectors import (
    boards_in_force,
    cards_visible_to,
    counts,
    item_versions,
    items_by_code,
    items_found,
    items_in_force,
)
from qiying.capabilities.catalogue.services.away import card_end, card_save, care_ask, check_in
from qiying.capabilities.catalogue.services.keeping import (
    free_service_give,
    intermediary_rate,
    intermediary_save,
    item_save,
    term_end,
    use_save,
)
from qiying.capabilities.catalogue.services.loading import catalogue_load
from qiying.capabilities.catalogue.tests.catalogue_world import SINCE, TODAY, Catalogue, make_catalogue
from qiying.capabilities.catalogue.views.registers import ITEMS
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.services import facts_record
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.tests.factories import NOW, make_unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.registers.imports import register_try, register_undo, register_write
from qiying.statutes.credit_code import with_checks

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CREDIT = with_checks("1", "1", "330424", "25000001")


@pytest.fixture
def world() -> Catalogue:
    return make_catalogue()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"{CREDIT}4000131001000", ""),
        ("000131001000", ""),
        ("ZZ0001", ""),
        (f"{CREDIT}9000131001000", "行使层级"),
        (f"{CREDIT[:17]}{'0' if CREDIT[17] != '0' else '1'}4000131001000", "统一社会信用代码"),
        ("12345", "31 位"),
        ("", "31 位"),
        ("ＺＺ0001", "31 位"),
    ],
)
def test_the_shape_of_an_item_code_is_checked(code, words):
    assert words in code_problem(code) and bool(words) == bool(code_problem(code))


@pytest.mark.parametrize("text", ["三天", "-1 个工作日", "3", "99999 天", "1e9 天"])
def test_a_limit_nobody_can_read_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="当场办"):
        limit_read(text)


def test_a_promise_is_compared_with_the_law_in_its_own_unit():
    assert within_law(24, "hour", 3) and not within_law(25, "hour", 3)
    assert within_law(7, "day", 5) and not within_law(8, "day", 5)
    assert within_law(None, "workday", 3) and within_law(30, "workday", None)


def test_materials_say_where_they_come_from():
    found = materials_read("营业执照（政府已有）；平面图\n平面图\n住所证明（改地址时）")
    assert [(m["name"], m["source"], m["is_required"]) for m in found] == [
        ("营业执照", "government", False),
        ("平面图", "applicant", True),
        ("住所证明", "applicant", False),
    ]


# --- items in versions ---------------------------------------------------------------------------
def test_a_change_makes_the_next_version_and_each_day_has_one(world):
    first = world.item()
    desk = world.viewer("desk")
    same = item_save(actor=desk, row=first, values={"promised": 1}, now=NOW)
    assert same.pk == first.pk
    second = item_save(actor=desk, row=first, values={"promised": 3}, now=NOW)
    first.refresh_from_db()
    assert (second.version, second.valid_from, first.valid_to) == (2, TODAY, TODAY - timedelta(days=1))
    mended = item_save(actor=desk, row=second, values={"promised": 2}, now=NOW)
    assert mended.pk == second.pk and mended.version == 2
    with pytest.raises(GuardFailed, match="以前的版本"):
        item_save(actor=desk, row=first, values={"promised": 5}, now=NOW)
    day = TODAY + timedelta(days=9)
    later = item_save(actor=desk, row=mended, values={"fee_fen": 100, "valid_from": day}, now=NOW)
    moved = item_save(actor=desk, row=later, values={"fee_fen": 200, "valid_from": TODAY}, now=NOW)
    mended.refresh_from_db()
    assert (moved.version, moved.valid_from, mended.valid_to) == (3, day, day - timedelta(days=1))
    for day in (SINCE, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=400)):
        assert items_in_force(world.district.pk, day).count() == 1, day
    assert [v.version for v in item_versions(world.district.pk, "000131001000")] == [3, 2, 1]
    assert AuditEntry.objects.filter(subject="service_item:000131001000").count() == 5


def test_a_version_of_a_coming_day_waits_for_it(world):
    first, day = world.item(), TODAY + timedelta(days=30)
    later = item_save(
        actor=world.viewer("desk"), row=first, values={"fee_fen": 500, "valid_from": day}, now=NOW
    )
    assert later.version == 2
    found = {d: items_in_force(world.district.pk, d).get().fee_fen for d in (TODAY, day)}
    assert found == {TODAY: 0, day: 500}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"promised": 21}, "promised"),
        ({"code": "1"}, "code"),
        ({"name": " "}, "name"),
        ({"board_id": 0}, "board_id"),
        ({"department_id": 10**9}, "department_id"),
        ({"department_id": None}, "department_id"),
        ({"kind": "x"}, "kind"),
        ({"needed_when": "做什么 = ("}, "needed_when"),
        ({"materials": [{"x": 1}]}, "materials"),
        ({"outside_url": "javascript:alert(1)"}, "outside_url"),
    ],
)
def test_what_is_wrong_with_an_item_is_said_at_its_field(world, more, field):
    with pytest.raises(GuardFailed) as refused:
        world.item(**more)
    assert field in refused.value.fields and not ServiceItem.objects.exists()


def test_who_may_not_keep_items_changes_none_and_one_code_is_one_item(world):
    world.item()
    with pytest.raises(GuardFailed, match="已经有这个编码"):
        world.item()
    for who in ("handler", "liaison", "admin", "clerk", "outsider"):
        with pytest.raises(NotPermitted):
            item_save(actor=world.viewer(who), row=None, values=world.values(code="ZZ0009"), now=NOW)


def test_a_base_code_is_completed_with_the_units_own_code(world):
    bureau = world.units["bureau"]
    bureau.credit_code = CREDIT
    bureau.save()
    assert world.item().code == f"{CREDIT}4000131001000"
    found = items_by_code(world.district.pk, ["000131001000", "ZZ0009"], TODAY)
    assert set(found) == {"000131001000", f"{CREDIT}4000131001000"}


def test_two_characters_find_what_people_call_it_and_an_old_version_is_not_found(world):
    item = world.item()
    world.item(code="000131002000", name="企业变更登记", also="改名")
    for words in ("饭店", "开饭店", "食品", "市场监管", "食品经营许可"):
        assert item in items_found(world.district.pk, words, TODAY), words
    assert items_found(world.district.pk, "\x00' OR 1", TODAY) == []
    term_end(actor=world.viewer("desk"), row=item, on=TODAY - timedelta(days=1), reason="取消了", now=NOW)
    assert items_found(world.district.pk, "饭店", TODAY) == []


# --- the shipped catalogue -----------------------------------------------------------------------
def rows() -> list[dict[str, str]]:
    with (DATA / "items.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_catalogue_loads_whole_and_once(world):
    for name in {r["办理单位"] for r in rows()}:
        make_unit(world.district, f"{name}（全称）").__class__.objects.filter(name=f"{name}（全称）").update(
            short_name=name
        )
    assert catalogue_load(actor=world.maker, now=NOW, since=TODAY) == []
    found = counts(world.district.pk, TODAY)
    assert {n: found[n] for n in ("items", "online", "added", "boards")} == {
        "items": 182, "online": 151, "added": 23, "boards": 14,
    }  # fmt: skip
    tiers = [b.tier for b in boards_in_force(world.district.pk, TODAY)]
    assert [tiers.count(t) for t in ("province", "city", "special")] == [8, 3, 3]
    assert set(ServiceItem.objects.values_list("provider", flat=True)) == {"government", "market", "social"}
    catalogue_load(actor=world.maker, now=NOW, since=TODAY)
    assert ServiceItem.objects.count() == 182
    assert all(i.basis and i.result for i in ServiceItem.objects.all())


def test_a_table_with_the_same_headings_is_imported_and_taken_back(world):
    world.board("商事服务")
    lines = [r for r in rows() if r["板块"] == "商事服务"][:8]
    for name in {r["办理单位"] for r in lines}:
        make_unit(world.district, name)
    text = (
        ",".join(lines[0])
        + "\n"
        + "\n".join(",".join('"' + v.replace('"', '""') + '"' for v in line.values()) for line in lines)
    )
    desk = world.viewer("desk")
    batch = register_try(register=ITEMS, content=text.encode(), name="事项.csv", actor=desk, now=NOW)
    assert [why for _, _, why in batch.rows if why] == [] and not ServiceItem.objects.exists()
    register_write(register=ITEMS, batch=batch, actor=desk, now=NOW)
    assert ServiceItem.objects.count() == 8
    assert ServiceItem.objects.get(name="公司设立登记").materials[1]["name"] == "公司章程"
    assert register_undo(register=ITEMS, batch=batch, actor=desk, now=NOW) == 8
    assert not items_in_force(world.district.pk, TODAY + timedelta(days=1)).exists()


# --- what do I need ------------------------------------------------------------------------------
def test_what_is_needed_is_sure_open_or_not_and_each_paper_is_asked_once(world):
    food = world.item()
    sign = world.item(code="ZZ0001", name="招牌", needed_when='招牌 = "是"')
    fire = world.item(code="ZZ0002", name="消防", needed_when='行业 = "餐饮" and 面积 = "300平方米以上"')
    world.item(code="ZZ0003", name="注销", needed_when='做什么 = "退出"')
    items = [food, sign, fire, ServiceItem.objects.get(code="ZZ0003")]
    assert needs(items, {}).sure == [] and needs(items, {}).open == []
    found = needs(items, {"做什么": "开业", "行业": "餐饮"})
    assert found.sure == [food]
    assert {i.name: words for i, words in found.open} == {
        "招牌": ("门口要不要挂招牌",), "消防": ("营业的地方有多大",),
    }  # fmt: skip
    sharper = needs(items, {"做什么": "开业", "行业": "餐饮", "招牌": "是", "面积": "300平方米以上"})
    assert sharper.sure == [food, sign, fire] and sharper.open == []
    assert [(m["name"], m["times"]) for m in sharper.materials] == [("平面图", 3)]
    assert needs(items, {"做什么": "<script>", "行业": "餐饮"}).sure == []


# --- intermediaries, usage, free services --------------------------------------------------------
def body(world: Catalogue, **more: Any) -> Intermediary:
    values = {
        "name": "清源检测", "credit_code": with_checks("9", "1", "330424", "61000001"), "service": "水质检测",
        "price_fen": 68000, "price_unit": "一个点", "workdays": 5, "result": "检测报告", "valid_from": SINCE, **more,
    }  # fmt: skip
    return intermediary_save(actor=world.viewer("desk"), row=None, values=values, now=NOW)


def test_a_firm_rates_for_itself_and_its_later_word_stands(world):
    one = body(world)
    with pytest.raises(GuardFailed, match="已经登记"):
        body(world)
    with pytest.raises(GuardFailed):
        body(world, credit_code="123")
    said: dict[str, Any] = {"intermediary": one, "enterprise": world.enterprise, "comment": "好", "now": NOW}
    intermediary_rate(actor=world.viewer("clerk"), stars=5, free_choice=True, **said)
    intermediary_rate(actor=world.viewer("clerk"), stars=2, free_choice=False, **said)
    kept = IntermediaryRating.objects.get()
    assert (kept.stars, kept.free_choice) == (2, False)
    with pytest.raises(GuardFailed):
        intermediary_rate(actor=world.viewer("clerk"), stars=6, free_choice=True, **said)
    for who in ("outsider", "desk", "abroad"):
        with pytest.raises(NotPermitted):
            intermediary_rate(actor=world.viewer(who), stars=1, free_choice=True, **said)


def total(measure: str) -> int:
    return FigureDelta.objects.filter(measure=measure).aggregate(n=Sum("value"))["n"] or 0


def test_a_corrected_month_corrects_its_figures(world):
    world.item()
    desk = world.viewer("desk")
    values = {
        "code": "000131001000",
        "month": TODAY,
        "source": "省平台",
        "handled": 10,
        "online": 9,
        "in_time": 8,
    }
    use = use_save(actor=desk, row=None, values=values, now=NOW)
    use_save(actor=desk, row=use, values={"handled": 7, "online": 7, "in_time": 7}, now=NOW)
    assert (total("handled"), total("online"), total("in_time")) == (7, 7, 7)
    assert ItemUse.objects.get().month.day == 1
    for wrong in ({"handled": 1}, {"code": "9"}, {"code": ""}, {"month": TODAY + timedelta(days=40)}, {}):
        with pytest.raises(GuardFailed):
            use_save(actor=desk, row=None, values={**values, **wrong}, now=NOW)
    assert total("handled") == 7


def test_a_free_service_is_given_once_to_whom_its_condition_lets_in(world):
    books = world.item(code="ZZ0001", name="代理记账", worth_fen=1_200_000, free_when="注册资本 < 5000000")
    desk, firm = world.viewer("desk"), world.enterprise
    values: dict[str, Any] = {
        "item_id": books.pk,
        "enterprise_id": firm.pk,
        "valid_from": TODAY,
        "saved_fen": None,
    }
    with pytest.raises(GuardFailed, match="还不知道"):
        free_service_give(actor=desk, row=None, values=values, now=NOW)
    for capital, fits in (("600", False), ("300", True)):
        fact = NewFact("registered_capital", "", capital)
        facts_record(actor=world.maker, enterprise=firm, source="shared", at=NOW, facts=[fact])
        if not fits:
            with pytest.raises(GuardFailed, match="不符合免费的条件"):
                free_service_give(actor=desk, row=None, values=values, now=NOW)
    given = free_service_give(actor=desk, row=None, values=values, now=NOW)
    assert given.saved_fen == 1_200_000 and (total("free"), total("saved")) == (1, 1_200_000)
    free_service_give(actor=desk, row=given, values={"saved_fen": 900_000}, now=NOW)
    assert (total("free"), total("saved")) == (1, 900_000)
    with pytest.raises(GuardFailed, match="已经享受过"):
        free_service_give(actor=desk, row=None, values=values, now=NOW)
    assert counts(world.district.pk, TODAY)["saved"] == 900_000


# --- away from home ------------------------------------------------------------------------------
def test_a_card_is_one_a_person_a_day_has_one_check_in_and_care_is_a_case(world):
    clerk, town = world.viewer("clerk"), world.units["town"]
    with pytest.raises(ActionNotAvailable):
        check_in(actor=clerk, now=NOW)
    values = {"home_id": town.pk, "place": "广州", "work": "", "family": "母亲"}
    card = card_save(actor=clerk, values=values, now=NOW)
    assert card_save(actor=clerk, values={**values, "place": "苏州"}, now=NOW).pk == card.pk
    check_in(actor=clerk, now=NOW)
    check_in(actor=clerk, now=NOW + timedelta(hours=1))
    assert AwayCheckIn.objects.count() == 1
    case = care_ask(actor=clerk, text="帮忙看看母亲的津贴", now=NOW)
    assert case.procedure == "service_request" and "苏州" in AwayCheckIn.objects.get(case=case).card.place
    with pytest.raises(GuardFailed):
        care_ask(actor=clerk, text="急", now=NOW)
    with pytest.raises(GuardFailed):
        card_save(
            actor=world.viewer("outsider"), values={**values, "home_id": world.units["desk"].pk}, now=NOW
        )
    assert list(cards_visible_to(world.viewer("liaison"), TODAY)) == [card]
    assert not cards_visible_to(world.viewer("handler"), TODAY).exists()
    assert not cards_visible_to(world.viewer("abroad"), TODAY).exists()
    card_end(actor=clerk, now=NOW)
    with pytest.raises(ActionNotAvailable):
        card_end(actor=clerk, now=NOW)
