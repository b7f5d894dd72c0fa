"""The policy commands: shapes of their JSON, their files, and what they say about bad ones."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qiying.decision.cli import main

POLICIES = Path(__file__).parents[5] / "policies"
SMALL = POLICIES / "national" / "cit-small-micro.yaml"
FACTS = {"应纳税所得额": 3000100, "职工人数": 100, "资产总额": 50000000, "从事国家限制或禁止行业": "否"}
DAY = ["--as-of", "2026-06-30"]


@pytest.fixture
def facts(tmp_path):
    """A function that writes a facts file."""

    def write(given):
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write


def run_json(capsys, *arguments):
    """A command's JSON."""
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_explain_tells_outcome_amount_row_reasons_and_the_nearest_change(capsys, facts):
    [answer] = run_json(capsys, "explain", SMALL, "--facts", facts(FACTS), *DAY)
    assert {"policy", "outcome", "amount_yuan", "row", "because", "missing", "nearest"} <= answer.keys()
    assert (answer["outcome"], answer["amount_yuan"], answer["row"], answer["missing"]) == (
        "not_eligible",
        None,
        None,
        [],
    )
    [change] = answer["nearest"][0]["changes"]
    assert (change["indicator"], change["gap"], change["unit"]) == ("应纳税所得额", "-100", "元")
    assert answer["as_of"] == "2026-06-30"
    [answer] = run_json(
        capsys, "explain", SMALL, "--facts", facts({**FACTS, "应纳税所得额": "3000000"}), *DAY
    )
    assert (answer["outcome"], answer["amount_yuan"], answer["row"]) == ("eligible", "600000.00", 1)


def test_explain_names_missing_facts_and_periods_and_takes_history_into_account(capsys, facts):
    given = {
        "facts": {"应纳税所得额": {"value": 1000000, "period": "2025年"}, "职工人数": 5, "资产总额": None}
    }
    [answer] = run_json(capsys, "explain", SMALL, "--facts", facts(given), *DAY)
    assert answer["outcome"] == "unknown"
    assert answer["missing"] == [["从事国家限制或禁止行业", "资产总额"]]
    assert answer["periods"]["应纳税所得额"] == "2025年"
    third = POLICIES / "patterns" / "new-third-board.yaml"
    given = {
        "facts": {"注册地在本区": True, "新三板已挂牌": True, "被列入严重失信名单": False},
        "history": {"sample-new-third-board": {"by_year": {"2025": 2000000}}},
    }
    [answer] = run_json(capsys, "explain", third, "--facts", facts(given), *DAY)
    assert answer["outcome"] == "not_eligible"
    given = {
        "facts": {"注册地在本区": True, "知识产权质押贷款利息": 800000},
        "history": {"sample-ip-pledge-interest": {"by_year": {"2026": 450000}}},
    }
    pledge = POLICIES / "patterns" / "ip-pledge-interest.yaml"
    [answer] = run_json(capsys, "explain", pledge, "--facts", facts(given), *DAY)
    assert answer["amount_yuan"] == "50000.00"


def test_stages_already_claimed_are_not_paid_again(capsys, facts):
    given = {
        "facts": {
            "注册地在本区": True,
            "被列入严重失信名单": False,
            "完成股份制改造": True,
            "上市申请已受理": True,
            "已上市": False,
        },
        "history": {"sample-listing-by-stage": {"by_year": {"2025": 1000000}, "stages": ["股改"]}},
    }
    listing = POLICIES / "patterns" / "listing-by-stage.yaml"
    [answer] = run_json(capsys, "explain", listing, "--facts", facts(given), *DAY)
    assert answer["amount_yuan"] == "2000000.00"


def test_ask_gives_the_question_that_decides_most(capsys, facts):
    answer = run_json(capsys, "ask", POLICIES / "national", "--facts", facts(FACTS), *DAY)
    assert answer["ask"] == answer["questions"][0]["indicator"]
    assert main(["ask", str(SMALL), "--facts", facts(FACTS), *DAY]) == 0
    assert "不用再问" in capsys.readouterr().out


