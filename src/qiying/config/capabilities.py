"""Finding capabilities: a folder under `capabilities/` with an `apps.py` is one, and nothing here names it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGE = "qiying.capabilities"
FOLDER = Path(__file__).parent.parent / "capabilities"


def capability_apps() -> list[str]:
    """Return the dotted names of all capabilities, by name."""
    return sorted(f"{PACKAGE}.{found.parent.name}" for found in FOLDER.glob("*/apps.py"))


def with_module(name: str) -> list[str]:
    """Return the dotted names of a module (`urls`, `api`, `demo`) in the capabilities that have one."""
    found = [f"{app}.{name}" for app in capability_apps()]
    # a folder that lost its files keeps its compiled ones: it has a place on disk and no file of its own
    return [module for module in found if (spec := find_spec(module)) is not None and spec.origin]


def stories() -> list[ModuleType]:
    """Return the capabilities' `demo` modules in the order their stories need (`ORDER`, 50 where it is not said)."""
    modules = [import_module(name) for name in with_module("demo")]
    return sorted(modules, key=lambda m: (getattr(m, "ORDER", 50), m.__name__))
