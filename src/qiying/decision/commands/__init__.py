"""Subcommands of `qiying-decide`: every module here with a `COMMAND` is one; adding a file adds a command."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: name, one line of help, arguments, and what it does; `run` returns the exit code."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def say(text: str, *, error: bool = False) -> None:
    """Writes a line to the standard output, or to the error output."""
    (sys.stderr if error else sys.stdout).write(text + "\n")


def discover() -> list[Command]:
    """The commands of all modules in this package, by name."""
    found: list[Command] = []
    for module in pkgutil.iter_modules(__path__):
        command = getattr(importlib.import_module(f"{__name__}.{module.name}"), "COMMAND", None)
        if isinstance(command, Command):
            found.append(command)
    return sorted(found, key=lambda command: command.name)
