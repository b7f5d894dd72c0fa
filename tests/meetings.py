"""A district in which everything of sessions, visits and points has happened once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qiying.capabilities.engagement.services.points import (
    activity_note,
    kind_save,
    note_save,
    point_save,
    problem_raise,
)
from qiying.capabilities.engagement.services.sessions import (
    group_save,
    problem_collect,
    seat_save,
    session_plan,
)
from qiying.capabilities.visits.models import VisitPromise
from qiying.capabilities.visits.selectors.residents import opinions_wanted
from qiying.capabilities.visits.services.residents import firms_give, term_end, term_save
from qiying.capabilities.visits.services.visits import visit_cancel
from qiying.capabilities.visits.tests.world import Walks
from qiying.kernel.audit.clock import SHANGHAI
from qiying.kernel.gatherings.services.people import attendee_add
from qiying.kernel.organisations.tests.factories import make_person, make_unit


class Met(Walks):
    """A district in which everything has happened once; `keys` say of which row a page is."""

    keys: dict[str, Any]


def everything(walks: Met) -> None:
    """Let one row of each kind be there."""
    desk, now, town = walks.viewer("desk"), walks.now, walks.units["town"]
    walks.units["leaders"] = make_unit(walks.district, "区领导办公室")
    for who, role in (("leader", "leader"), ("officer", "handler"), ("recorder", "handler")):
        walks.people[who] = make_person(who, town, role)
    head = make_person("区长", walks.units["leaders"], "district_leader")
    values: dict[str, Any] = {
        "person": head.pk,
        "group": "government",
        "title": "区长",
        "valid_from": date(2026, 1, 1),
    }
    seat = seat_save(actor=desk, seat=None, values=values, now=now)
    values = {"name": "要素组", "units": [town.pk], "categories": ["labour"]}
    group = group_save(actor=desk, group=None, values=values, now=now)
    on = walks.day(10)
    starts = now.astimezone(SHANGHAI) + timedelta(days=10)
    told = {
        "title": "用工专场",
        "place": "二楼",
        "on": on,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
    }
    one = session_plan(actor=desk, kind="face_to_face", head=told, now=now, leader=seat, group=group)
    attendee_add(gathering=one, actor=desk, role="recorder", person=walks.people["recorder"], now=now)
    problem_collect(
        gathering=one, actor=walks.viewer("liaison"), source="officer", text="晚上没有公交", now=now
    )

    campaign = walks.campaign()
    promised = [{"text": "把路灯修好", "promised_by": walks.day(5)}]
    problems = [{"text": "招工难，夜班没有公交。", "difficulty": "labour"}]
    walks.made(problems=problems, promises=promised, facts={"employees": "132"}, policies=["招聘补贴"])
    visit = walks.planned(firm=walks.firm("将去有限公司"))
    dropped = walks.planned(firm=walks.firm("不去有限公司"))
    visit_cancel(actor=walks.viewer("liaison"), visit=dropped, reason="人手不够", now=now)

    def term(who: str) -> Any:
        person = walks.people[who]
        given = {
            "person_id": person.pk,
            "unit_id": person.memberships.get().unit_id,
            "phone": "0573-86110000",
        }
        return term_save(actor=desk, term=None, values={**given, "valid_from": walks.day(-200)}, now=now)

    before, officer = term("handler"), term("officer")
    firms_give(actor=desk, term=before, firms=[walks.enterprise], now=now)
    term_end(actor=desk, term=before, on=walks.day(0), reason="任期满", now=now)
    firms_give(actor=desk, term=officer, firms=[walks.enterprise], now=now)

    values = {
        "name": "企业联系点",
        "owner_kind": "congress",
        "visibility": "public",
        "channel": "contact_point",
    }
    kind = kind_save(actor=desk, kind=None, values=values, now=now)
    values = {
        "kind_id": kind.pk,
        "name": "城南联络站",
        "unit_id": walks.units["renda"].pk,
        "valid_from": walks.day(-30),
    }
    point = point_save(actor=desk, point=None, values=values, now=now)
    held = {"on": walks.day(-2), "title": "进站接待", "people": 7, "text": "说了排水"}
    activity_note(actor=desk, point=point, values=held, now=now)
    problem_raise(actor=desk, point=point, text="用地材料交了三次。", now=now)
    note = note_save(
        actor=walks.viewer("deputy"), key="made-once", text="门口没有公交站。", on=walks.day(0), now=now
    )
    opinion = opinions_wanted(walks.viewer("clerk"), walks.day(0)).get()
    walks.keys = {
        "collect_for": one.pk, "outcome": one.pk, "join": one.pk, "seats_row": seat.pk, "groups_row": group.pk,
        "visits_row": visit.pk, "phone_send": visit.pk, "difficulty_submit": "labour", "campaigns_row": campaign.pk,
        "promise_keep": VisitPromise.objects.get().pk, "residents_row": officer.pk, "resident_opinion": opinion.pk,
        "note_raise": note.pk, "point_kinds_row": kind.pk, "points_row": point.pk, "point_reception": point.pk,
    }  # fmt: skip
