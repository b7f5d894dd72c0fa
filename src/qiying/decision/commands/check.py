"""`qiying-decide check FILE…`: what is wrong with a file, before anything runs."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..checks import check_file
from . import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="政策或 DMN 文件")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _run(arguments: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    for path in arguments.files:
        for problem in check_file(path):
            rows.append(
                {
                    "file": str(path),
                    "line": problem.line,
                    "column": problem.column,
                    "code": problem.code,
                    "message": problem.message,
                    "advice": problem.advice,
                }
            )
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            advice = f"。{row['advice']}" if row["advice"] else ""
            print(f"{row['file']}:{row['line']}:{row['column']}: {row['message']}{advice}", file=sys.stderr)
        print(f"检查了 {len(arguments.files)} 个文件，{f'发现 {len(rows)} 处问题' if rows else '没有发现问题'}")
    return 1 if rows else 0


COMMAND = Command("check", "检查政策或 DMN 文件", _arguments, _run)
