"""`qiying-decide convert FILE.yaml FILE.dmn` and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.dmn_xml import from_dmn, to_dmn
from qiying.decision.policy.plain import policy_yaml

from . import Command
from . import policy_files as files

XML = (".dmn", ".xml")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FROM", type=Path, help="政策文件（.yaml 或 .dmn）")
    parser.add_argument("target", metavar="TO", type=Path, help="写成什么（.dmn 或 .yaml）")
    files.common_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        known = files.registry(arguments, [arguments.source])
        policy = files.policies([arguments.source])[0]
        compile_policy(policy, known, files.as_of(arguments))
    except FileError as error:
        return files.report(error, arguments.json)
    if arguments.target.suffix.lower() in XML:
        content = to_dmn(policy, known)
        same = from_dmn(content) == policy
        arguments.target.write_bytes(content)
    else:
        arguments.target.write_text(policy_yaml(policy), encoding="utf-8")
        same = True
    if arguments.json:
        files.write_json(
            {"policy": policy.id, "from": str(arguments.source), "to": str(arguments.target), "equal": same}
        )
    else:
        files.write(f"{policy.name} 已写到 {arguments.target}")
    return 0 if same else 1


COMMAND = Command("convert", "政策文件与 DMN 1.5 互转", _arguments, _run)
