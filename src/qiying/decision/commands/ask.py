"""`qiying-decide ask FILE… --facts FACTS.json`: the one question whose answer decides most."""

from __future__ import annotations

import argparse
from pathlib import Path

from qiying.decision.indicators.located import FileError
from qiying.decision.scalar import ScalarEngine, questions
from qiying.decision.words.results import question_text

from . import Command
from . import policy_files as files


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="政策文件或文件夹；不写即用自带的全国性政策"
    )
    parser.add_argument("--facts", required=True, type=Path, metavar="FACTS.json", help="企业的指标")
    files.common_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        book = files.book(arguments, arguments.files)
        facts = files.read_facts(arguments.facts)
    except FileError as error:
        return files.report(error, arguments.json)
    found = questions(ScalarEngine(book), book.registry.stored(facts.values))
    if arguments.json:
        listed = [
            {"indicator": q.indicator, "decides": list(q.decides), "helps": list(q.helps), "source": q.source}
            for q in found
        ]
        files.write_json({"ask": listed[0]["indicator"] if listed else None, "questions": listed})
    elif not found:
        files.write("不用再问，所有政策都已能判断")
    else:
        best = found[0]
        one = book.registry[best.indicator]
        files.write(f"请问：{question_text(one)}（可从{one.source}取得）")
        files.write(
            f"答复后可直接判断 {len(best.decides)} 项政策，另有 {len(best.helps) - len(best.decides)} 项用得上"
        )
    return 0


COMMAND = Command("ask", "下一个最值得问的问题", _arguments, _run)
