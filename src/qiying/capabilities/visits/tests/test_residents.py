"""Resident officers: one at a time, handed over with history, and opinions that hide who gave them."""

from __future__ import annotations

import pytest

from qiying.capabilities.visits.models import OfficerOpinion, ResidentFirm, ResidentTerm
from qiying.capabilities.visits.selectors.residents import officer_row, opinions_of, opinions_wanted
from qiying.capabilities.visits.services.residents import (
    firms_give,
    hand_over,
    message_send,
    opinion_give,
    term_end,
    term_save,
)
from qiying.capabilities.visits.tests.world import Walks, make_walks
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.tests.factories import make_clerk
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    made = make_walks()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def term(walks: Walks, who: str, days: int = -200) -> ResidentTerm:
    person = walks.people[who]
    values = {"person_id": person.pk, "unit_id": person.memberships.get().unit_id, "phone": "0573-86110000"}
    values["valid_from"] = walks.day(days)
    return term_save(actor=walks.viewer("desk"), term=None, values=values, now=walks.now)


def test_a_firm_has_one_officer_and_a_hand_over_keeps_the_history(walks):
    old, new, desk = term(walks, "handler"), term(walks, "co_liaison"), walks.viewer("desk")
    firms_give(actor=desk, term=old, firms=[walks.enterprise], now=walks.now)
    with pytest.raises(GuardFailed, match="已经有服务员"):
        firms_give(actor=desk, term=new, firms=[walks.enterprise], now=walks.now)
    with pytest.raises(NotPermitted):
        hand_over(actor=walks.viewer("liaison"), term=old, to=new, note="有两件事", now=walks.now)
    walks.later(days=3)
    assert hand_over(actor=desk, term=old, to=new, note="补贴还没到账，要盯着", now=walks.now) == 1
    found = officer_row(walks.enterprise.pk)
    assert found is not None and found.term == new
    rows = ResidentFirm.objects.filter(enterprise=walks.enterprise).order_by("pk")
    assert [(r.term, r.valid_to) for r in rows] == [(old, walks.day(0)), (new, None)]
    home = client_of(walks.people["clerk"]).get("/").content.decode()
    assert "王联" in home and 'href="tel:0573-86110000"' in home and "/residents/message/" in home
    assert "驻企服务员" not in client_of(walks.people["outsider"]).get("/").content.decode()
    message_send(actor=walks.viewer("clerk"), row=found, text="路灯什么时候修", now=walks.now)
    assert Notice.objects.get(template="resident_message").to_key == f"p:{walks.people['co_liaison'].pk}"
    with pytest.raises(NotPermitted):
        message_send(actor=walks.viewer("outsider"), row=found, text="路灯什么时候修", now=walks.now)


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, False), (6, True)])
def test_opinions_of_few_are_hidden_and_those_of_more_come_together_when_the_time_is_over(
    walks, answers, shown
):
    one, desk = term(walks, "handler"), walks.viewer("desk")
    firms = [walks.firm(f"第{n}纺织有限公司") for n in range(answers)]
    for n, firm in enumerate(firms):
        walks.people[f"clerk{n}"] = make_clerk(firm, f"专员{n}")
    firms_give(actor=desk, term=one, firms=firms, now=walks.now)
    term_end(actor=desk, term=one, on=walks.day(0), reason="任期满", now=walks.now)
    for n in range(answers):
        clerk = walks.viewer(f"clerk{n}")
        row = opinions_wanted(clerk, walks.day(0)).get()
        before = AuditEntry.objects.count()
        opinion_give(actor=clerk, row=row, level=5, text=f"第{n}句", now=walks.now)
        assert AuditEntry.objects.count() == before  # nothing joins who said it and what
        assert not opinions_wanted(clerk, walks.day(0)).exists()
        with pytest.raises(ActionNotAvailable):
            opinion_give(actor=clerk, row=row, level=1, text="", now=walks.now)
    one.refresh_from_db()
    assert opinions_of(one, walks.day(0)).words and not opinions_of(one, walks.day(0)).levels
    after = opinions_of(one, walks.day(31))
    assert bool(after.levels) == bool(after.texts) == shown
    assert OfficerOpinion.objects.count() == answers
    walks.later(days=31)
    page = client_of(walks.people["desk"]).get(f"/residents/{one.pk}/").content.decode()
    assert ("第0句" in page) == shown
    assert "第0句" not in client_of(walks.people["supervisor"]).get(f"/residents/{one.pk}/").content.decode()
