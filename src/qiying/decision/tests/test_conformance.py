"""The conformance runner and its page; the kit itself runs when `QIYING_TEST_TCK` names a folder with a copy."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from qiying.decision.cli import main
from qiying.decision.conformance import family_of, judge, report_page
from qiying.decision.tck import agree, run_tck

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="n">
<inputData name="x" id="x"><variable name="x" typeRef="number"/></inputData>
<decision name="d" id="d"><variable name="d"/><informationRequirement><requiredInput href="#x"/>
</informationRequirement><literalExpression><text>x + 1</text></literalExpression></decision></definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>m.dmn</modelName>
<testCase id="1"><inputNode name="x"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="d"><expected><value xsi:type="xsd:decimal">2</value></expected></resultNode></testCase>
<testCase id="2"><inputNode name="x"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="d"><expected><value xsi:type="xsd:decimal">3</value></expected></resultNode></testCase>
<testCase id="3"><resultNode name="d" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode>
</testCase></testCases>"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "compliance-level-2" / "0001-arithmetic"
    folder.mkdir(parents=True)
    (folder / "m.dmn").write_text(MODEL, encoding="utf-8")
    (folder / "m-test-01.xml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_a_run_counts_what_agrees_and_names_what_does_not(kit: Path) -> None:
    report = run_tck(kit)
    assert (report.passed, report.total) == (2, 3)
    (miss,) = report.mismatches
    assert (miss.case, miss.expected, miss.actual) == ("2", "3", "2")
    group = report.groups["0001-arithmetic"]
    assert (group.valued_passed, group.valued_total) == (1, 2)


def test_the_command_prints_json_and_fails_below_target(
    kit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tck", str(kit), "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown == {"passed": 2, "total": 3, "groups": {"0001-arithmetic": {"passed": 2, "total": 3}}}


def test_the_page_names_families_and_mismatches(kit: Path) -> None:
    page = report_page(run_tck(kit))
    assert "| arithmetic (算术) | 2 | 3 | 66.7% | 95% | **no** |" in page
    assert "| 0001-arithmetic | 2 | d | 3 | 2 |" in page


@pytest.mark.parametrize("directory", ["nowhere", "."])
def test_a_folder_without_tests_is_wrong_usage(
    directory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tck", str(tmp_path / directory)]) == 2
    assert capsys.readouterr().err


def test_check_prints_place_and_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.feel"
    path.write_text("1 +\n == 2", encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert f"{path}:2:2:" in capsys.readouterr().err
    path.write_text("1 + 2", encoding="utf-8")
    assert main(["check", str(path), "--json"]) == 0


@pytest.mark.parametrize(
    ("group", "family"),
    [("0071-feel-between", "comparison"), ("0076-feel-external-java", "out"), ("0116-count-collect-hitpolicy",
     "decision_table"), ("1999-import-of-types", "out"), ("9999-unheard-of", "other")],
)  # fmt: skip
def test_groups_are_placed_by_the_committed_list(group: str, family: str) -> None:
    assert family_of(group)[0] == family


def test_numbers_agree_within_a_hundred_millionth_and_kinds_must_be_the_same() -> None:
    assert agree(Decimal("0.333333333"), Decimal("0.3333333333"))
    assert not agree(Decimal("0.3333"), Decimal("0.3334"))
    assert not agree("1", Decimal(1))
    assert not agree([Decimal(1)], Decimal(1))
    assert not agree(None, False)


# The tests' environment keeps no QIYING_ variable of the shell but those that begin with QIYING_TEST_.
KIT = os.environ.get("QIYING_TEST_TCK")


@pytest.mark.skipif(not KIT, reason="QIYING_TEST_TCK names no folder with a copy of the DMN test kit")
def test_every_family_of_the_kit_reaches_its_target() -> None:
    families = judge(run_tck(Path(KIT or "")))
    assert families
    assert [family.code for family in families if not family.met] == []
