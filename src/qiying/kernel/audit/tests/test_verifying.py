"""Whatever somebody with all rights on the database does, verification finds and names it."""

import json

import pytest
from django.core.management import call_command

from qiying.kernel.audit.anchoring import AnchorConflict
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.digest import link
from qiying.kernel.audit.linking import link_entries
from qiying.kernel.audit.models import AnchorRecord, AuditEntry, Seal
from qiying.kernel.audit.personal import personal_erase, personal_get, personal_put, personal_token
from qiying.kernel.audit.sealing import anchor, seal, verify
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.tests.story import StoryEvent, at, story_text, tamper, tell
from qiying.kernel.permissions.viewer import PersonViewer

pytestmark = pytest.mark.both_databases
ADMIN = PersonViewer(person_id=7, name="王运维", district_id=1)


@pytest.fixture
def told(stories, anchor_folder):
    """Three stories, two acts, two seals, both anchored; then one event that waits for its seal."""
    for n in (1, 1, 1, 2, 2, 3):
        tell(n, data={"n": n})
    record_act(actor=ADMIN, action="unit_renamed", subject="unit:3", data={"to": "住建局"}, at=at(0))
    seal(at(0))
    tell(2)
    record_act(actor=ADMIN, action="unit_renamed", subject="unit:4", data={"to": "商务局"}, at=at(1))
    seal(at(1))
    anchor(at(1))
    tell(3)
    assert verify().is_sound
    return anchor_folder


def found(**how) -> tuple[str, int | None]:
    """Return where the first break is; fail when there is none."""
    first = verify(**how).first_break
    assert first is not None
    return first.where, first.seq


def test_everything_is_counted(told):
    report = verify()
    assert report.checked == {
        "chains": 4,
        "links": 10,
        "personal_mentions": 0,
        "seals": 2,
        "leaves": 6,
        "anchored_seals": 2,
    }
    assert report.unsealed == 1


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE audit_test_storyevent SET data = '{}' WHERE story_id = 1 AND seq = 2", ("story:1", 2)),
        ("UPDATE audit_test_storyevent SET hash = 'x' WHERE story_id = 1 AND seq = 2", ("story:1", 2)),
        ("UPDATE audit_test_storyevent SET algorithm = 'md5' WHERE story_id = 2 AND seq = 1", ("story:2", 1)),
        ("UPDATE audit_test_storyevent SET prev_hash = '' WHERE story_id = 2 AND seq = 2", ("story:2", 2)),
        ("DELETE FROM audit_test_storyevent WHERE story_id = 1 AND seq = 1", ("story:1", 2)),
        ("DELETE FROM audit_test_storyevent WHERE story_id = 1 AND seq = 2", ("story:1", 3)),
        ("DELETE FROM audit_test_storyevent WHERE story_id = 1 AND seq = 3", ("story:1", 3)),
        ("DELETE FROM audit_test_storyevent WHERE story_id = 1", ("story:1", None)),
        ("UPDATE audit_auditentry SET data = '{}' WHERE subject = 'unit:3'", ("audit", 1)),
        ("UPDATE audit_auditentry SET actor_name = '李四' WHERE subject = 'unit:4'", ("audit", 2)),
        ("UPDATE audit_auditentry SET recorded_at = '2026-01-01 00:00:00' WHERE id = 1", ("audit", 1)),
        ("UPDATE audit_auditentry SET algorithm = 'md5' WHERE subject = 'unit:4'", ("audit", 2)),
        ("DELETE FROM audit_auditlink WHERE seq = 2", ("audit", 2)),
        ("UPDATE audit_seal SET at = '2026-01-01 00:00:00' WHERE seq = 1", ("seal", 1)),
        ("UPDATE audit_seal SET root = hash WHERE seq = 2", ("seal", 2)),
        ("DELETE FROM audit_sealleaf WHERE chain = 'story:3'", ("seal", 1)),
        ("UPDATE audit_sealleaf SET hash = 'x' WHERE chain = 'story:3'", ("story:3", 1)),
        ("UPDATE audit_sealleaf SET chain = 'ghost:1' WHERE chain = 'story:3'", ("ghost:1", None)),
        ("DELETE FROM audit_anchorrecord", None),
    ],
)
def test_a_change_by_hand_is_named_at_its_place(told, sql, where):
    if "audit_auditentry" in sql:
        sql = sql.replace(
            "id = 1", f"id = {AuditEntry.objects.order_by('id').values_list('id', flat=True)[0]}"
        )
    tamper(sql)
    if where is None:
        assert verify().is_sound, "the files alone still prove the seals"
    else:
        assert found() == where


