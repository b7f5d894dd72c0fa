"""Consent is chosen, bounded, taken back at once, and every look is noted; by services, pages and the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from qiying.kernel.api_access.tests.factories import token_make
from qiying.kernel.cases.tests.walking import browser, let_in, unvisited
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.consents import urls
from qiying.kernel.consents.models import Consent, ConsentLook
from qiying.kernel.consents.purposes import (
    Purpose,
    SharedFact,
    declare_purpose,
    declare_shared_fact,
    facts_to_choose,
)
from qiying.kernel.consents.selectors import consents_of, live, looks_of
from qiying.kernel.consents.services import consent_give, consent_revoke, consented_look
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db

declare_shared_fact(
    SharedFact("toy.score", "玩具分", lambda owner, now: "88" if owner.startswith("e:") else None)
)
LOAN = declare_purpose(
    Purpose("toy.loan", "试着贷款", 30, ("营业收入", "职工人数", "toy.score", "nobody.declares"))
)
TALENT = declare_purpose(Purpose("toy.talent", "人才推荐", 365, ("toy.score",)))


def make() -> World:
    made = cast(
        "海盐县",
        {"bank": ("农商银行", []), "other": ("建设银行", []), "desk": ("企业服务中心", ["desk"])},
        {"banker": ("小贷", "bank", "bank"), "rival": ("小建", "other", "bank"), "desk": ("小受", "desk", "desk"),
         "deputy": ("代表", "desk", "deputy")},
    )  # fmt: skip
    world = World(**made)
    world.people["stranger"] = make_clerk(make_enterprise(world.district, "第二家有限公司"), "王二")
    return world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    found = make()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: found.now)
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: found.now)
    return found


def give(world: World, who: str = "clerk", **changes: Any) -> Consent:
    given = {
        "owner": f"e:{world.enterprise.pk}", "actor": world.viewer(who), "to_unit": world.units["bank"],
        "purpose": "toy.loan", "facts": ["营业收入", "toy.score", "职工人数"], "at": world.now,
        "until": world.now.date() + timedelta(days=10), "district_id": world.district.pk, "subject": "case:1", **changes,
    }  # fmt: skip
    return consent_give(**given)


def look(world: World, consent: Consent, who: str = "banker") -> dict[str, str]:
    found = consented_look(consent_id=consent.pk, viewer=world.viewer(who), now=world.now)
    return {fact.label: fact.value for fact in found.facts}


def test_only_what_was_chosen_is_shown_and_each_look_is_noted(world: World) -> None:
    assert [code for code, _ in facts_to_choose("toy.loan")] == ["营业收入", "职工人数", "toy.score"]
    firm = Enterprise.objects.get(pk=world.enterprise.pk)
    facts_declare(
        actor=world.viewer("clerk"), enterprise=firm, values={"营业收入": "12000000", "研发费用": "900000"},
        at=world.now, on=world.now.date(),
    )  # fmt: skip
    consent = give(world)
    assert look(world, consent) == {"营业收入": "12000000", "玩具分": "88", "职工人数": "系统里没有"}
    noted = looks_of(consents_of(consent.owner)).get()
    assert (noted.person_name, noted.facts) == ("小贷", ["营业收入", "toy.score", "职工人数"])
    for who in ("rival", "desk", "deputy", "clerk", "stranger"):
        with pytest.raises(NotPermitted):
            look(world, consent, who)
    assert ConsentLook.objects.count() == 1


def test_taken_back_or_run_out_the_next_look_is_refused(world: World) -> None:
    consent, longer = give(world), give(world, until=world.now.date() + timedelta(days=20))
    unit = world.units["bank"].pk
    assert live(consent.owner, unit, "toy.loan", world.now) == longer
    consent_revoke(consent=longer, actor=world.viewer("clerk"), at=world.now)
    with pytest.raises(ActionNotAvailable, match="撤回"):
        look(world, longer)
    assert live(consent.owner, unit, "toy.loan", world.now) == consent
    world.later(days=10)
    look(world, consent)  # the last day still counts
    world.later(days=1)
    with pytest.raises(ActionNotAvailable, match="到期"):
        look(world, consent)
    assert live(consent.owner, unit, "toy.loan", world.now) is None
    once = consent_revoke(consent=longer, actor=world.viewer("clerk"), at=world.now)
    assert once.revoked_at is not None and once.revoked_at < world.now, "once more changes nothing"


def test_nobody_gives_or_takes_back_what_is_not_his(world: World) -> None:
    consent = give(world)
    for who in ("stranger", "banker", "desk", "system"):
        with pytest.raises(NotPermitted):
            give(world, who)
        with pytest.raises(NotPermitted):
            consent_revoke(consent=consent, actor=world.viewer(who), at=world.now)
    today = world.now.date()
    for wrong, field in (
        ({"facts": []}, "facts"), ({"facts": ["研发费用"]}, "facts"), ({"facts": ["nobody.declares"]}, "facts"),
        ({"until": today - timedelta(days=1)}, "until"), ({"until": today + timedelta(days=31)}, "until"),
    ):  # fmt: skip
        with pytest.raises(GuardFailed) as refused:
            give(world, **wrong)
        assert set(refused.value.fields) == {field}
    talent = {"owner": "talent:5", "owner_name": "李工", "purpose": "toy.talent", "facts": ["toy.score"]}
    with pytest.raises(GuardFailed):
        give(world, "desk", **talent)
    with pytest.raises(NotPermitted):
        give(world, "banker", **talent)
    recorded = give(world, "desk", note="书面同意书 12 号", **talent)
    assert (recorded.owner_name, recorded.enterprise) == ("李工", None)
    with pytest.raises(ValueError):
        declare_purpose(replace(LOAN, label="别的"))


def test_the_database_keeps_consents_and_looks(world: World) -> None:
    consent = give(world)
    look(world, consent)
    consent_revoke(consent=consent, actor=world.viewer("clerk"), at=world.now)
    for statement in (
        "UPDATE consents_consent SET until = '2099-01-01'", "UPDATE consents_consent SET revoked_at = NULL",
        "DELETE FROM consents_consentlook", "UPDATE consents_consentlook SET person_name = 'x'",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_pages_show_each_side_its_own_and_the_facts_on_demand_alone(world: World) -> None:
    consent = give(world)
    one = f"/consents/{consent.pk}/"
    addresses = {
        "/consents/": "clerk stranger banker rival desk deputy", "/consents/received/": "banker rival",
        one: "clerk banker",
    }  # fmt: skip
    people = {"nobody": None, **world.people}
    seen = let_in(people, addresses)
    assert {a: set(who.split()) - {"outsider"} for a, who in seen.items()} == {
        a: set(who.split()) for a, who in addresses.items()
    }
    assert set(unvisited(urls, addresses)) == {"look", "revoke"}
    bank, clerk, other = (browser(world.people[who]) for who in ("banker", "clerk", "stranger"))
    assert "88" not in bank.get(one).content.decode()
    assert [other.post(one + act).status_code for act in ("look/", "revoke/")] == [404, 404]
    assert clerk.post(one + "look/").status_code == 404
    assert "88" in bank.post(one + "look/").content.decode()
    assert "小贷" in clerk.get("/consents/").content.decode()
    assert "看不到这些数据" in clerk.post(one + "revoke/", follow=True).content.decode()
    refused = bank.post(one + "look/", follow=True).content.decode()
    assert "已经撤回授权" in refused and "88" not in refused


def test_the_api_does_the_same(world: World) -> None:
    consent = give(world)
    address = f"/api/v1/consents/{consent.pk}"

    def call(who: str, how: str, path: str) -> Any:
        head = {"Authorization": f"Bearer {token_make(world.people[who], at=world.now)}"}
        return getattr(Client(), how)(path, headers=head)

    given = call("clerk", "get", "/api/v1/consents?side=given").json()["items"]
    assert [(c["id"], c["standing"], c["facts"]) for c in given] == [
        (consent.pk, "live", ["营业收入", "玩具分", "职工人数"])
    ]
    assert call("rival", "get", "/api/v1/consents").json()["items"] == []
    assert call("rival", "post", f"{address}/look").status_code == 404
    assert call("banker", "post", f"{address}/look").json()["facts"][1]["value"] == "88"
    assert call("banker", "post", f"{address}/revoke").status_code == 404
    assert call("clerk", "post", f"{address}/revoke").json()["standing"] == "revoked"
    assert call("banker", "post", f"{address}/look").status_code == 409
