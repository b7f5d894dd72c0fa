"""Law vectors and the arithmetic of bundles, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.approvals.rules import bundles, layouts, limits
from qiying.capabilities.approvals.services import plans
from qiying.kernel.forms.checking import layout_problems
from qiying.statutes.workdays import load_calendar

CALENDAR = load_calendar()
A, B, C = (
    {"code": "a", "after": []},
    {"code": "b", "after": ["a"]},
    {"code": "c", "after": ["b"]},
)


def test_an_escort_saves_days_or_none_but_never_less():
    monday = date(2026, 11, 2)
    assert limits.saved_days(15, monday, date(2026, 11, 3), CALENDAR) == 14
    assert limits.saved_days(1, monday, date(2026, 11, 30), CALENDAR) == 0


DAYS = [date(2026, 11, d) for d in (3, 4, 5)]


@given(
    st.dictionaries(st.sampled_from(["asker", "u:1", "u:2"]), st.lists(st.sampled_from(DAYS), unique=True))
)
def test_a_joint_day_suits_everybody_who_is_needed(said):
    needed = ["asker", "u:1", "u:2"]
    day = limits.day_for_all(DAYS, said, needed)
    if day is not None:
        assert all(day in said[who] for who in needed)
    assert limits.nobody_fits(DAYS, said, needed) == (set(said) == set(needed) and day is None)


def test_a_part_begins_when_those_the_law_names_were_granted_and_falls_away_when_they_were_not():
    parts = [A, B, C]
    assert bundles.ready_parts(parts, [], []) == ["a"]
    assert bundles.ready_parts(parts, ["a"], ["a"]) == ["b"]
    assert bundles.lost_parts(parts, ["a"], ["a"]) == ["b", "c"]
    assert bundles.joint_outcome({"a": "granted"}, parts) == "partly"
    assert bundles.joint_outcome({}, parts) == "refused"


GOOD: dict[str, Any] = {
    "code": "one-thing", "name": "一件事", "about": "办事", "promise": 1,
    "parts": [{"code": "a", "name": "甲", "department": ["市场"], "promise": 1}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"parts": []}, "至少要有一项"),
        ({"odd": 1}, "不认识的键 odd"),
        ({"code": "甲"}, "小写字母"),
        ({"parts": [{**GOOD["parts"][0], "after": ["a"], "after_because": "法"}]}, "绕成了圈"),
        ({"parts": [{**GOOD["parts"][0], "materials": ["没有的"]}]}, "不在 materials 里"),
        ({"parts": [GOOD["parts"][0], {**GOOD["parts"][0], "code": "b", "after": ["a"]}]}, "必须写法律依据"),
        ({"promise_unit": "年"}, "写错了"),
    ],
)
def test_a_bundle_that_cannot_work_says_why(wrong, words):
    assert list(bundles.problems(GOOD)) == []
    assert words in "；".join(bundles.problems({**GOOD, **wrong}))


def test_shared_papers_are_asked_once_and_say_who_uses_them():
    plan = {"materials": [{"name": "身份证"}, {"name": "没人要"}], "parts": []}
    users = [{"name": n, "materials": ["身份证"]} for n in ("执照", "许可")]
    assert bundles.materials_of(plan, users) == [{"name": "身份证", "used_by": ["执照", "许可"]}]


def test_a_layout_is_one_the_forms_kit_asks():
    papers = [{"name": "身份证（正反面）", "used_by": ["执照", "许可"]}]
    layout = layouts.layout_of(
        "开店", [{"code": "店名", "kind": "short", "title": "店名"}], papers, commits="许可"
    )
    assert layout_problems(layout) == []
    assert layouts.has_committed({layouts.COMMITMENT: layouts.AGREED})


SHIPPED = plans.bundle_files()


@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_whatever_is_decided_every_part_ends_or_falls_away_and_none_begins_before_the_law_lets_it(code, data):
    plan = {"materials": [], **SHIPPED[code]}
    options = {q["code"]: q["options"] for q in plan["questions"] if q.get("options")}
    answers = {c: data.draw(st.sampled_from(words), label=c) for c, words in options.items()}
    parts = bundles.needed_parts(plan, answers)
    opened: list[str] = []
    ended: dict[str, str] = {}
    while True:
        granted = [c for c, outcome in ended.items() if outcome == "granted"]
        ready = bundles.ready_parts(parts, opened, granted)
        assert all(set(p["after"]) <= set(granted) for p in parts if p["code"] in ready)
        opened += ready
        waiting = [c for c in opened if c not in ended]
        if not waiting:
            break
        chosen = data.draw(st.sampled_from(waiting), label="decided next")
        ended[chosen] = data.draw(st.sampled_from(["granted", "refused", "withdrawn"]), label=chosen)
    lost = bundles.lost_parts(parts, opened, [c for c, outcome in ended.items() if outcome != "granted"])
    assert len(set(opened)) == len(opened)
    assert sorted([*ended, *lost]) == sorted(p["code"] for p in parts)
    all_granted = bool(parts) and all(ended.get(p["code"]) == "granted" for p in parts)
    assert (bundles.joint_outcome(ended, parts) == "granted") == all_granted or not parts