def test_a_removed_audit_row_breaks_its_link(told):
    tamper("DELETE FROM audit_auditentry WHERE subject = 'unit:3'")
    assert found() == ("audit", 1)


def test_a_row_that_waits_for_its_link_is_checked_too(told):
    record_act(actor=ADMIN, action="unit_renamed", subject="unit:5", data={}, at=at(2))
    assert verify().is_sound
    tamper("UPDATE audit_auditentry SET actor_name = '李四' WHERE subject = 'unit:5'")
    assert found()[0].startswith("audit-entry:")


def test_a_chain_rewritten_with_right_hashes_differs_from_its_seal(told):
    prev_hash = ""
    for event in StoryEvent.objects.filter(story_id=1).order_by("seq"):
        row = {"story_id": 1, "seq": event.seq, "data": '{"n":9}'}
        row_hash = link(prev_hash, story_text(row))
        tamper(
            "UPDATE audit_test_storyevent SET data = %s, prev_hash = %s, hash = %s WHERE id = %s",
            [row["data"], prev_hash, row_hash, event.id],
        )
        prev_hash = row_hash
    report = verify()
    assert str(report.first_break) == "story:1 第 3 条：与封存时的摘要不同：这一条被换过"


def test_a_chain_removed_with_its_seals_is_found_by_the_anchors(told):
    tamper("DELETE FROM audit_test_storyevent WHERE story_id = 3")
    for sql in (
        "DELETE FROM audit_sealleaf",
        "DELETE FROM audit_seal",
        "DELETE FROM audit_anchorrecord",
        "DELETE FROM audit_watermark",
    ):
        tamper(sql)
    assert found() == ("anchor:2026-11-18.jsonl", 1)
    seal(at(5))
    with pytest.raises(AnchorConflict):
        anchor(at(6))


def test_the_last_seals_removed_are_found_by_the_anchors(told):
    tamper("DELETE FROM audit_sealleaf WHERE seal_seq = 2")
    tamper("DELETE FROM audit_seal WHERE seq = 2")
    assert found() == ("anchor:2026-11-18.jsonl", 2)
    assert "不见了" in str(verify().first_break)


def test_a_changed_or_removed_anchor_file_is_noticed(told):
    (file,) = told.iterdir()
    good = file.read_text()
    file.write_text(good.replace('"leaf_count":4', '"leaf_count":5'))
    assert found() == ("anchor:2026-11-18.jsonl", 1)
    file.write_text(good.splitlines()[0] + "\n???\n")
    assert found() == ("anchor:2026-11-18.jsonl", None)
    file.unlink()
    assert found() == ("anchor:2026-11-18.jsonl", 1)


def test_anchors_lie_in_one_file_per_local_day_and_are_written_once(told):
    assert anchor(at(2)) is None
    seal(at(15 * 60))  # 17:00 UTC is already the 19th in Shanghai
    record = anchor(at(15 * 60))
    assert record is not None
    assert (record.first_seal, record.last_seal) == (3, 3)
    assert sorted(f.name for f in told.iterdir()) == ["2026-11-18.jsonl", "2026-11-19.jsonl"]
    line = json.loads((told / "2026-11-19.jsonl").read_text())
    assert line["hash"] == Seal.objects.get(seq=3).hash
    assert verify(since=local_date(at(15 * 60))).checked["seals"] == 1


def test_an_export_that_crashed_before_its_record_is_taken_up_again(told):
    tamper("DELETE FROM audit_anchorrecord")
    record = anchor(at(3))
    assert record is not None
    assert (record.first_seal, record.last_seal) == (1, 2)
    assert len((told / "2026-11-18.jsonl").read_text().splitlines()) == 2
    assert AnchorRecord.objects.count() == 1
    assert verify().is_sound


