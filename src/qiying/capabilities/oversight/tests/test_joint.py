"""Congress and procuratorate: nothing is shared without consent, each has its own view, each look is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qiying.capabilities.oversight.models import JointSupervision
from qiying.capabilities.oversight.services import joint
from qiying.capabilities.oversight.tests.world import Oversight, make_world
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Oversight:
    made = make_world()
    for name, kind in (("congress", "congress"), ("jiancha", "procuratorate")):
        made.units[name].kind = kind
        made.units[name].save(update_fields=["kind"])
    return made


def proposed(
    world: Oversight, who: str = "congress", other: str = "jiancha", **more: Any
) -> JointSupervision:
    values = {
        "title": "涉企强制措施",
        "purpose": "查封扣押超范围的几件一起看",
        "other": world.units[other].pk,
    }
    values |= {"until_on": world.today + timedelta(days=60), **more}
    return joint.joint_propose(actor=world.viewer(who), values=values, now=world.now)


def seen(world: Oversight, row: JointSupervision, who: str) -> tuple[list[str], list[str]]:
    row.refresh_from_db()
    told = joint.shares_read(actor=world.viewer(who), row=row, now=world.now)
    return [s.title for s in told["own"]], [s.title for s in told["theirs"]]


def keep(world: Oversight, row: JointSupervision, who: str, title: str, *, shared: bool) -> Any:
    values = {"title": title, "text": "内容", "is_shared": shared}
    return joint.share_keep(actor=world.viewer(who), row=row, values=values, now=world.now)


def test_each_side_sees_its_own_and_what_the_other_shows_while_both_agree(world: Oversight) -> None:
    row = proposed(world)
    keep(world, row, "congress", "代表反映", shared=True)
    assert seen(world, row, "procurator") == ([], [])  # not agreed yet
    with pytest.raises(NotPermitted):
        joint.joint_answer(
            actor=world.viewer("congress"), row=row, agrees=True, words="自己同意", now=world.now
        )
    joint.joint_answer(
        actor=world.viewer("procurator"), row=row, agrees=True, words="同意，到年底", now=world.now
    )
    mine = keep(world, row, "procurator", "检察建议草稿", shared=False)
    assert seen(world, row, "procurator") == (["检察建议草稿"], ["代表反映"])
    assert seen(world, row, "congress") == (["代表反映"], [])
    joint.share_switch(actor=world.viewer("procurator"), row=row, share_id=mine.pk, now=world.now)
    assert seen(world, row, "congress") == (["代表反映"], ["检察建议草稿"])
    looks = AuditEntry.objects.filter(subject=row.subject, action="oversight.joint_look")
    assert [e.actor_person_id for e in looks.order_by("pk")] == [
        world.people["procurator"].pk,
        world.people["congress"].pk,
    ]
    with pytest.raises(GuardFailed):  # nobody takes back what is another's
        joint.share_switch(actor=world.viewer("congress"), row=row, share_id=mine.pk, now=world.now)
    world.later(days=61)
    assert seen(world, row, "congress") == (["代表反映"], [])
    world.later(days=-61)
    joint.joint_end(actor=world.viewer("congress"), row=row, result="提出监督意见两条", now=world.now)
    assert seen(world, row, "procurator") == (["检察建议草稿"], [])
    with pytest.raises(ActionNotAvailable):
        keep(world, row, "congress", "太晚了", shared=True)


def test_refused_wrong_sides_and_strangers(world: Oversight) -> None:
    with pytest.raises(GuardFailed) as same:
        proposed(world, other="market")
    with pytest.raises(GuardFailed) as past:
        proposed(world, until_on=world.today)
    assert (set(same.value.fields), set(past.value.fields)) == ({"other"}, {"until_on"})
    row = proposed(world, "procurator", "congress")
    joint.joint_answer(
        actor=world.viewer("congress"), row=row, agrees=False, words="不属于监督范围", now=world.now
    )
    with pytest.raises(ActionNotAvailable):
        keep(world, row, "procurator", "不行了", shared=True)
    for who in ("deputy", "supervisor", "discipline", "handler", "outsider"):
        with pytest.raises(NotPermitted):
            proposed(world, who)
        if who != "deputy":
            assert not joint.joints_visible_to(world.viewer(who)).exists()
