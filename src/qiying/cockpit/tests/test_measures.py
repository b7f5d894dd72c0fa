"""Whatever an act counts is declared with a definition, and nothing is declared that no act counts."""

import ast
import re
from pathlib import Path

import qiying.capabilities.service_requests.services as services
import qiying.kernel.cases.standard as standard
from qiying.kernel.figures.definitions import measures_of, rates_of

PROCEDURE = "service_request"
FOLDERS = (Path(services.__path__[0]), Path(standard.__path__[0]))
FIRED_BY_CLOCKS = {"reminder", "yellow", "red", "urging"}
HANDED_ON = {"voided"}
"""What an effect of the kernel counts under the name its procedure gives."""


def counted() -> tuple[set[str], set[str]]:
    """Return the measures named in calls of `act.count`, and the patterns of those put together."""
    exact: set[str] = set()
    patterns: set[str] = set()
    for path in (path for folder in FOLDERS for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "count" or not node.args or getattr(node.func.value, "id", "") != "act":
                continue
            for name in ast.walk(node.args[0]):
                if isinstance(name, ast.JoinedStr):
                    parts = [
                        re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in name.values
                    ]
                    patterns.add("".join(parts))
            exact |= {
                n.value
                for n in _plain(node.args[0])
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return exact, patterns


def _plain(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_plain(node.body), *_plain(node.orelse)]
    return [node] if isinstance(node, ast.Constant) else []


def test_everything_counted_is_declared():
    exact, _ = counted()
    assert len(exact) > 30
    assert exact - {m.code for m in measures_of(PROCEDURE)} == set()


def test_everything_declared_is_counted():
    exact, patterns = counted()
    declared = {m.code for m in measures_of(PROCEDURE)} - exact - FIRED_BY_CLOCKS - HANDED_ON
    assert {d for d in declared if not any(re.fullmatch(p, d) for p in patterns)} == set()


def test_definitions_are_sentences_for_people():
    told = {m.code: m.sentence for m in measures_of(PROCEDURE)} | {
        r.code: r.sentence for r in rates_of(PROCEDURE)
    }
    for code, sentence in told.items():
        assert sentence.endswith("。"), code
        assert not re.search(r"[A-Za-z_]{3,}", sentence), code


def test_every_rate_counts_its_part_within_its_whole_or_says_what_is_left_out():
    for rate in rates_of(PROCEDURE):
        within = {t.measure for t in rate.part} <= {t.measure for t in rate.whole}
        split = rate.part[0].measure.split("_")[0] == rate.whole[0].measure.split("_")[0]
        assert within or split or rate.left_out, rate.code
