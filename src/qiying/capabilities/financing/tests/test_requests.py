"""One request to several banks: what each sees, what comes back, what the firm takes; and what goes wrong."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import Http404

from qiying.capabilities.financing.models import Line
from qiying.capabilities.financing.selectors import offers_of, standings_of
from qiying.capabilities.financing.services.keeping import product_end
from qiying.capabilities.financing.tests.world import Financing, counted, make_world
from qiying.kernel.cases.models import Job
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.consents.models import Consent, ConsentLook
from qiying.kernel.consents.services import consent_revoke, consented_look
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Financing:
    return make_world()


def test_a_firm_sees_what_it_qualifies_for_what_nearly_and_what_is_missing(world: Financing) -> None:
    product = world.shelf()["bank"]

    def standing() -> tuple[str, int | None]:
        (found,) = standings_of(world.enterprise, [product], world.today)
        return found.group, found.answer.limit

    assert standing() == ("unknown", None)
    for yuan, expected in (
        ("3000000", ("no", None)), ("4500000", ("near", None)), ("4999900", ("near", None)),
        ("5000000", ("fits", 1_000_000_00)), ("20000000", ("fits", 5_000_000_00)),
    ):  # fmt: skip
        world.earns(yuan)
        assert standing() == expected, yuan


def test_several_banks_have_it_at_once_and_the_firm_takes_the_cheapest(world: Financing) -> None:
    shelf = world.shelf()
    world.earns("30000000")
    whole = world.ask(*shelf.values())
    parts = {key: world.part(whole, key) for key in shelf}
    # each bank sees its own part alone, the coordinating unit the whole, nobody else anything
    seen = {
        who: set(cases_visible_to(world.viewer(who)).values_list("number", flat=True))
        for who in ("bank", "other", "centre", "clerk", "outsider", "industry", "desk")
    }
    numbers = {key: part.number for key, part in parts.items()}
    assert seen["bank"] == {numbers["bank"]} and seen["other"] == {numbers["other"]}
    # not even how many others were asked
    assert "在办 1 件" in world.browser("bank").get(f"/cases/{numbers['bank']}/").content.decode()
    assert whole.number in seen["centre"] and {whole.number, *numbers.values()} == seen["clerk"]
    assert not (seen["outsider"] | seen["industry"] | seen["desk"])
    # facts: by the consent alone, each look noted for the firm
    consent = Consent.objects.get(to_unit=world.units["bank"])
    look = consented_look(consent_id=consent.pk, viewer=world.viewer("bank"), now=world.now)
    assert next((f.label, f.value[:8]) for f in look.facts) == ("营业收入", "30000000")
    with pytest.raises(NotPermitted):
        consented_look(consent_id=consent.pk, viewer=world.viewer("other"), now=world.now)
    assert ConsentLook.objects.count() == 1
    dear = world.offer(parts["bank"], "bank")
    cheap = world.offer(parts["other"], "other", fees="", rate=Decimal("4.2"))
    assert (dear.cost.simple, dear.cost.irr) == (Decimal("5.75"), Decimal("5.83"))  # type: ignore[union-attr]
    assert [o.pk for o in offers_of(whole)] == [cheap.pk, dear.pk]
    whole.refresh_from_db()
    assert (whole.state, whole.turn) == ("choosing", "asker")
    for who, refusal in (("bank", Http404), ("outsider", Http404), ("centre", NotPermitted)):
        with pytest.raises(refusal):
            world.act(whole, who, "accept", offer_id=cheap.pk)
    whole = world.act(whole, "clerk", "accept", offer_id=cheap.pk)
    assert (whole.state, whole.outcome) == ("agreed", "agreed")
    states = dict(children_of(whole).values_list("lead_unit_id", "state"))
    assert states == {world.units["other"].pk: "accepted", world.units["bank"].pk: "passed_over"}
    line = Line.objects.get(whole=whole, state="active")
    assert (line.pk, line.fen, line.available_fen, line.agreed_on) == (
        cheap.pk,
        50_000_000,
        50_000_000,
        world.today,
    )
    assert Line.objects.get(pk=dear.pk).state == "declined"
    payload = Job.objects.get(kind="event:loan_agreed").payload
    expected = {"case": whole.number, "line": line.pk, "enterprise_id": world.enterprise.pk, "fen": 50_000_000,
                "unit_id": world.units["other"].pk, "product": shelf["other"].code, "on": str(world.today)}  # fmt: skip
    assert payload == expected
    # whoever was not taken may look no longer
    with pytest.raises(ActionNotAvailable):
        consented_look(consent_id=consent.pk, viewer=world.viewer("bank"), now=world.now)
    assert counted("financing_request")["agreed"] == 1 and counted("financing_line")["line_yuan"] == 500_000


def test_two_answers_at_once_are_one_and_a_refusal_has_a_reason(world: Financing) -> None:
    shelf = world.shelf()
    world.earns("30000000")
    whole = world.ask(*shelf.values())
    part, other = world.part(whole, "bank"), world.part(whole, "other")
    world.offer(part, "bank")
    with pytest.raises(ActionNotAvailable):
        world.offer(part, "bank2", rate=Decimal("3"))
    assert Line.objects.count() == 1
    with pytest.raises(Http404):
        world.offer(other, "bank")
    with pytest.raises(GuardFailed):
        world.act(other, "other", "refuse", kind="risk", reason="不行")
    with pytest.raises(GuardFailed):
        world.act(other, "other", "refuse", kind="elsewise", reason="这个理由不在表里面")
    world.act(other, "other", "refuse", kind="risk", reason="去年亏损，补上订单合同可以再看。")
    mine = world.browser("clerk").get(f"/my/{whole.number}/").content.decode()
    assert (
        "{" not in mine.split("经过", 1)[1].split("<script", 1)[0]
    )  # what was asked is said, not its places
    assert "补上订单合同" in mine and "5.83%" in mine and "5.75%" in mine
    whole = world.act(whole, "clerk", "drop", reason="再等等看，先不要了")
    assert (whole.state, whole.outcome, Line.objects.get().state) == ("ended", "dropped", "declined")
    # where everybody refuses nothing came of it
    again = world.ask(shelf["bank"])
    world.act(
        world.part(again, "bank"), "bank", "refuse", kind="limit", reason="本季度额度用完了，下季再来。"
    )
    again.refresh_from_db()
    assert (again.state, again.outcome, counted("financing_request")["none"]) == ("ended", "none", 1)


def test_what_cannot_be_asked_is_refused_with_every_reason(world: Financing) -> None:
    shelf = world.shelf()
    bank = shelf["bank"]

    def refused(*products: object, who: str = "clerk", **more: object) -> str:
        with pytest.raises(GuardFailed) as raised:
            world.ask(*products, who=who, **more)  # type: ignore[arg-type]
        return "；".join(raised.value.reasons)

    world.earns("3000000")
    assert "不符合" in refused(bank)
    world.earns("30000000")
    twin = world.product(bank.institution, code="twin", name="政采贷")
    assert "一次只申请一个产品" in refused(bank, twin)
    assert "最长 24 个月" in refused(bank, months=36)
    far = world.product(world.institution("省农担"), code="far")
    assert "还没上平台" in refused(far)
    assert "90" in refused(bank, until=world.today + timedelta(days=91))
    assert "不能看" in refused(bank, facts=["profit"])
    assert "不能替它提" in refused(bank, enterprise_id=10**9)
    product_end(world.viewer("bank"), twin, world.today - timedelta(days=1), "换新产品", world.now)
    assert "停办" in refused(twin)
    whole = world.ask(bank)
    assert "已经有一份在看" in refused(bank)
    assert "没有这个方案" in _accept_refused(world, whole)
    with pytest.raises(Http404):
        world.ask(bank, who="bank")


def _accept_refused(world: Financing, whole: object) -> str:
    world.offer(world.part(whole, "bank"), "bank")  # type: ignore[arg-type]
    with pytest.raises(GuardFailed) as raised:
        world.act(whole, "clerk", "accept", offer_id=10**9)  # type: ignore[arg-type]
    return "；".join(raised.value.reasons)


def test_a_product_that_ended_is_still_answered_by_its_version_and_an_offer_runs_out(
    world: Financing,
) -> None:
    bank = world.shelf()["bank"]
    world.earns("30000000")
    whole = world.ask(bank)
    world.later(days=1)
    newer = world.product(bank.institution, "bank2", bank, rate=Decimal("3.95"))
    bank.refresh_from_db()
    assert (newer.version, newer.code, bank.valid_to) == (2, bank.code, world.today - timedelta(days=1))
    with pytest.raises(GuardFailed):
        world.product(bank.institution, "bank2", bank, rate=Decimal("3"))
    offer = world.offer(world.part(whole, "bank"), "bank")
    assert offer.product == bank
    world.later(days=1)
    with pytest.raises(GuardFailed, match="过期"):
        world.act(whole, "clerk", "accept", offer_id=offer.pk)
    whole = world.act(whole, "clerk", "drop", reason="利率太高，不要了")
    assert (whole.state, children_of(whole).get().state) == ("ended", "passed_over")


def test_a_consent_that_runs_out_or_is_taken_back_shuts_the_next_look_and_can_be_given_again(
    world: Financing,
) -> None:
    bank = world.shelf()["bank"]
    world.earns("30000000")
    whole = world.ask(bank, until=world.today)
    part = world.part(whole, "bank")
    client = world.browser("bank")
    address = f"/consents/{Consent.objects.get().pk}/"
    assert address in client.get(f"/cases/{part.number}/").content.decode()
    viewer, pk = world.viewer("bank"), Consent.objects.get().pk
    assert consented_look(consent_id=pk, viewer=viewer, now=world.now).facts
    world.later(days=1)  # it runs out while the bank is looking: the next read is refused
    with pytest.raises(ActionNotAvailable, match="到期"):
        consented_look(consent_id=pk, viewer=viewer, now=world.now)
    world.act(part, "bank", "want", text="授权到期了，请再给看收入")
    world.act(part, "clerk", "share", facts=["营业收入"])
    fresh = Consent.objects.order_by("-pk")[0]
    assert consented_look(consent_id=fresh.pk, viewer=viewer, now=world.now).facts
    consent_revoke(consent=fresh, actor=world.viewer("clerk"), at=world.now)
    with pytest.raises(ActionNotAvailable, match="撤回"):
        consented_look(consent_id=fresh.pk, viewer=viewer, now=world.now)
    assert world.offer(part, "bank").fen == 50_000_000  # the bank still answers by what it saw
    # nothing chosen: no consent, nothing to look at
    world.act(whole, "clerk", "withdraw", reason="先不借了吧")
    bare = world.ask(bank, facts=[])
    assert Consent.objects.filter(subject=f"case:{bare.number}").count() == 0
    assert "没有给看资料" in client.get(f"/cases/{world.part(bare, 'bank').number}/").content.decode()


def test_taking_the_request_back_takes_every_part_back(world: Financing) -> None:
    shelf = world.shelf()
    world.earns("30000000")
    whole = world.act(world.ask(*shelf.values()), "clerk", "withdraw", reason="已经在别处借到了")
    assert not children_of(whole).filter(is_open=True).exists()
