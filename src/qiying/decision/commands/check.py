"""`qiying-decide check FILE…`: what is wrong with a file, before anything runs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from qiying.decision.checks import check_file
from qiying.decision.feel.errors import Problem

from . import Command, say

MILD = ("policy.note", "policy.warning")
"""A note tells what a table leaves open or says twice; it is nothing wrong."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="政策或 DMN 文件")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _run(arguments: argparse.Namespace) -> int:
    rows = [_row(path, problem) for path in arguments.files for problem in check_file(path)]
    wrong = [row for row in rows if row["severity"] != "note"]
    if arguments.json:
        say(json.dumps(rows, ensure_ascii=False, indent=2))
        return 1 if wrong else 0
    for row in rows:
        place = f"{row['file']}:{row['line']}:{row['column']}"
        advice = f"。{row['advice']}" if row["advice"] else ""
        if row["severity"] == "note":
            say(f"{row['file']}: 提示：{row['message']}")
        else:
            say(f"{place}: {row['message']}{advice}", error=True)
    found = f"发现 {len(wrong)} 处问题" if wrong else "没有发现问题"
    say(f"检查了 {len(arguments.files)} 个文件，{found}")
    return 1 if wrong else 0


def _row(path: Path, problem: Problem) -> dict[str, Any]:
    return {
        "file": str(path),
        "line": problem.line,
        "column": problem.column,
        "severity": problem.code.removeprefix("policy.") if problem.code in MILD else "error",
        "code": problem.code,
        "message": problem.message,
        "advice": problem.advice,
    }


COMMAND = Command("check", "检查政策或 DMN 文件", _arguments, _run)
