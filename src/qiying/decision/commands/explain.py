"""`qiying-decide explain FILE --facts FACTS.json`: one enterprise, every policy, with the reasons.

Without facts it prints the policies themselves.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import qiying.decision.policy.check  # noqa: F401 - makes policy files checkable
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.book import PolicyBook
from qiying.decision.scalar import Explanation, ScalarEngine, as_dict, explain
from qiying.decision.words.policies import policy_text
from qiying.decision.words.results import OUTCOMES

from . import Command
from . import policy_files as files

MOST_SETS = 5
"""Most ways to complete the facts printed for a policy; --json has all."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="政策文件或文件夹；不写即用自带的全国性政策"
    )
    parser.add_argument("--facts", type=Path, metavar="FACTS.json", help="企业的指标；不写即打印政策本身")
    files.common_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        book = files.book(arguments, arguments.files)
        if arguments.facts is None:
            return _print_policies(book, arguments.json)
        facts = files.read_facts(arguments.facts)
    except FileError as error:
        return files.report(error, arguments.json)
    engine = ScalarEngine(book)
    answers = explain(engine, book.registry.stored(facts.values), facts.history)
    refused = book.registry.refused(facts.values)
    if arguments.json:
        files.write_json([_object(engine, index, one, facts, refused) for index, one in enumerate(answers)])
        return 0
    files.write(f"评估日 {book.as_of}")
    for name, reason in refused.items():
        files.write(f"未采用：{name}，{reason}")
    for one in answers:
        _print(engine, one)
    return 0


def _print_policies(book: PolicyBook, as_json: bool) -> int:
    """The policies themselves in plain Chinese, ready to print."""
    texts = {one.id: policy_text(one, book.registry) for one in book.compiled}
    if as_json:
        files.write_json([{"policy": key, "text": text} for key, text in texts.items()])
    else:
        files.write("\n\n".join(texts.values()))
    return 0


def _object(
    engine: ScalarEngine, index: int, one: Explanation, facts: files.Facts, refused: dict[str, str]
) -> dict[str, Any]:
    compiled, registry = engine.book.compiled[index], engine.book.registry
    used = [
        name for name in compiled.indicators if facts.values.get(name) is not None and name not in refused
    ]
    return {
        **as_dict(one, engine),
        "as_of": str(engine.book.as_of),
        "periods": {name: facts.periods.get(name) or registry[name].period for name in used},
        "refused": refused,
    }


def _print(engine: ScalarEngine, one: Explanation) -> None:
    found = as_dict(one, engine)
    amount = f"，{found['amount_yuan']} 元" if found["amount_yuan"] is not None else ""
    files.write(f"\n{one.name}：{OUTCOMES[one.outcome]}{amount}")
    for reason in one.because:
        files.write(f"  {reason}")
    for names in one.missing[:MOST_SETS]:
        files.write(f"  补充{'、'.join(names)}即可判断")
    if len(one.missing) > MOST_SETS:
        files.write(f"  另有 {len(one.missing) - MOST_SETS} 种补充办法")
    for miss in found["nearest"]:
        files.write(f"  差一点：{miss['text']}")
    if one.superseded_by:
        files.write(f"  就高不重复：按 {one.superseded_by} 兑现")


COMMAND = Command("explain", "说明一家企业符合哪些政策、为什么", _arguments, _run)
