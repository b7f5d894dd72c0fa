"""What a folder under `capabilities/` brings is found by the folder: nothing in `config/` names one."""

import re
from pathlib import Path

from qiying.config.capabilities import capability_apps, stories, with_module
from qiying.kernel.organisations.functions import function_choices

CONFIG = Path(__file__).parents[1]


def test_nothing_in_config_names_a_capability() -> None:
    # what a unit does has a word of the kernel's, which may be the word of the capability that serves it
    functions = {code for code, _ in function_choices()}
    labels = [label for app in capability_apps() if (label := app.rpartition(".")[2]) not in functions]
    named = re.compile(rf"\b({'|'.join(labels)})\b|qiying\.capabilities\.")
    found = [
        f"{path.relative_to(CONFIG)}:{number}"
        for path in sorted(CONFIG.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert found == [], "let the capability give it: a module that `config/capabilities.py` finds by its name"


def test_what_a_capability_brings_is_found_by_its_folder() -> None:
    for name in ("urls", "api", "demo"):
        assert all(module.endswith(f".{name}") for module in with_module(name))
    assert {story.__name__ for story in stories()} == set(with_module("demo"))
    orders = [story.ORDER for story in stories()]
    assert orders == sorted(orders)
