"""What a row's history says of what acts noted: names for the numbers of rows, nothing where there is no name."""

from __future__ import annotations

import pytest

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.presenting import details
from qiying.kernel.audit.selectors import history_of
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.faces.names import field_extra
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district, make_person, make_unit

pytestmark = pytest.mark.django_db


def test_a_history_names_units_and_people_and_leaves_out_numbers_of_rows_that_have_no_name():
    unit = make_unit(make_district("海盐县"), "区住建局")
    person = make_person("小住", unit, "handler")
    told = dict(history_of(f"person:{person.pk}", ["organisations.membership_start"])[0]["details"])
    assert told["单位"] == "区住建局"
    assert told["角色"] == "经办人"
    assert "任职" not in told
    entry = AuditEntry.objects.get(action="organisations.membership_start", subject=f"person:{person.pk}")
    assert dict(details(entry))["单位编号"] == str(unit.pk), "the audit itself keeps what was recorded"


def test_what_stands_inside_a_value_is_told_without_numbers_of_rows_and_without_what_is_empty():
    facts = [{"id": 15596, "indicator": "revenue", "period": None, "value": "3"}, {"id": 15597, "value": "4"}]
    given = {"facts": facts, "unit": 10**9, "request": [1, 2], "before": None}
    record_act(
        actor=importer(), action="enterprises.facts_record", subject="toy:1", data=given, at=NOW
    )  # a unit that is no more has no name
    told = dict(history_of("toy:1")[0]["details"])
    words = "；".join(f"{name}：{value}" for name, value in told.items())
    assert "15596" not in words
    assert "编号" not in words
    assert "哪一期" not in words
    assert "3" in told["哪些数"]
    assert told["原来"] == "无"


def test_no_sentence_of_a_history_says_the_number_of_a_row():
    found = []
    for machine in PROCEDURES.all():
        for action in (*machine.actions, machine.opening):
            for name in (n for n in action.input.model_fields if f"{{{n}}}" in action.sentence):
                known = source(str(field_extra(action, name).get("source", "")))
                is_number = name.endswith(("_id", "_ids"))
                if is_number and (known is None or not (known.kind or known.labels)):
                    found.append(f"{machine.code} {action.code} {name}")
    assert not found
