"""`qiying-decide`: the decision engine on the command line; subcommands live in `commands/`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .commands import discover


def build_parser() -> argparse.ArgumentParser:
    """The argument parser with every command found."""
    parser = argparse.ArgumentParser(
        prog="qiying-decide", description="企应决策引擎：检查、解释、匹配惠企政策。"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for command in discover():
        added = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(added)
        added.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code is 0 when all is well, 1 when something is wrong, 2 for wrong usage."""
    arguments = build_parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough; leave nothing for the interpreter to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
