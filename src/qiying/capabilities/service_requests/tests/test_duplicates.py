"""Is this said already: found within twelve months, few queries, with reasons; ruled out once is remembered."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.models import LikelyDouble
from qiying.capabilities.service_requests.rules.duplicates import (
    Said,
    candidates,
    likenesses,
    rarity,
    telling_words,
)
from qiying.capabilities.service_requests.services.duplicates import (
    double_dismiss,
    doubles_of,
    doubles_scan,
    similar_answered,
)
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import ANONYMOUS

DAY = date(2026, 11, 18)
OTHER = "想请区里组织一次招聘会，我们缺二十个焊工。"


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_same_words_of_another_enterprise_are_alike_and_other_words_are_not() -> None:
    one = Said(1, 7, "限高杆挡车", TEXT, DAY)
    found = likenesses(
        one,
        [Said(2, 8, "限高杆挡车", TEXT, DAY - timedelta(days=3)), Said(3, 8, "招工", OTHER, DAY)],
    )
    assert [f.case_id for f in found] == [2]
    assert not found[0].same_enterprise
    assert "都说到" in found[0].why
    assert "相隔 3 天" in found[0].why


def test_the_same_enterprise_needs_less_likeness() -> None:
    near = "门口限高杆还没有挪，货车还是要绕路，什么时候能好"
    one = Said(1, 7, "限高杆", TEXT, DAY)
    asked = rarity({"限高杆": [2], "货车": [2, 5, 9], "门口": [2, 3, 4], "公里": []})
    rest = [Said(3, 9, "招工", OTHER, DAY), Said(4, 9, "电费", "电费单看不懂，想请人解释一下。", DAY)]
    own = likenesses(one, [Said(2, 7, "限高杆还没挪", near, DAY), *rest], asked)
    assert [f.case_id for f in own] == [2]
    assert own[0].same_enterprise and own[0].reasons[0] == "同一家企业"
    others = likenesses(one, [Said(2, 8, "限高杆还没挪", near, DAY), *rest], asked)
    assert own[0].score > others[0].score and not others[0].same_enterprise


def test_a_case_is_never_its_own_double() -> None:
    one = Said(1, 7, "限高杆", TEXT, DAY)
    assert likenesses(one, [one]) == []


def test_the_telling_words_are_those_of_the_title_then_the_long_ones_of_the_text() -> None:
    words = telling_words("限高杆挡车", TEXT)
    assert words[0] in "限高杆挡车"
    assert all(w in f"限高杆挡车{TEXT}" for w in words)
    assert len(telling_words("", "，".join(chr(0x4E00 + i) * 2 for i in range(200)))) <= 24


def test_candidates_share_the_rarest_words() -> None:
    found = {"翡翠公园": [7, 3], "小区": list(range(60)), "入学": [7, 9]}
    assert candidates(found)[:3] == [7, 9, 3]
    weights = rarity(found)
    assert weights["翡翠公园"] > weights["小区"] > 0
    assert candidates({}) == []


def test_the_very_same_title_is_enough_whatever_the_text_says() -> None:
    title = "希望解决清水塘三小学生出行安全"
    texts = (
        "放学时门口车多，没有红绿灯。",
        "孩子过马路没有斑马线，家长都很担心。",
        "学校旁边的路口去年撞过人，请装护栏。",
    )
    one, *others = [Said(i, 0, title, text, DAY) for i, text in enumerate(texts, start=1)]
    assert {f.case_id for f in likenesses(one, others)} == {2, 3}


def test_the_same_words_count_more_where_both_open_with_them() -> None:
    filler = "我们在这里办厂多年，一直守法经营，按时交税，也愿意配合各项工作。" * 5
    one = Said(1, 0, "盼望重视", f"{TEXT}{filler}", DAY)
    opens = Said(2, 0, "急切求助", f"{TEXT}请尽快。{filler}", DAY)
    behind = Said(3, 0, "急切求助", f"{filler}请尽快。{TEXT}{filler}", DAY)
    scores = {f.case_id: f.score for f in likenesses(one, [opens, behind], {"技改": 60.0}, least=0.0)}
    assert scores[2] > scores[3]


def test_the_same_wish_for_another_place_is_another_matter() -> None:
    one = Said(1, 0, "请在城南街道开通 204 路公交车", "我们这里上班没有车，请开通公交。", DAY)
    same = Said(2, 0, "城南街道盼望开通 204 路公交车", "上班的人多，没有车坐，请开通公交。", DAY)
    other = Said(3, 0, "请在城北街道开通 301 路公交车", "我们这里上班没有车，请开通公交。", DAY)
    by_id = {f.case_id: f.score for f in likenesses(one, [same, other])}
    assert by_id[2] > by_id.get(3, 0.0)
    assert 3 not in {f.case_id for f in likenesses(one, [other._replace(text="末班车太早，想坐车的人多。")])}


def test_a_message_quoted_whole_in_a_long_one_is_the_same_matter() -> None:
    long = f"转办单第 88 号。{TEXT}以上来自热线，请三日内回复。" + "请尽快。" * 20
    found = likenesses(
        Said(1, 0, "限高杆", TEXT, DAY), [Said(2, 0, "转办单", long, DAY), Said(3, 0, "招工", OTHER, DAY)]
    )
    assert [f.case_id for f in found] == [2]


@pytest.mark.django_db
def test_doubles_are_found_with_three_queries_and_only_before_in_twelve_months(world: World) -> None:
    first = world.submit()
    world.later(days=20)
    second = world.submit(text=TEXT + "急。")
    world.later(days=400)
    third = world.submit(text=TEXT + "还没好。")
    with CaptureQueriesContext(connection) as asked:
        found = doubles_of(second, TEXT)
    assert len(asked) <= 3
    assert [other.pk for _, other in found] == [first.pk]
    assert doubles_of(first, TEXT) == []
    assert second.pk not in {other.pk for _, other in doubles_of(third, TEXT)}


@pytest.mark.django_db
def test_the_same_matter_of_another_enterprise_is_found_by_its_words(world: World) -> None:
    first = world.submit()
    neighbour = make_enterprise(world.district, "隔壁有限公司")
    second = world.submit("desk", channel="visit", text=TEXT, enterprise_id=neighbour.pk)
    assert [other.pk for _, other in doubles_of(second, TEXT)] == [first.pk]


@pytest.mark.django_db
def test_the_worker_notes_doubles_once_and_the_desks_word_stays(world: World) -> None:
    first, second = world.submit(), world.submit(text=TEXT + "急。")
    assert doubles_scan(world.now) == 1
    assert doubles_scan(world.now) == 0
    row = LikelyDouble.objects.get()
    assert (row.case, row.other, row.state) == (second, first, "suspected")
    double_dismiss(case=second, other_number=first.number, actor=world.viewer("desk"), now=world.now)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("dismissed", world.people["desk"])
    assert doubles_of(second, TEXT) == []
    with pytest.raises(GuardFailed, match="没有找到那一件"):
        double_dismiss(case=second, other_number=second.number, actor=world.viewer("desk"), now=world.now)


@pytest.mark.django_db
def test_answers_to_the_same_kind_of_matter_are_found_for_who_may_see_them_and_nobody_else(
    world: World,
) -> None:
    answered = world.answered()
    asked = world.submit(text=TEXT + "急。")
    found = similar_answered(asked, TEXT, world.viewer("desk"))
    assert [other.pk for _, other in found] == [answered.pk]
    assert similar_answered(answered, TEXT, world.viewer("desk")) == []
    assert similar_answered(asked, TEXT, ANONYMOUS) == []
