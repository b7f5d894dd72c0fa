"""From a need to what landed, walked as two firms, an institute, a bank, the desk and an outsider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from qiying.capabilities.matchmaking.models import Intent, Match, Posting
from qiying.capabilities.matchmaking.selectors import (
    contact_of,
    evidence_visible,
    intents_visible_to,
    matches_visible_to,
    postings_visible_to,
    suggested_to,
    suggestions_of,
)
from qiying.capabilities.matchmaking.services import intents, matches, postings, suggesting
from qiying.capabilities.matchmaking.tests.world import NEED, PAPER, Room, make_room
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return make_room()


def counted() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in FigureDelta.objects.filter(procedure="matchmaking"):
        found[row.measure] = found.get(row.measure, 0) + row.value
    return found


def test_a_need_is_reviewed_suggested_with_reasons_and_both_say_yes_before_contacts_show(room: Room) -> None:
    row = room.post()
    assert room.post().pk == row.pk  # the phone sent it twice
    assert row.link is not None and row.link.name == "生产"
    for who in ("clerk2", "institute", "foreigner", "stranger"):
        assert not postings_visible_to(room.viewer(who), room.today).exists(), who
    with pytest.raises(NotPermitted):
        postings.posting_review(
            actor=room.viewer("clerk2"), posting=row, passes=True, reason="", now=room.now
        )
    row = postings.posting_review(
        actor=room.viewer("desk"), posting=row, passes=True, reason="", now=room.now
    )
    found = suggestions_of(row, room.today)
    assert found[0].name == "元素喷涂发酵装备有限公司" and "某某餐饮" not in "".join(f.name for f in found)
    reasons = " ".join(found[0].reasons)
    for words in ("“发酵”", "“喷涂”", "上游：装备", "专精特新", "云栖镇"):
        assert words in reasons
    assert [s.posting_id for s in suggested_to(room.viewer("clerk2"), room.today)] == [row.pk]
    match = room.ask("clerk", row, found[0].row.key)
    assert room.ask("clerk", row, found[0].row.key).pk == match.pk
    assert contact_of(match, room.viewer("clerk2")) == contact_of(match, room.viewer("clerk")) == ""
    with pytest.raises(NotPermitted):
        matches.match_answer(
            actor=room.viewer("outsider"), match=match, yes=True, contact="x" * 9, now=room.now
        )
    match = matches.match_answer(
        actor=room.viewer("clerk2"), match=match, yes=True, contact="李四 13900001111", now=room.now
    )
    assert contact_of(match, room.viewer("clerk")) == "李四 13900001111"
    assert contact_of(match, room.viewer("clerk2")) == "陈雨 13800001234"
    for who in ("outsider", "desk", "supervisor", "institute"):
        assert contact_of(match, room.viewer(who)) == "", who
    assert not matches_visible_to(room.viewer("outsider")).exists()
    assert counted() == {"postings": 1, "asked": 1, "matched": 1}
    assert "1380000" not in str(list(Notice.objects.values_list("context", flat=True)))


def test_both_sides_of_one_field_find_each_other_at_night_and_results_are_replaced_as_a_whole(
    room: Room,
) -> None:
    assert not room.shown(field="capital", title="求流动资金").suggestions.exists()  # no firm lends
    need = room.shown()
    offer = room.shown(
        "institute", side="resource", title="农科院发酵中试平台开放", text="中试平台可以代工发酵。"
    )
    assert suggesting.suggest_all(room.district.pk, room.now) > 2
    for one, other in ((need, offer), (offer, need)):
        assert one.suggestions.get(other=other).key == other.owner
    assert any("正好发布了资源" in r for f in suggestions_of(need, room.today) for r in f.reasons)
    before = set(need.suggestions.values_list("pk", flat=True))
    room.later(days=1)
    assert suggesting.nights_tick(room.now) == 1
    assert suggesting.nights_tick(room.now) == 0
    assert before.isdisjoint(need.suggestions.values_list("pk", flat=True))
    assert suggesting.suggest_one(need, room.now) == need.suggestions.count() > 0
    room.later(days=70)
    suggesting.nights_tick(room.now)
    assert set(Posting.objects.values_list("state", "reason")) == {("ended", "到期")}
    assert not need.suggestions.exists()


def test_an_intent_is_made_on_two_phones_and_lands_with_evidence_checked_by_somebody_else(room: Room) -> None:
    row = room.intent()
    assert room.intent().pk == row.pk and Intent.objects.count() == 1
    assert counted() == {}
    for who in ("clerk", "clerk2", "desk"):
        with pytest.raises(NotPermitted):
            intents.intent_confirm(actor=room.viewer(who), intent=row, now=room.now)
    with pytest.raises(ActionNotAvailable):  # one side alone
        intents.intent_prove(
            actor=room.viewer("clerk"),
            intent=row,
            is_landed=False,
            on=room.today,
            wan=1000,
            files=PAPER,
            now=room.now,
        )
    row = intents.intent_confirm(actor=room.viewer("bank"), intent=row, now=room.now)
    assert intents.intent_confirm(actor=room.viewer("bank"), intent=row, now=room.now).pk == row.pk
    assert counted() == {"intents": 1, "intent_yuan": 10_000_000}
    done: dict[str, Any] = {"actor": room.viewer("clerk"), "now": room.now}
    with pytest.raises(GuardFailed) as bare:
        intents.intent_prove(
            intent=row, is_landed=False, on=room.today + timedelta(days=1), wan=0, files=[], **done
        )
    assert set(bare.value.fields) == {"on", "wan", "paper"}
    row = intents.intent_prove(intent=row, is_landed=False, on=room.today, wan=900, files=PAPER, **done)
    row = intents.intent_prove(intent=row, is_landed=True, on=room.today, wan=800, files=PAPER, **done)
    assert "landed" not in counted()
    with pytest.raises(NotPermitted):
        intents.intent_check(actor=room.viewer("bank"), intent=row, passes=True, reason="", now=room.now)
    row = intents.intent_check(
        actor=room.viewer("desk"), intent=row, passes=False, reason="回单看不清", now=room.now
    )
    assert (row.state, row.landed_yuan) == ("contract", None)
    row = intents.intent_prove(intent=row, is_landed=True, on=room.today, wan=800, files=PAPER, **done)
    row = intents.intent_check(actor=room.viewer("desk"), intent=row, passes=True, reason="", now=room.now)
    assert row.state == "landed" and counted()["landed_yuan"] == 8_000_000
    assert evidence_visible(room.viewer("bank"), row.subject, "parties")
    for who in ("outsider", "clerk2", "institute", "foreigner"):
        assert not evidence_visible(room.viewer(who), row.subject, "parties"), who
        assert not intents_visible_to(room.viewer(who)).exists(), who


def test_a_dead_intent_stays_counted_with_its_reason_and_an_unconfirmed_one_never_was(room: Room) -> None:
    row = room.agreed()
    with pytest.raises(GuardFailed):
        intents.intent_end(actor=room.viewer("bank"), intent=row, why="other", note="", now=room.now)
    intents.intent_end(actor=room.viewer("bank"), intent=row, why="funds", note="", now=room.now)
    room.intent(key="k2")
    room.later(days=8)
    suggesting.nights_tick(room.now)
    told = counted()
    assert (told["intents"], told["dead"], told["dead_funds"], told["unconfirmed"]) == (1, 1, 1, 1)
    from qiying.capabilities.matchmaking.offers import intents_counted

    measures, again = intents_counted()
    held = {k[1]: v for k, v in again.items()}
    assert held == {k: v for k, v in told.items() if k in measures}


def test_bad_input_is_named_at_its_field(room: Room) -> None:
    with pytest.raises(GuardFailed) as oneself:
        room.intent(code=room.code("clerk"))
    assert set(oneself.value.fields) == {"code"}
    with pytest.raises(GuardFailed) as nothing:
        room.intent(wan=0, code="XXXX")
    assert set(nothing.value.fields) == {"wan", "code"}
    room.later(minutes=11)
    old = room.code("bank")
    room.later(minutes=11)
    with pytest.raises(GuardFailed, match="对接码"):
        room.intent(code=old)
    with pytest.raises(NotPermitted):
        room.intent(party=room.key("bank"))
    with pytest.raises(GuardFailed) as reach:
        room.post(text="喷涂线一条，电话 13800001234 找我", ends_on=room.today - timedelta(days=1))
    assert set(reach.value.fields) == {"text", "ends_on"}
    with pytest.raises(GuardFailed) as far:
        room.post(ends_on=room.today + timedelta(days=400), wan=0)
    assert set(far.value.fields) == {"ends_on", "wan"}
    row = room.shown()
    with pytest.raises(GuardFailed) as own:
        room.ask("clerk", row, row.owner)
    assert set(own.value.fields) == {"party"}
    with pytest.raises(GuardFailed):
        room.ask("clerk2", row, words="加微信 abcdef123 聊")
    with pytest.raises(NotPermitted):  # about others' postings one asks the owner alone
        room.ask("clerk2", row, room.key("institute"))
    postings.posting_end(actor=room.viewer("clerk"), posting=row, reason="找到了", now=room.now)
    with pytest.raises(ActionNotAvailable, match="已经结束"):
        room.ask("clerk2", row)


def test_who_wants_peace_is_neither_suggested_nor_asked(room: Room) -> None:
    row = room.shown()
    other = room.key("clerk2")
    assert row.suggestions.filter(key=other).exists()
    firm = int(other[2:])
    with pytest.raises(NotPermitted):
        postings.quiet_set(actor=room.viewer("clerk"), enterprise_id=firm, quiet=True, now=room.now)
    postings.quiet_set(actor=room.viewer("clerk2"), enterprise_id=firm, quiet=True, now=room.now)
    assert not row.suggestions.filter(key=other).exists()
    suggesting.suggest_one(row, room.now)
    assert not row.suggestions.filter(key=other).exists()
    with pytest.raises(GuardFailed, match="不要打扰"):
        room.ask("clerk", row, other)


def test_a_memo_of_a_department_is_read_for_fair_competition_and_that_of_two_firms_is_not(room: Room) -> None:
    refund = "甲方注册地迁入本区，给予该公司税收返还。"
    with pytest.raises(GuardFailed) as barred:
        room.intent("clerk", "land", kind="premises", memo=refund)
    assert set(barred.value.fields) == {"memo"} and "公平竞争审查" in barred.value.fields["memo"][0]
    assert room.intent("clerk", "bank", memo=refund).flags == []
    listed = "企业上市后，募集资金 80% 以上投资在本区。"
    assert room.intent("clerk", "land", key="k2", memo=listed).flags  # to be explained, not forbidden
    titles = "区内国家级专精特新企业，不分所有制，都可以参加。"
    assert room.intent("clerk", "land", key="k3", memo=titles).flags == []


def test_one_person_for_two_firms_cannot_agree_with_himself(room: Room) -> None:
    from qiying.kernel.enterprises.models import Enterprise
    from qiying.kernel.enterprises.tests.factories import make_clerk, viewer

    make_clerk(Enterprise.objects.get(pk=int(room.key("clerk2")[2:])), person=room.people["clerk"])
    both = viewer(room.people["clerk"])
    code = intents.code_show(actor=both, party=room.key("clerk2"), now=room.now).code
    with pytest.raises(GuardFailed, match="对方自己的人"):
        room.intent(code=code)
    row = room.intent(code=room.code("clerk2"))
    with pytest.raises(GuardFailed, match="对方自己的人"):
        intents.intent_confirm(actor=both, intent=row, now=room.now)


def test_matches_may_be_declined_and_taken_back_and_no_one_asks_too_many(room: Room) -> None:
    row = room.shown()
    match = room.ask("clerk2", row)
    with pytest.raises(NotPermitted):
        matches.match_answer(actor=room.viewer("clerk2"), match=match, yes=True, now=room.now)
    assert (
        matches.match_answer(actor=room.viewer("clerk2"), match=match, yes=False, now=room.now).state
        == "withdrawn"
    )
    match = room.ask("clerk2", row)
    assert match.state == Match.State.ASKED and Match.objects.count() == 1
    match = matches.match_answer(
        actor=room.viewer("clerk"), match=match, yes=False, reason="已经找到了", now=room.now
    )
    assert contact_of(match, room.viewer("clerk2")) == "" and counted()["declined"] == 1
    with pytest.raises(ActionNotAvailable):
        matches.match_answer(actor=room.viewer("clerk"), match=match, yes=True, now=room.now)
    with pytest.raises((NotPermitted, Http404)):
        room.ask("foreigner", row)
    assert str(NEED["contact_phone"]) not in str(
        postings_visible_to(room.viewer("clerk2"), room.today).values("title")
    )
