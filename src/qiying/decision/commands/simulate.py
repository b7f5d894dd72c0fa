"""`qiying-decide simulate FILE --set PLACE=VALUE --enterprises X.parquet`: what an edit would do."""

from __future__ import annotations

import argparse
from pathlib import Path

from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.policy.book import PolicyBook
from qiying.decision.scalar.amounts import yuan
from qiying.decision.simulate.analysis import analyse
from qiying.decision.simulate.effect import BREAKDOWN, Effect, Simulation, edited
from qiying.decision.simulate.places import PlaceError

from . import Command
from . import policy_files as files


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="政策文件")
    parser.add_argument(
        "--set", dest="changes", action="append", required=True, metavar="PLACE=VALUE",
        help="改哪里：路径（如 table.rows[0].then[0]=200000）或数字（如 3000000=5000000），可写多次",
    )  # fmt: skip
    parser.add_argument("--enterprises", required=True, type=Path, metavar="X.parquet", help="企业指标")
    parser.add_argument(
        "--by", nargs="*", default=list(BREAKDOWN), metavar="INDICATOR", help="按哪些指标分组"
    )
    files.common_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        effect, book = _effect(arguments)
    except FileError as error:
        return files.report(error, arguments.json)
    [after] = book.compiled
    table = analyse(after)
    if arguments.json:
        found = {**effect.as_dict(), "as_of": str(book.as_of), "table": table.as_dict(book.registry)}
        files.write_json(found)
        return 0
    change = yuan(effect.after.fen - effect.before.fen)
    files.write(f"新增 {effect.gain} 家，减少 {effect.lose} 家，金额变化 {change} 元")
    for name, values in effect.by.items():
        files.write(f"按{name}：")
        for value, (gain, lose, fen) in values.items():
            files.write(f"  {value}：新增 {gain}，减少 {lose}，金额变化 {yuan(fen)} 元")
    for note in table.notes(after, book.registry):
        files.write(f"修改后的表格：{note}")
    return 0


def _effect(arguments: argparse.Namespace) -> tuple[Effect, PolicyBook]:
    """The effect, and the edited policy compiled."""
    policy = files.policies(files.named([arguments.file]))[0]
    book = PolicyBook.of([policy], files.registry(arguments, [arguments.file]), files.as_of(arguments))
    changes = {}
    for text in arguments.changes:
        place, sign, value = text.partition("=")
        if not sign:
            raise FileError([FileProblem("--set", 1, 1, f"“{text}”里没有等号", "请写成 位置=新值")])
        changes[place.strip()] = value.strip()
    try:
        after = edited(policy, changes)
    except PlaceError as error:
        raise FileError([FileProblem(str(arguments.file), 1, 1, str(error))]) from None
    edited_book = PolicyBook.of([after], book.registry, book.as_of)
    names = {*book.indicators, *edited_book.indicators, *arguments.by}
    columns, _ = files.read_enterprises(arguments.enterprises, book.registry, names, None)
    return Simulation(book, policy, columns, arguments.by).try_policy(after), edited_book


COMMAND = Command("simulate", "改一个门槛或金额，看影响多少企业、花多少钱", _arguments, _run)
