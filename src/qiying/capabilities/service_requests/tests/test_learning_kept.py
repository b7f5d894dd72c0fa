"""What is kept: filed cases looked at again, best cases, answer templates."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.models import (
    BestCase,
    ReExamination,
)
from qiying.capabilities.service_requests.selectors.templates import templates_for
from qiying.capabilities.service_requests.services import best_cases
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save
from qiying.capabilities.service_requests.services.filed import filed_look, filed_remind
from qiying.capabilities.service_requests.services.reviews import review_write
from qiying.capabilities.service_requests.tests.learning_world import (
    STORY,
    also_handler,
    chosen,
    filed,
    template,
    written,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_supervisors_changed_reopens_a_filed_case_even_after_a_year(world):
    case = filed(world)
    world.later(days=400)
    row = filed_look(
        case=case, actor=world.viewer("supervisor"), has_changed=True, reason="控规 11 月批了", now=world.now
    )
    case.refresh_from_db()
    assert (row.state, case.state, case.reopen_count) == ("reopened", "handling", 1)
    with pytest.raises(ActionNotAvailable):
        filed_look(
            case=case, actor=world.viewer("supervisor"), has_changed=True, reason="控规批了", now=world.now
        )


def test_the_desks_changed_waits_for_a_supervisor(world):
    case = filed(world)
    row = filed_look(
        case=case, actor=world.viewer("desk"), has_changed=True, reason="控规批了", now=world.now
    )
    case.refresh_from_db()
    assert (row.state, case.state) == ("changed", "filed")
    assert Notice.objects.filter(template="obstacle_changed").count() == 1
    again = filed_look(
        case=case,
        actor=world.viewer("supervisor"),
        has_changed=True,
        reason="看过批文，是变了",
        now=world.now,
    )
    assert (again.pk, again.state) == (row.pk, "reopened")


def test_every_filed_case_is_looked_at_once_a_year(world):
    case = filed(world)
    world.later(days=200)
    assert filed_remind(world.now) == 0
    world.later(days=170)
    assert filed_remind(world.now) == 1
    assert filed_remind(world.now) == 0
    filed_look(case=case, actor=world.viewer("desk"), has_changed=False, reason="控规还没动", now=world.now)
    assert ReExamination.objects.get().state == "stands"
    world.later(days=300)
    assert filed_remind(world.now) == 0
    world.later(days=70)
    assert filed_remind(world.now) == 1


def test_who_handled_a_filed_case_cannot_re_examine_it(world):
    case = filed(world)
    with pytest.raises(NotPermitted):
        filed_look(
            case=case, actor=world.viewer("leader"), has_changed=True, reason="我看变了", now=world.now
        )
    both = also_handler(world)
    with pytest.raises(NotPermitted):
        filed_look(case=case, actor=both, has_changed=True, reason="我看变了", now=world.now)


def test_only_a_supervisor_chooses_and_only_nominated_reviews(world):
    review = written(world, nominate=False)
    give = {"title": "一根限高杆", "story": STORY, "now": world.now}
    with pytest.raises(ActionNotAvailable):
        best_cases.best_case_choose(review=review, actor=world.viewer("supervisor"), **give)
    with pytest.raises(NotPermitted):
        best_cases.best_case_choose(review=written(world), actor=world.viewer("desk"), **give)
    best = chosen(world)
    with pytest.raises(ActionNotAvailable):
        review_write(
            review=best.review,
            actor=world.viewer("desk"),
            cause="改一改原因看看",
            lesson="改一改教训看看",
            measure="改一改措施看看",
            is_nominated=False,
            now=world.now,
        )


def test_a_year_has_ten_at_most_and_places_close_up(world):
    found = [chosen(world, f"第{i}件好事情") for i in range(10)]
    with pytest.raises(GuardFailed):
        chosen(world, "第十一件好事")
    moved = best_cases.best_case_move(
        best=found[2], actor=world.viewer("supervisor"), is_up=True, now=world.now
    )
    assert moved.rank == 2
    assert (
        best_cases.best_case_move(
            best=found[0], actor=world.viewer("supervisor"), is_up=True, now=world.now
        ).rank
        == 1
    )
    best_cases.best_case_remove(best=found[0], actor=world.viewer("supervisor"), now=world.now)
    ranks = list(BestCase.objects.order_by("rank").values_list("title", "rank"))
    assert [r for _, r in ranks] == list(range(1, 10))
    assert ranks[0][0] == "第2件好事情"


@pytest.mark.parametrize(
    ("story", "word"),
    [
        (STORY + "联系电话 138 0000 1111。", "电话"),
        (STORY + "联系人陈雨很满意。", "联系人"),
        (STORY + "禾川精密机械有限公司送来锦旗。", "企业名字"),
        (STORY + "禾川精密机械送来锦旗。", "企业名字"),
    ],
)
def test_a_story_names_nobody_who_did_not_agree(world, story, word):
    best = chosen(world)
    from qiying.kernel.audit.personal import personal_put
    from qiying.kernel.cases.models import Intake

    Intake.objects.update(contact_name_ref=personal_put(["陈雨"], at=world.now)[0])
    give = {"best": best, "actor": world.viewer("supervisor"), "title": best.title, "now": world.now}
    with pytest.raises(GuardFailed) as refused:
        best_cases.best_case_save(**give, story=story, names_enterprise=False, consent="")
    assert any(word in r for r in refused.value.fields["story"])
    if word == "企业名字":
        with pytest.raises(GuardFailed) as refused:
            best_cases.best_case_save(**give, story=story, names_enterprise=True, consent="")
        assert set(refused.value.fields) == {"consent"}
        row = best_cases.best_case_save(
            **give, story=story, names_enterprise=True, consent="陈总 11月12日电话同意"
        )
        assert best_cases.best_case_publish(
            best=row, actor=world.viewer("supervisor"), is_published=True, now=world.now
        ).is_published


def test_a_hidden_asker_is_never_named(world):
    review = written(world)
    Case.objects.filter(pk=review.case_id).update(hide_asker=True)
    best = best_cases.best_case_choose(
        review=review, actor=world.viewer("supervisor"), title="一根限高杆", story=STORY, now=world.now
    )
    with pytest.raises(GuardFailed) as refused:
        best_cases.best_case_save(
            best=best,
            actor=world.viewer("supervisor"),
            title=best.title,
            story=STORY,
            names_enterprise=True,
            consent="陈总 11月12日电话同意",
            now=world.now,
        )
    assert "names_enterprise" in refused.value.fields


def test_a_units_head_keeps_its_templates_and_nobody_elses(world):
    row = template(world)
    with pytest.raises(NotPermitted):
        template(world, who="handler")
    with pytest.raises(NotPermitted):
        template(world, who="co_liaison")
    with pytest.raises(GuardFailed) as refused:
        template(world, who="leader")
    assert set(refused.value.fields) == {"name"}
    with pytest.raises(GuardFailed):
        template(world, name="别的", category="no_such_kind")
    with pytest.raises(NotPermitted):
        answer_template_save(
            actor=world.viewer("co_liaison"),
            unit_id=world.units["bureau"].pk,
            name="改到我这",
            text="把别的单位的模板拿过来",
            category="",
            is_active=True,
            now=world.now,
            template=row,
        )


def test_templates_fit_the_case_and_the_unit_that_answers(world):
    template(world, name="各类都行")
    template(world, name="正好这类", category="park_transport")
    template(world, name="别的类", category="arrears")
    template(world, name="停用的", is_active=False)
    template(world, who="co_liaison", unit="bureau", name="别的单位")
    case = world.handling()
    assert [t.name for t in templates_for(case, world.viewer("handler"))] == ["正好这类", "各类都行"]
    assert not templates_for(case, world.viewer("co_handler")).exists()
    assert not templates_for(case, world.viewer("clerk")).exists()