def test_one_chain_can_be_verified_alone(told):
    tamper("UPDATE audit_test_storyevent SET data = '{}' WHERE story_id = 1 AND seq = 2")
    assert verify(chain="story:2").is_sound
    assert found(chain="story:1") == ("story:1", 2)
    assert found(chain="story:99") == ("story:99", None)
    assert found(chain="nonsense:1") == ("nonsense:1", None)
    tamper("UPDATE audit_seal SET leaf_count = 9 WHERE seq = 2")
    assert found(chain="story:2") == ("seal", 2)


def test_verification_since_a_day_looks_at_chains_sealed_since(told):
    tamper("UPDATE audit_test_storyevent SET data = '{}' WHERE story_id = 1 AND seq = 2")
    tell(2)
    seal(at(24 * 60))
    assert verify(since=local_date(at(24 * 60))).is_sound
    assert found(since=local_date(at(0))) == ("story:1", 2)


def test_erased_values_are_accepted_and_nothing_else(stories, anchor_folder):
    one, two, three = personal_put(["张三", "13800000000", "某路 1 号"], at=at(0))
    tell(1, data={"contact": personal_token(one), "more": [personal_token(two)]})
    record_act(actor=ADMIN, action="noted", subject="x:1", data={"who": personal_token(three)}, at=at(0))
    seal(at(1))
    report = verify()
    assert report.is_sound
    assert (report.checked["personal"], report.checked["personal_mentions"]) == (3, 3)

    assert personal_erase(refs=[two], actor=ADMIN, reason="本人申请", at=at(2)) == 1
    assert personal_get([one, two]) == {one: "张三", two: None}
    assert verify().is_sound, "erasure leaves the proof whole"

    tamper("UPDATE audit_personaldata SET value = '李四' WHERE ref = %s", [one])
    assert found() == (f"personal:{one}", None)
    tamper("UPDATE audit_personaldata SET value = '张三' WHERE ref = %s", [one])
    assert verify().is_sound
    tamper(
        "UPDATE audit_personaldata SET value = NULL, salt = NULL, erased_at = stored_at WHERE ref = %s", [one]
    )
    assert "没有删除的记录" in str(verify().first_break)
    tamper("DELETE FROM audit_personaldata WHERE ref = %s", [one])
    assert found() == ("story:1", 1)
    assert found(chain="story:1") == ("story:1", 1)


def test_a_value_swapped_together_with_its_commitment_is_named_where_it_is_mentioned(stories):
    one, two = personal_put(["张三", "李四"], at=at(0))
    tell(1, data={"contact": personal_token(one)})
    tamper(
        "UPDATE audit_personaldata SET (value, salt, commitment) = "
        "(SELECT value, salt, commitment FROM audit_personaldata WHERE ref = %s) WHERE ref = %s",
        [two, one],
    )
    assert found() == ("story:1", 1)


def test_the_command_tells_the_first_break_and_fails(told, capsys):
    call_command("verify")
    assert "验证通过" in capsys.readouterr().out
    link_entries(at(9))
    recorded = AuditEntry.objects.get(action="chains_verified")
    assert json.loads(recorded.data)["breaks"] == 0
    tamper("DELETE FROM audit_test_storyevent WHERE story_id = 1 AND seq = 3")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify", no_record=True)
    assert stopped.value.code == 1
    assert "第一处断开：story:1 第 3 条" in capsys.readouterr().out
    call_command("verify", case="story:2")
    assert AuditEntry.objects.filter(action="chains_verified").count() == 1


def test_the_commands_seal_and_anchor_say_what_they_did(told, capsys):
    call_command("seal")
    call_command("seal")
    call_command("seal", "--all")
    call_command("anchor")
    call_command("anchor")
    call_command("protect")
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "封存了 1 次。"
    assert out[1] == out[2] == "没有新记录要封存。"
    assert "第 3–3 号封存已存证" in out[3]
    assert out[4] == "没有新的封存要存证。"
    assert out[5].startswith("已保护")
