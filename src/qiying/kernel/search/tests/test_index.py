"""The index finds whatever `in` finds, in any script, and nothing else."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.kernel.search.index import bulk_loading, rebuild
from qiying.kernel.search.models import Level, SearchEntry
from qiying.kernel.search.selectors import excerpt, matching_each, matching_ids, matching_subquery
from qiying.kernel.search.services import index_put, index_remove, index_remove_many
from qiying.kernel.search.tokens import index_tokens, query_terms, reduced

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 13, 1, 0, tzinfo=UTC)
MESSAGE = "新厂房通电延期，影响12月投产。编号MC-2026-02096，联系人Ｔｅｌ：１３８０。"


def put(
    object_id: int, text: str, *, level: str = Level.INTERNAL, district_id: int = 1, kind: str = "case"
) -> None:
    index_put(kind=kind, object_id=object_id, district_id=district_id, text=text, level=level, at=AT)


MIXED = st.text(alphabet="企业用地通电延期房产证，。 -〔〕12３aBｃ𠀀𬺈é́", min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(text=MIXED, data=st.data())
def test_every_substring_of_two_characters_or_more_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    part = text[start:end]
    put(1, text)
    try:
        found = matching_ids("case", part, 1)
        assert found == ([1] if any(reduced(w) for w in part.split()) else [])
    finally:
        index_remove("case", 1)


@settings(max_examples=60, deadline=None)
@given(text=MIXED, query=st.text(alphabet="企业用地通电12ab", min_size=1, max_size=4))
def test_nothing_is_found_that_is_not_there(text: str, query: str) -> None:
    put(1, text)
    try:
        assert (matching_ids("case", query, 1) == [1]) == (reduced(query) in reduced(text))
    finally:
        index_remove("case", 1)


@pytest.mark.parametrize(
    "query",
    [
        "通电",
        "延期，影响",
        "电",
        "产",
        "mc2026",
        "02096",
        "2026-020",
        "tel:1380",
        "1380",
        "投产 通电",
        "影响12月",
    ],
)
def test_words_numbers_and_single_characters_are_found(query: str) -> None:
    put(7, MESSAGE)
    assert matching_ids("case", query, 1) == [7]


@pytest.mark.parametrize("query", ["", "  ", "。，", "停电", "通电 停电", "电通"])
def test_empty_or_absent_words_find_nothing(query: str) -> None:
    put(7, MESSAGE)
    assert matching_ids("case", query, 1) == []


@pytest.mark.parametrize("text", ["停水。电话不通", "停水，电", "停水\n电", "水、电", "水…电", "水 ： 电"])
def test_no_word_is_found_across_a_stop_or_a_line(text: str) -> None:
    put(1, text)
    assert matching_ids("case", "水电", 1) == []
    assert matching_ids("case", "水", 1) == [1]
    assert matching_ids("case", "电", 1) == [1]
    put(1, "20:41 停的“水” 电费")
    assert matching_ids("case", "204", 1) == []
    assert matching_ids("case", "20:4", 1) == [1]
    assert matching_ids("case", "0：4", 1) == [1]
    assert matching_ids("case", "水电", 1) == [1]


def test_an_index_of_the_rules_before_is_written_anew() -> None:
    put(1, "停水。电话不通")
    SearchEntry.objects.update(plain="停水电话不通")
    assert rebuild(size=1) == 1
    assert SearchEntry.objects.get().plain == "停水。电话不通"
    assert matching_ids("case", "水电", 1) == []
    assert matching_ids("case", "电话", 1) == [1]


def test_pairs_in_another_order_are_not_a_match() -> None:
    put(1, "业用地，企业用，用地产")
    assert matching_ids("case", "企业用地产", 1) == []


def test_newest_first_within_kind_district_and_level() -> None:
    for i in range(1, 6):
        put(i, f"用电问题{i}")
    put(9, "用电问题", district_id=2)
    put(10, "用电问题", level=Level.SEALED)
    put(1, "用电政策", kind="policy")
    assert matching_ids("case", "用电", 1, [Level.INTERNAL]) == [5, 4, 3, 2, 1]
    assert matching_ids("case", "用电", 1, [Level.INTERNAL], limit=2) == [5, 4]
    assert matching_ids("case", "用电", 1) == [10, 5, 4, 3, 2, 1]
    assert matching_ids("case", "用电", 1, []) == []
    assert matching_ids("case", "用电") == [10, 9, 5, 4, 3, 2, 1]
    assert matching_ids("policy", "用电", 1) == [1]


def test_writing_again_replaces_and_takes_at_most_two_statements() -> None:
    put(1, "旧的说法")
    with CaptureQueriesContext(connection) as queries:
        put(1, "新的说法")
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 2
    assert matching_ids("case", "旧的", 1) == []
    assert matching_ids("case", "新的", 1) == [1]
    assert SearchEntry.objects.count() == 1


def test_a_removed_entry_is_gone_from_table_and_index() -> None:
    put(1, "张三的电话")
    put(2, "张三的地址")
    index_remove("case", 1, erase=True)
    assert matching_ids("case", "张三", 1) == [2]
    index_remove_many("case", [2, 3])
    index_remove_many("case", [])
    assert SearchEntry.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_fts")
            assert cursor.fetchone()[0] == 0


def test_each_word_is_looked_up_in_one_query_and_the_newest_come_first() -> None:
    for i in range(1, 4):
        put(i, f"限高杆{i}，货车")
    put(9, "限高杆", district_id=2)
    with CaptureQueriesContext(connection) as queries:
        found = matching_each("case", ["限高杆", "货车", "没有", "，"], 1, limit=2)
    assert len(queries) == 1
    assert found == {"限高杆": [3, 2], "货车": [3, 2], "没有": [], "，": []}
    assert matching_each("case", ["。"], 1) == {"。": []}


def test_the_excerpt_shows_and_marks_the_words() -> None:
    text = "前" * 200 + "，开挖许可〔2026〕88 号已发。" + "后" * 200
    piece, marks = excerpt(text, ["202688", "许可"], 40)
    assert [piece[s:e] for s, e in marks] == ["许可", "2026〕88"]
    piece, marks = excerpt(text, ["开挖"], 40)
    assert [piece[s:e] for s, e in marks] == ["开挖"]
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert len(piece) == 42


def test_the_subquery_narrows_the_callers_own_table() -> None:
    put(1, "用电")
    put(2, "用水")
    subquery = matching_subquery("case", "用电", 1)
    assert subquery is not None
    assert list(SearchEntry.objects.filter(object_id__in=subquery).values_list("object_id", flat=True)) == [1]
    assert matching_subquery("case", "，") is None


def test_characters_no_database_can_store_are_left_out() -> None:
    put(1, "坏\x00字\ud800符")
    assert matching_ids("case", "坏字符", 1) == [1]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        put(1, "字", level="secret")


def test_tokens_are_pairs_and_the_last_character() -> None:
    assert index_tokens("通电延") == ["延", "电延", "通电"]
    assert index_tokens("") == []
    assert [t.needs_recheck for t in query_terms("电 通电 通电延期")] == [False, False, True]


def test_after_bulk_loading_the_index_is_there_again() -> None:
    with bulk_loading():
        put(1, MESSAGE)
    put(2, MESSAGE)
    assert matching_ids("case", "通电延期", 1) == [2, 1]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'search_tokens'")
            assert cursor.fetchone()[0] == 1
