"""Acts outside cases, reveals, and personal values."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.audit.acts import act_label, declare_act
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.models import AuditEntry, PersonalData
from qiying.kernel.audit.personal import (
    filled,
    personal_erase,
    personal_get,
    personal_put,
    personal_token,
    refs_in,
    tokens_in_text,
)
from qiying.kernel.audit.services import record_act, reveal
from qiying.kernel.audit.tests.story import NOW
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import PersonViewer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADMIN = PersonViewer(person_id=7, name="王运维", district_id=1)


def test_an_act_is_one_inserted_row_with_its_digest():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        entry = record_act(actor=ADMIN, action="tested", subject="unit:3", data={"b": 1, "a": "企"}, at=NOW)
    assert len(queries) == 1
    entry = AuditEntry.objects.get(id=entry.id)
    assert entry.data == '{"a":"企","b":1}'
    assert (entry.actor_person_id, entry.actor_name, entry.district_id) == (7, "王运维", 1)
    assert entry.algorithm == "sm3"
    assert entry.recorded_at is not None


def test_the_district_of_the_act_wins_over_the_actors():
    entry = record_act(
        actor=ADMIN, action="tested", subject="", data={}, at=NOW, district_id=9, on_behalf="张三"
    )
    assert (entry.district_id, entry.on_behalf) == (9, "张三")


def test_what_is_not_json_is_not_recorded():
    with pytest.raises(ValueError):
        record_act(actor=ADMIN, action="tested", subject="", data={"at": NOW}, at=NOW)
    assert not AuditEntry.objects.exists()


def test_a_reveal_needs_a_reason_and_leaves_a_row():
    with pytest.raises(GuardFailed, match="为什么") as refused:
        reveal(viewer=ADMIN, subject="enterprise:9", field="phone", reason="  ", at=NOW)
    assert "reason" in refused.value.fields
    entry = reveal(viewer=ADMIN, subject="enterprise:9", field="phone", reason="核实地址", at=NOW)
    assert entry.action == "field_revealed"
    assert json.loads(entry.data) == {"field": "phone", "reason": "核实地址"}


def test_values_are_stored_in_one_insert_and_read_in_one_query():
    with CaptureQueriesContext(connection) as queries:
        refs = personal_put(["张三", "", "张三"], at=NOW)
        tokens = [personal_token(ref) for ref in refs]
    assert len(queries) == 1
    assert len(set(refs)) == 3
    assert tokens[0]["commitment"] != tokens[2]["commitment"], "salted: equal values do not show"
    with CaptureQueriesContext(connection) as queries:
        assert personal_get([*refs, "0" * 32]) == dict(zip(refs, ["张三", "", "张三"], strict=True))
    assert len(queries) == 1
    assert personal_token(str(refs[0])) == tokens[0]
    with pytest.raises(PersonalData.DoesNotExist):
        personal_token("0" * 32)


def test_erasing_needs_a_reason_happens_once_and_is_recorded():
    one, two = personal_put(["张三", "李四"], at=NOW)
    with pytest.raises(GuardFailed):
        personal_erase(refs=[one], actor=ADMIN, reason="", at=NOW)
    assert personal_erase(refs=[one, one], actor=ADMIN, reason="本人申请", at=NOW) == 1
    assert personal_erase(refs=[one], actor=ADMIN, reason="本人申请", at=NOW) == 0
    assert personal_get([one, two]) == {one: None, two: "李四"}
    (act,) = AuditEntry.objects.filter(action="personal_erased")
    assert json.loads(act.data) == {"refs": [one], "reason": "本人申请"}
    assert PersonalData.objects.get(ref=one).commitment


def test_tokens_are_found_and_filled_wherever_they_stand():
    refs = personal_put(["张三", "李四"], at=NOW)
    data = {"who": personal_token(refs[0]), "list": [1, {"also": personal_token(refs[1])}], "n": None}
    assert list(refs_in(data)) == refs
    assert filled(data, {refs[0]: "张三", refs[1]: None}) == {
        "who": "张三",
        "list": [1, {"also": "（已依法删除）"}],
        "n": None,
    }
    expected = [(r, personal_token(r)["commitment"]) for r in refs]
    text = canonical(data)
    assert sorted(tokens_in_text(text)) == sorted(expected)
    quoted = canonical({"data": canonical({"data": text})})
    assert sorted(tokens_in_text(quoted)) == sorted(expected), "also where the text is quoted inside a text"


@given(st.text(max_size=50))
def test_any_text_comes_back_as_it_went_in(value):
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        return  # no database keeps these
    (ref,) = personal_put([value], at=NOW)
    assert personal_get([ref]) == {ref: value}


def test_an_act_has_one_name():
    declare_act("test_act", "试一下")
    assert act_label("test_act") == "试一下"
    assert act_label("never_named") == "never_named"
    with pytest.raises(ValueError, match="两次"):
        declare_act("test_act", "别的")
