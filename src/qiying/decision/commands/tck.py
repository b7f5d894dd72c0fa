"""`qiying-decide tck DIR`: conformance to DMN 1.5, group by group."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from qiying.decision.conformance import judge, report_page
from qiying.decision.tck import Report, run_tck

from . import Command, say


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="DIR", type=Path, help="测试套件的文件夹，内有 compliance-level-*"
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--page", type=Path, metavar="FILE", help="把各组结果写成 Markdown")
    parser.add_argument("--failures", action="store_true", help="列出每个不一致的结果")


def _run(arguments: argparse.Namespace) -> int:
    directory: Path = arguments.directory
    if not directory.is_dir():
        say(f"{directory} 不是文件夹。请给出测试套件所在的文件夹。", error=True)
        return 2
    report = run_tck(directory)
    if not report.total:
        say(f"{directory} 里没有找到测试（*-test-*.xml）。", error=True)
        return 2
    if arguments.page:
        arguments.page.write_text(report_page(report), encoding="utf-8")
    if arguments.json:
        say(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print(report, arguments.failures)
    return 0 if all(family.met for family in judge(report)) else 1


def _print(report: Report, failures: bool) -> None:
    say(f"一致 {report.passed} / {report.total}")
    for family in judge(report):
        mark = "达标" if family.met else "未达标"
        goal = "" if family.target is None else f"（目标 {family.target:.0%}，{mark}）"
        say(f"  {family.title}：{family.passed}/{family.total}{goal}")
    if failures:
        for miss in report.mismatches:
            say(f"  {miss.group} {miss.case} {miss.result}：应为 {miss.expected}，得到 {miss.actual}")


COMMAND = Command("tck", "运行 DMN 一致性测试套件", _arguments, _run)