def test_match_writes_pairs_counts_them_and_lists_unusable_values(capsys, tmp_path):
    table = pa.table({
        "enterprise": ["a", "b", "c", "d"],
        "应纳税所得额": [3000000.0, float("nan"), 3000100.0, 1.0],
        "职工人数": [300, 1, 1, 301],
        "资产总额": [50000000, 1, 1, 1],
        "从事国家限制或禁止行业": [False, False, False, False],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "x.parquet")
    out = tmp_path / "y.parquet"
    summary = run_json(
        capsys, "match", "--policies", SMALL, "--enterprises", tmp_path / "x.parquet", "--out", out, *DAY
    )
    assert (summary["eligible"], summary["unknown"], summary["not_eligible"]) == (1, 1, 2)
    assert summary["refused"] == {"应纳税所得额": {"count": 1, "rows": [1]}}
    assert pq.read_schema(out).metadata[b"as_of"] == b"2026-06-30"
    rows = {row["enterprise"]: row for row in pq.read_table(out).to_pylist()}
    assert rows["a"]["amount_fen"] == 60000000
    assert rows["b"]["missing"] == [["应纳税所得额"]]


def test_simulate_tells_who_gains_and_what_it_costs(capsys, tmp_path):
    table = pa.table({
        "应纳税所得额": [1000000, 2500000, 4000000], "职工人数": [1, 1, 1], "资产总额": [1, 1, 1],
        "从事国家限制或禁止行业": [False, False, False], "企业规模": ["小型", "微型", None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "x.parquet")
    found = run_json(
        capsys, "simulate", SMALL, "--set", "3000000=5000000", "--enterprises", tmp_path / "x.parquet", *DAY
    )
    assert (found["gain"], found["lose"], found["cost_change_yuan"]) == (1, 0, "800000.00")
    assert found["by"]["企业规模"] == {"未填写": {"gain": 1, "lose": 0, "cost_change_yuan": "800000.00"}}
    found = run_json(
        capsys, "simulate", SMALL, "--set", "table.rows[0].when[0]=<= 2000000",
        "--enterprises", tmp_path / "x.parquet", *DAY,
    )  # fmt: skip
    assert (found["gain"], found["lose"], found["cost_change_yuan"]) == (0, 1, "-500000.00")


@pytest.mark.parametrize("change", ["table.rows[9].then[0]=1", "123456789=1", "novalue"])
def test_simulate_refuses_a_place_that_does_not_exist(capsys, tmp_path, change):
    pq.write_table(pa.table({"职工人数": [1]}), tmp_path / "x.parquet")
    assert (
        main(["simulate", str(SMALL), "--set", change, "--enterprises", str(tmp_path / "x.parquet"), *DAY])
        == 1
    )
    assert capsys.readouterr().err


def test_convert_goes_to_dmn_and_back_to_an_equal_policy(capsys, tmp_path):
    model, again = tmp_path / "a.dmn", tmp_path / "a.yaml"
    assert run_json(capsys, "convert", POLICIES / "national" / "tech-sme.yaml", model, *DAY)["equal"]
    assert main(["check", str(model)]) == 0
    assert main(["convert", str(model), str(again), *DAY]) == 0
    assert main(["check", str(again)]) == 0


def test_a_bad_policy_is_told_with_file_line_column_and_advice(capsys, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        SMALL.read_text(encoding="utf-8").replace("职工人数 <= 300", "职工数 <= 300"), encoding="utf-8"
    )
    assert main(["check", str(bad)]) == 1
    said = capsys.readouterr().err
    line = next(
        i for i, text in enumerate(bad.read_text(encoding="utf-8").splitlines(), 1) if "职工数" in text
    )
    assert f"bad.yaml:{line}:12: 指标库里没有“职工数”。是否要写“职工人数”" in said
    assert main(["explain", str(bad), "--facts", str(bad), *DAY]) == 1


def test_broken_facts_and_broken_parquet_are_told(capsys, tmp_path):
    (tmp_path / "f.json").write_text('{"职工人数": }', encoding="utf-8")
    assert main(["explain", str(SMALL), "--facts", str(tmp_path / "f.json"), *DAY]) == 1
    assert "f.json:1:10" in capsys.readouterr().err
    (tmp_path / "x.parquet").write_bytes(b"not a table")
    arguments = [
        "match",
        "--policies",
        str(SMALL),
        "--enterprises",
        str(tmp_path / "x.parquet"),
        "--out",
        "y",
    ]
    assert main([*arguments, *DAY]) == 1
    assert "Parquet 读不出来" in capsys.readouterr().err


def test_indicators_beside_the_policies_are_known(capsys, facts, tmp_path):
    (tmp_path / "indicators.yaml").write_text(
        "indicators:\n  - {name: 绿化面积, type: number, unit: 平方米, source: 样例, min: 0}\n",
        encoding="utf-8",
    )
    own = tmp_path / "own.yaml"
    text = "id: own\nname: 绿化\ndocument: {number: 样例}\ndepartment: 局\ndelivery: 申报\n"
    own.write_text(
        text + "table: {hit: U, inputs: [绿化面积], rows: [{when: ['> 5'], then: '1'}]}\n", encoding="utf-8"
    )
    assert main(["check", str(own)]) == 0
    capsys.readouterr()
    [answer] = run_json(capsys, "explain", tmp_path, "--facts", facts({"绿化面积": 5}), *DAY)
    assert answer["outcome"] == "not_eligible"


def test_an_empty_register_gives_an_empty_result(capsys, tmp_path):
    table = pa.table({"enterprise": pa.array([], pa.string()), "职工人数": pa.array([], pa.int64())})
    pq.write_table(table, tmp_path / "x.parquet")
    out = tmp_path / "y.parquet"
    summary = run_json(
        capsys, "match", "--policies", POLICIES, "--enterprises", tmp_path / "x.parquet", "--out", out, *DAY
    )
    assert (summary["enterprises"], summary["eligible"], summary["unknown"]) == (0, 0, 0)
    assert pq.read_table(out).num_rows == 0


def test_match_takes_earlier_grants_into_account(capsys, tmp_path):
    pledge = POLICIES / "patterns" / "ip-pledge-interest.yaml"
    table = pa.table(
        {"enterprise": ["a", "b"], "注册地在本区": [True, True], "知识产权质押贷款利息": [800000, 800000]}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    grants = [
        {"enterprise": "b", "policy": "sample-ip-pledge-interest", "year": 2026, "amount_yuan": "300000.5"}
    ]
    pq.write_table(pa.Table.from_pylist(grants), tmp_path / "h.parquet")
    out = tmp_path / "y.parquet"
    run_json(
        capsys, "match", "--policies", pledge, "--enterprises", tmp_path / "x.parquet", "--out", out,
        "--history", tmp_path / "h.parquet", *DAY,
    )  # fmt: skip
    assert [row["amount_fen"] for row in pq.read_table(out).to_pylist()] == [40000000, 19999950]


def test_check_names_overlaps_and_gaps_as_notes_and_still_finds_nothing_wrong(capsys):
    rows = run_json(capsys, "check", POLICIES / "patterns" / "innovation-points.yaml")
    assert {row["severity"] for row in rows} == {"note"}
    assert any("第 1 行与第 2 行可能同时符合" in row["message"] for row in rows)
    [row] = run_json(capsys, "check", SMALL)
    assert row["message"] == "没有任何一行适用：应纳税所得额高于300万元"


def test_check_compares_the_listed_indicators_with_those_in_use(capsys, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(SMALL.read_text(encoding="utf-8") + "\nuses: [职工人数, 营业收入]\n", encoding="utf-8")
    assert main(["check", str(own)]) == 1
    said = capsys.readouterr().err
    assert "用到了没有列出的指标“资产总额”" in said
    assert "列出的指标“营业收入”没有用到" in said


def test_a_policy_in_a_dmn_file_is_checked_at_its_place(capsys, tmp_path):
    model = tmp_path / "a.dmn"
    run_json(capsys, "convert", SMALL, model, *DAY)
    text = model.read_text(encoding="utf-8")
    line = next(i for i, part in enumerate(text.splitlines(), 1) if "<text>&lt;= 3000000" in part)
    column = text.splitlines()[line - 1].index("&lt;=") + 1
    model.write_text(text.replace("&lt;= 3000000</text>", '"很少"</text>'), encoding="utf-8")
    assert main(["explain", str(model), "--facts", str(model), *DAY]) == 1
    assert f"a.dmn:{line}:{column}: 这两边不能比较" in capsys.readouterr().err


def test_simulate_tells_what_the_edited_table_leaves_open(capsys, tmp_path):
    pq.write_table(pa.table({"应纳税所得额": [1]}), tmp_path / "x.parquet")
    found = run_json(
        capsys, "simulate", SMALL, "--set", "3000000=5000000", "--enterprises", tmp_path / "x.parquet", *DAY
    )
    assert found["table"] == {"overlaps": [], "gaps": ["应纳税所得额高于500万元"]}


def test_without_files_the_shipped_national_policies_are_used(capsys, facts, monkeypatch, tmp_path):
    path = facts(FACTS)
    monkeypatch.chdir(tmp_path)
    answers = run_json(capsys, "explain", "--facts", path, *DAY)
    assert len(answers) >= 25
    [answer] = run_json(capsys, "explain", "national/cit-small-micro.yaml", "--facts", path, *DAY)
    assert answer["policy"] == "cn-cit-small-micro"
