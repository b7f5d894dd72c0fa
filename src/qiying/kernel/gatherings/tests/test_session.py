"""A face-to-face session from the first line to the results told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from qiying.kernel.cases.waiting import waiting_for
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.checks import faults
from qiying.kernel.gatherings.kinds import THREE_ANSWERS, GatheringKind, ItemOf, PhaseOf, declare_kind
from qiying.kernel.gatherings.models import Attendee, Duty, Edit, Item
from qiying.kernel.gatherings.services.following import (
    cases_open,
    days_rederive,
    item_done,
    item_take,
    items_tell,
    reminders_send,
)
from qiying.kernel.gatherings.services.letters import letters_send
from qiying.kernel.gatherings.services.people import attendee_answer, attendee_substitute, sign_up
from qiying.kernel.gatherings.tests.world import DAY, SESSION, TRAINING, Hall, make_hall
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ROOT = Path(__file__).parents[5]


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def piles(hall: Hall, who: str) -> dict[str, list[str]]:
    return {p.code: [i.title for i in p.items] for p in waiting_for(hall.viewer(who), hall.now).piles}


def test_what_is_missing_is_said_before_invitations_and_a_reason_lets_them_go(hall):
    hall.hold()
    with pytest.raises(GuardFailed) as refused:
        hall.to("inviting")
    assert refused.value.reasons == ["还没请金融机构"]
    assert hall.to("inviting", "银行说这次来不了").phase == "inviting"
    with pytest.raises(ActionNotAvailable):
        hall.to("following")


def test_an_invitation_stands_on_homes_until_it_is_answered_and_somebody_else_may_come(hall):
    hall.hold()
    firm, town = hall.invite("firm", enterprise=hall.enterprise), hall.invite("unit", unit=hall.units["town"])
    assert "gathering_invitations" not in piles(hall, "clerk")
    hall.to("inviting", "先发")
    assert piles(hall, "clerk")["gathering_invitations"] == ["请您参加：用工难怎么办"]
    assert piles(hall, "liaison")["gathering_invitations"] and "gathering_invitations" not in piles(
        hall, "outsider"
    )
    firm.refresh_from_db(), town.refresh_from_db()
    attendee_answer(attendee=firm, actor=hall.viewer("clerk"), answer="confirmed", now=hall.now)
    other = attendee_substitute(attendee=town, actor=hall.viewer("liaison"), name="周副主任", now=hall.now)
    assert other.stands_for == town and Attendee.objects.get(pk=town.pk).state == "replaced"
    assert not {"gathering_invitations"} & (piles(hall, "clerk").keys() | piles(hall, "liaison").keys())
    with pytest.raises(ActionNotAvailable):
        attendee_substitute(attendee=town, actor=hall.viewer("liaison"), name="再换一个", now=hall.now)


def test_a_repeated_edit_is_answered_as_before_and_two_texts_are_both_kept(hall):
    hall.running()
    first = hall.edit("text", "招不到人", key="k1")
    assert (
        first
        == hall.edit("text", "招不到人", key="k1")
        == {"key": "k1", "state": "applied", "version": 1, "reason": ""}
    )
    assert (
        hall.edit("unit", str(hall.units["town"].pk))["state"] == "applied"
    )  # another field of the same item
    assert hall.edit("text", "招不到熟练工", base=1)["version"] == 2
    clash = hall.edit("text", "招不到年轻人", base=1, key="k2")
    assert (clash["state"], clash["theirs"]) == ("conflict", "招不到熟练工")
    assert Item.objects.get().text == "招不到熟练工" and Edit.objects.get(key="k2").value == "招不到年轻人"
    both = "招不到熟练工\n招不到年轻人"
    assert hall.edit("text", both, base=2, settles=clash["id"])["state"] == "applied"
    assert Edit.objects.get(key="k2").state == "settled" and Item.objects.get().text == both


def test_a_promised_day_is_a_workday_and_an_unknown_unit_is_refused_but_kept(hall):
    hall.running()
    hall.edit("text", "路灯坏了三个月")
    refused = hall.edit("promised_by", "2026-11-28", key="sat")
    assert refused["state"] == "refused" and "不是工作日" in refused["reason"]
    assert Edit.objects.get(key="sat").value == "2026-11-28"
    assert hall.edit("promised_by", "2026-11-27")["state"] == "applied"
    assert hall.edit("unit", "999999")["state"] == "refused"
    assert hall.edit("nonsense", "x")["state"] == "refused"


def recorded(hall: Hall) -> Item:
    """A problem of the firm promised by the town, and an idea answered at once."""
    hall.running()
    hall.edit("text", "厂门口路灯坏了三个月，晚上工人不敢走")
    hall.edit("speaker", str(hall.firm.pk))
    hall.edit("unit", str(hall.units["town"].pk))
    hall.edit("promised_by", "2026-11-27")
    hall.edit("promised_name", "周领")
    hall.edit("answer", "promised")
    hall.edit("text", "建议开夜班公交到园区", item="i2")
    hall.edit("answer", "explained", item="i2")
    return Item.objects.get(key="i1")


def test_a_task_from_the_room_becomes_a_case_and_stands_once(hall):
    item = recorded(hall)
    assert piles(hall, "liaison")["gathering_tasks"] == [item.text]
    item_take(item=item, actor=hall.viewer("liaison"), now=hall.now)
    with pytest.raises(ActionNotAvailable):
        item_take(item=item, actor=hall.viewer("handler"), now=hall.now)
    hall.to("following")
    item.refresh_from_db()
    assert item.case and item.case.enterprise == hall.enterprise and item.case.channel
    assert "gathering_tasks" not in piles(hall, "liaison")
    with pytest.raises(ActionNotAvailable, match="立了件"):
        item_done(item=item, actor=hall.viewer("liaison"), result="修好了路灯", now=hall.now)
    assert FigureDelta.objects.get(procedure=SESSION.code, measure="raised").value == 2


def test_what_is_added_later_becomes_a_case_too_and_closing_says_what_is_still_owed(hall):
    item = recorded(hall)
    hall.to("following")
    hall.edit("text", "散会以后又说的一件事", item="late")
    assert [i.key for i in cases_open(gathering=hall.gathering, actor=hall.viewer("desk"), now=hall.now)] == [
        "late"
    ]
    with pytest.raises(GuardFailed) as refused:
        hall.to("closed")
    assert refused.value.reasons == ["还有 3 件没办完"]
    item_take(item=item, actor=hall.viewer("liaison"), now=hall.now)
    hall.edit("promised_name", "周局", base=1)
    assert Item.objects.get(pk=item.pk).taken_at and Item.objects.get(pk=item.pk).promised_name == "周局"


def test_letters_go_out_as_pdf_and_word_within_their_days_and_every_speaker_is_told(hall):
    recorded(hall)
    Unit.objects.filter(pk=hall.gathering.unit_id).update(letter_word="营商交")
    hall.to("following")
    duty = Duty.objects.get(code="letters")
    assert duty.due_by == date(2026, 11, 25) and piles(hall, "desk")["gathering_duties"]
    hall.gathering.refresh_from_db()
    hall.gathering.unit.refresh_from_db()
    made = letters_send(gathering=hall.gathering, actor=hall.viewer("desk"), kind="task", now=hall.now)
    made += letters_send(gathering=hall.gathering, actor=hall.viewer("desk"), kind="minutes", now=hall.now)
    assert [m.unit_id for m in made] == [hall.units["town"].pk, None]
    assert document_read(made[0].pdf)[:5] == b"%PDF-" and document_read(made[0].word)[:2] == b"PK"
    with pytest.raises(GuardFailed):
        letters_send(gathering=hall.gathering, actor=hall.viewer("desk"), kind="task", now=hall.now)
    assert items_tell(gathering=hall.gathering, actor=hall.viewer("desk"), how="消息", now=hall.now) == 2
    told = Notice.objects.get(template="gathering_told")
    assert told.to_key == f"e:{hall.enterprise.pk}" and told.context["day"] == "2026-11-27"
    assert not Duty.objects.filter(done_at__isnull=True) and "gathering_duties" not in piles(hall, "desk")


def test_where_all_was_settled_in_the_room_no_letter_waits_until_something_has_to_be_written(hall):
    hall.running()
    for field, value in (("text", "银行到期续贷要先还后贷"), ("unit", str(hall.units["town"].pk))):
        hall.edit(field, value)
    hall.edit("answer", "solved")
    hall.to("following")
    duty = Duty.objects.filter(code="letters", done_at__isnull=True)
    assert not duty.exists()
    hall.edit("text", "散会以后又说的一件事", item="late")
    hall.edit("unit", str(hall.units["town"].pk), item="late")
    assert duty.exists()
    hall.edit("answer", "solved", item="late")
    assert not duty.exists()
    Duty.objects.filter(code="letters").update(done_at=None)  # as it stood before this was asked
    days_rederive(hall.now)
    assert not duty.exists()


def test_what_is_past_its_day_is_said_to_be_late_where_it_waits(hall):
    recorded(hall)
    hall.to("following")
    for now, status in ((hall.now, ""), (hall.now + timedelta(days=30), "overdue")):
        pile = waiting_for(hall.viewer("desk"), now).pile("gathering_duties")
        assert pile and {i.status for i in pile.items} == {status}
        assert pile.late == (len(pile.items) if status else 0)


def test_units_are_reminded_every_week_and_days_follow_the_calendar(hall, monkeypatch):
    recorded(hall)
    hall.to("following")
    assert reminders_send(hall.now + timedelta(days=3)) == 0
    assert (
        reminders_send(hall.now + timedelta(days=10)) == 1
        and reminders_send(hall.now + timedelta(days=10)) == 0
    )
    from qiying.statutes.workdays import Override, load_calendar

    typhoon = [
        Override(on=d, is_workday=False, reason="台风", source="区防指")
        for d in (date(2026, 11, 25), date(2026, 11, 27))
    ]
    changed = load_calendar(typhoon)
    monkeypatch.setattr("qiying.kernel.gatherings.services.following.calendar_for", lambda _: changed)
    assert days_rederive(hall.now) == 3
    assert Duty.objects.get(code="letters").due_by == date(2026, 11, 26)
    assert Item.objects.get(key="i1").promised_by == date(2026, 11, 30)


def test_what_takes_sign_ups_is_listed_for_anybody_until_its_last_day(hall, monkeypatch):
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: hall.now)
    one = hall.hold(TRAINING, capacity=1, sign_up_until=DAY)
    names = ("", "clerk", "outsider", "desk")

    def listed() -> list[bool]:
        clients = [Client() for _ in names]
        for client, who in zip(clients, names, strict=True):
            if who:
                client.force_login(hall.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return [one.title in c.get("/activities/").content.decode() for c in clients]

    assert listed() == [False] * 4
    hall.to("inviting")
    assert listed() == [True] * 4
    sign_up(gathering=one, actor=hall.viewer("clerk"), now=hall.now)
    assert "可以候补" in Client().get("/activities/").content.decode()
    assert Client().get(f"/gatherings/{one.pk}/mine/").status_code == 302
    hall.later(days=60)
    assert listed() == [False] * 4


def test_a_training_fills_its_places_and_who_waits_longest_moves_up(hall):
    hall.hold(TRAINING, capacity=1, sign_up_until=DAY)
    with pytest.raises(ActionNotAvailable):
        sign_up(gathering=hall.gathering, actor=hall.viewer("clerk"), now=hall.now)
    hall.to("inviting")
    mine = sign_up(gathering=hall.gathering, actor=hall.viewer("clerk"), now=hall.now)
    next_one = sign_up(gathering=hall.gathering, actor=hall.viewer("outsider"), now=hall.now)
    assert (mine.state, next_one.state) == ("confirmed", "waiting")
    assert sign_up(gathering=hall.gathering, actor=hall.viewer("clerk"), now=hall.now).pk == mine.pk
    attendee_answer(attendee=mine, actor=hall.viewer("clerk"), answer="declined", now=hall.now)
    next_one.refresh_from_db()
    assert next_one.state == "confirmed" and Notice.objects.filter(template="gathering_place").count() == 1
    hall.now += timedelta(days=5)
    with pytest.raises(ActionNotAvailable, match="截止"):
        attendee_answer(attendee=mine, actor=hall.viewer("clerk"), answer="confirmed", now=hall.now)


def test_a_kind_that_cannot_work_is_refused():
    broken = GatheringKind(
        "x",
        "坏的",
        (),
        (PhaseOf("planned", "筹备", ""), PhaseOf("end", "完", "", frozenset({"fly"}))),
        items=(ItemOf("a", "甲", (), "no_such"), ItemOf("a", "乙", THREE_ANSWERS)),
        organises="no.such",
    )
    assert len(list(faults(broken))) == 8
    with pytest.raises(ValueError, match="两次"):
        declare_kind(GatheringKind(SESSION.code, "别的", (), ()))


def test_the_example_of_the_docs(hall):
    page = (ROOT / "docs" / "kits" / "gatherings.md").read_text()
    space: dict[str, GatheringKind] = {}
    exec(page.split("```python")[1].split("```")[0], space)
    kind = space["TRAINING"]
    assert list(faults(kind)) == []
    hall.hold(kind, capacity=20)
    hall.to("inviting")
    assert sign_up(gathering=hall.gathering, actor=hall.viewer("clerk"), now=hall.now).state == "confirmed"
    assert Document.objects.count() == 0


def test_a_guest_of_another_language_reads_english_beside_the_chinese_and_nobody_else_does(hall):
    hall.running()
    guest, firm = f"/meet/{hall.guest.token}/", f"/meet/{hall.firm.token}/"
    hall.edit("text", "签证要等多久")
    hall.edit("speaker", str(hall.guest.pk))
    hall.edit("original", "Combien de temps faut-il pour un visa ?")
    hall.edit("answer", "solved")
    page = Client().get(guest).content.decode()
    assert "You are invited to this meeting" in page and "法语" in page and "What you said" in page
    assert "Solved on the spot." in page and "Combien de temps" in page and "您说的事" in page
    assert 'lang="en"' not in Client().get(firm).content.decode()
