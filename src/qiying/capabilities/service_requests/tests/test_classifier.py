"""Classifiers: trained at night from a district's own cases, stored as numbers, told with reasons one accepts."""

import csv
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.service_requests.models import LearningState, LearntModel
from qiying.capabilities.service_requests.rules import suggest
from qiying.capabilities.service_requests.rules.reading import is_time
from qiying.capabilities.service_requests.rules.text import clustering, training
from qiying.capabilities.service_requests.rules.text.classifier import unpack
from qiying.capabilities.service_requests.rules.text.features import HEAD, LONGEST, features_of
from qiying.capabilities.service_requests.services import learning
from qiying.capabilities.service_requests.services.suggesting import advise, learnt_shares
from qiying.capabilities.service_requests.tests.test_suggest import NOISE, ROAD, hand_over, work
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.keeping import forget_all

MATTERS = {
    "路": ["限高杆太低货车进不来", "公交末班车太早下班没车坐", "路口红绿灯时间太短", "道路坑洼货车爆胎"],
    "钱": ["流动资金紧张银行不肯续贷", "技改补贴一年没有到账", "抵押物不够贷款批不下来", "退税材料交了三次"],
    "人": ["招不到焊工技校没人来", "员工宿舍不够住", "社保减员系统报错", "实习生的工伤保险怎么交"],
}
TAILS = [
    "，请帮忙看看。",
    "，晚上更严重，希望解决。",
    "，问过一次没有人管。",
    "，能不能有人牵头？",
    "，客户在催货。",
]


