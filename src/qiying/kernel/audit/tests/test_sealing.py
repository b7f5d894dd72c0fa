"""Seals cover every chain that grew, whatever the order in which rows become visible."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.audit.chains import Head, register_chain_source
from qiying.kernel.audit.linking import link_entries
from qiying.kernel.audit.merkle import merkle_root
from qiying.kernel.audit.models import AuditEntry, AuditLink, Seal, SealLeaf, Watermark
from qiying.kernel.audit.sealing import seal, verify
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.tests import story
from qiying.kernel.audit.tests.story import at, tell
from qiying.kernel.permissions.viewer import system_viewer

pytestmark = pytest.mark.both_databases
WORKER = system_viewer("worker")


def leaves() -> set[tuple[int, str, int]]:
    return set(SealLeaf.objects.values_list("seal_seq", "chain", "seq"))


def test_a_seal_covers_the_heads_of_chains_that_grew_and_nothing_twice(stories):
    tell(1), tell(1), tell(2)
    assert seal(at(0)) == 1
    assert leaves() == {(1, "story:1", 2), (1, "story:2", 1)}
    assert seal(at(1)) == 0, "nothing grew"
    tell(2), tell(3)
    assert seal(at(2)) == 1
    assert leaves() - {(1, "story:1", 2), (1, "story:2", 1)} == {(2, "story:2", 2), (2, "story:3", 1)}
    assert Seal.objects.get(seq=2).prev_hash == Seal.objects.get(seq=1).hash
    assert verify().is_sound


def test_a_backlog_is_sealed_in_several_seals(stories, monkeypatch):
    monkeypatch.setattr("qiying.kernel.audit.sealing.ROWS_PER_SEAL", 4)
    for n in range(10):
        tell(n % 3)
    assert seal(at(0)) >= 3
    assert not missing_leaves()
    assert verify().is_sound


def test_acts_are_linked_after_they_were_committed_and_sealed_with_the_rest(stories):
    for n in range(3):
        record_act(actor=WORKER, action="tested", subject=f"x:{n}", data={}, at=at(0))
    assert AuditLink.objects.count() == 0, "the writer does not wait for the chain"
    assert link_entries(at(1)) == 3
    assert link_entries(at(1)) == 0
    record_act(actor=WORKER, action="tested", subject="x:4", data={}, at=at(2))
    assert seal(at(3)) == 1
    assert leaves() == {(1, "audit", 4)}
    assert verify().checked["links"] == 4


def test_rows_inserted_with_chosen_ids_are_found_after_a_rewind(stories, monkeypatch):
    monkeypatch.setattr("qiying.kernel.audit.arrivals.MARGIN", 0)
    tell(1, id=100)
    for minute in range(4):
        seal(at(minute))
    assert Watermark.objects.get(name="seal:story").settled_to == 100
    tell(2, id=50)
    seal(at(5))
    assert missing_leaves() == {"story:2"}, "below the settled mark nobody looks"
    assert verify().unsealed == 1
    stories.look_again()
    seal(at(6))
    assert not missing_leaves()


@pytest.mark.parametrize("margin", [0, 2000])
def test_a_row_with_a_lower_id_that_commits_late_is_still_sealed(committed_stories, monkeypatch, margin):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: ids become visible in order")
    monkeypatch.setattr("qiying.kernel.audit.arrivals.MARGIN", margin)
    inserted, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                tell(1)
                record_act(actor=WORKER, action="slow", subject="x:1", data={}, at=at(0))
                inserted.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert inserted.wait(20)
    for minute in range(5):  # others overtake it, and several seals pass while it is still open
        tell(2)
        record_act(actor=WORKER, action="quick", subject="x:2", data={}, at=at(minute))
        seal(at(minute))
    assert leaves() >= {(5, "story:2", 5), (5, "audit", 5)}
    assert Watermark.objects.get(name="seal:story").settled_to == 0, "an open writer holds the mark"
    may_commit.set()
    thread.join(20)
    seal(at(6))
    assert not missing_leaves()
    assert AuditLink.objects.count() == AuditEntry.objects.count() == 6
    for minute in range(7, 10):
        tell(3)
        seal(at(minute))
    if margin == 0:
        assert Watermark.objects.get(name="seal:story").settled_to >= 6, "and lets it go afterwards"
    assert verify().is_sound


def test_a_seal_that_fails_takes_its_marks_back(stories, monkeypatch):
    tell(1)
    with monkeypatch.context() as broken:
        broken.setattr("qiying.kernel.audit.sealing.merkle_root", lambda heads: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seal(at(0))
    assert seal(at(1)) == 1
    assert not missing_leaves()


def test_a_person_names_a_chain_by_its_number(stories):
    assert stories.chain_named("12") == "story:12"
    assert stories.chain_named("十二") is None


def test_two_sources_may_not_share_a_name(stories):
    with pytest.raises(ValueError, match="story"):
        register_chain_source(story.source())


heads = st.lists(
    st.builds(Head, st.sampled_from(["case:1", "case:2", "audit"]), st.integers(0, 99), st.just("f" * 64)),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(heads, st.data())
def test_a_root_changes_with_any_leaf(leaves, data):
    changed = list(leaves)
    n = data.draw(st.integers(0, len(leaves) - 1))
    changed[n] = changed[n]._replace(seq=changed[n].seq + 100)
    assert merkle_root(changed) != merkle_root(leaves)
    assert merkle_root([*leaves, leaves[-1]]) != merkle_root(leaves)


def missing_leaves() -> set[str]:
    """Return the chains whose last row no seal covers, found without the marks."""
    newest: dict[int, int] = {}
    for key, seq in story.StoryEvent.objects.values_list("story_id", "seq"):
        newest[key] = max(seq, newest.get(key, 0))
    return {
        f"story:{key}"
        for key, seq in newest.items()
        if not SealLeaf.objects.filter(chain=f"story:{key}", seq__gte=seq).exists()
    }