def messages(n: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    draw = random.Random(seed)
    for i in range(n):
        label = draw.choice(sorted(MATTERS))
        yield f"{draw.choice(MATTERS[label])}{draw.choice(TAILS)}第{i}次说{draw.choice(TAILS)}", label


def trained(n: int = 320):
    rows = list(messages(n))
    return training.train([(text, None) for text, _ in rows], [label for _, label in rows])


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_classifier_tells_the_kinds_of_messages_it_has_not_seen_and_its_shares_sum_to_one() -> None:
    found = trained()
    unseen = list(messages(60, seed=2))
    shares = [found.shares(text) for text, _ in unseen]
    assert all(sum(s.values()) == pytest.approx(1.0, abs=1e-5) for s in shares)
    assert (
        sum(max(s, key=lambda k: s[k]) == label for s, (_, label) in zip(shares, unseen, strict=True)) == 60
    )


def test_it_is_kept_as_numbers_and_says_the_same_when_read_again() -> None:
    found = trained()
    again = unpack(found.pack())
    text = "路口的红绿灯太短，货车过不去"
    assert again.labels == found.labels
    for label, share in again.shares(text).items():
        assert share == pytest.approx(found.shares(text)[label], abs=0.01)
    with pytest.raises(ValueError, match="pickle"):
        unpack(b"\x80\x04]\x94.")


def test_two_labels_are_enough_and_a_text_without_known_features_gets_the_usual_shares() -> None:
    rows = [(t, "路" if label == "路" else "其他") for t, label in messages(320)]
    found = training.train([(t, None) for t, _ in rows], [label for _, label in rows])
    assert found.shares("限高杆太低货车进不来")["路"] > 0.8
    assert set(found.shares("")) == {"路", "其他"}


def test_few_messages_or_one_label_are_not_enough() -> None:
    assert not training.is_enough(["路", "钱"] * 100)
    assert not training.is_enough(["路"] * 500)
    assert training.is_enough(["路", "钱"] * 200)


def test_features_are_bounded_and_fade_with_distance() -> None:
    found = features_of("限高杆" + "好" * 5000 + "太低")
    assert found["限高杆"] > 0.9
    assert "太低" not in found
    assert "h\t限高" in found
    assert len(features_of("".join(chr(0x4E00 + i) for i in range(3000)))) < 6 * LONGEST + 3 * HEAD
    assert features_of("") == {}


@pytest.mark.parametrize("word", ["晚上", "每天", "上午", "近期", "月底", "去年", "半夜", "三天"])
def test_words_that_say_only_when_are_no_reason(word: str) -> None:
    assert is_time(word)
    counts = suggest.Counts()
    for _ in range(5):
        counts.learn("路", [word, "限高杆"])
        counts.learn("钱", ["续贷"])
    assert [e.term for e in suggest.evidence(counts, "路", [word, "限高杆"])] == ["限高杆"]
    assert not is_time("限高杆")


@pytest.mark.django_db
def test_a_district_with_enough_cases_gets_classifiers_at_night_and_suggestions_use_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEAST_CASES", 10)
    for i in range(6):
        hand_over(world, ROAD.format(f"，第 {i} 次说"), "town")
        hand_over(world, NOISE.format(f"，第 {i} 次说"), "bureau", "environment")
    work(world)
    assert learnt_shares(world.district.pk, "unit", ROAD) is None
    forget_all()
    assert learning.classifiers_refresh(world.now) == 2
    assert set(LearntModel.objects.values_list("scope", "cases")) == {("unit", 12), ("category", 12)}
    text = "货车被限高杆挡住进不来，能不能挪开"
    shares = learnt_shares(world.district.pk, "unit", text)
    assert shares and max(shares, key=lambda k: shares[k]) == str(world.units["town"].pk)
    found = advise(district_id=world.district.pk, title="", text=text)
    assert found.units[0].unit_id == world.units["town"].pk
    assert found.category == "park_transport"
    assert "提到“" in found.units[0].why
    with CaptureQueriesContext(connection) as asked:
        advise(district_id=world.district.pk, title="", text=text)
    assert len(asked) == 1


@pytest.mark.django_db
def test_training_is_once_a_night_and_too_few_cases_leave_the_counts(world: World) -> None:
    hand_over(world, ROAD.format("。"), "town")
    work(world)
    assert learning.classifiers_refresh(world.now) == 0
    assert LearningState.objects.get().trained_at == world.now
    assert learning.classifiers_refresh(world.now + timedelta(hours=1)) == 0
    assert advise(district_id=world.district.pk, title="", text=ROAD.format("")).units
    LearntModel.objects.create(
        district=world.district, scope="unit", trained_at=world.now, cases=1, archive=b"old"
    )
    noon = (world.now + timedelta(days=2)).replace(hour=4)  # 12:00 in Shanghai
    learning.classifiers_refresh(noon)
    assert LearntModel.objects.exists()
    learning.classifiers_refresh(noon.replace(hour=18))  # 2:00 in Shanghai
    assert not LearntModel.objects.exists()


def written(path: Path, rows: list[tuple[str, str]], head: tuple[str, str] = ("text", "category")) -> str:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *rows])
    return str(path)


def test_the_command_learns_from_one_file_is_tested_on_another_and_prints_one_line_of_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train = written(tmp_path / "a.csv", list(messages(320)))
    test = written(tmp_path / "b.csv", list(messages(40, seed=3)))
    call_command("suggest_eval", train=train, test=test, json=True)
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["macro_f1"] == found["top3"] == 1.0
    assert set(found["per_class"]) == set(MATTERS)
    assert 0 <= found["calibration_error"] < 0.2
    with pytest.raises(CommandError, match="--train 和 --test"):
        call_command("suggest_eval", train=train)
    empty = written(tmp_path / "c.csv", [("a", "b")], ("other", "category"))
    with pytest.raises(CommandError, match="text 或 words"):
        call_command("suggest_eval", train=train, test=empty)


def test_messages_become_the_vectors_that_scikit_learn_makes():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    texts = [f"{matter}{tail}Abc" for matters in MATTERS.values() for matter in matters for tail in TAILS] + [
        "",
        "单",
    ]
    maker = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True, dtype=np.float32)
    theirs = maker.fit_transform(texts)
    met = (theirs > 0).sum(axis=0).A1
    for most in (10, 1):
        told = (met > 1) & (met <= most)
        ours = clustering._vectors(texts, most)
        assert abs(ours - (normalize(theirs[:, told]) if told.any() else theirs)).max() < 1e-6
