"""House rules that no linter knows, each with what to do instead."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "qiying"

# Files longer than 400 lines, and why there is no second idea in them.
LONG_FILES: dict[str, str] = {
    "capabilities/service_requests/procedures/service_request.py": "one procedure is one file, and one table",
}

# Where the clock may be read: the edge. Everything below takes `now` or `today` as an argument.
CLOCK_MAY_BE_READ = {
    "kernel/audit/clock.py": "defines utc_now()",
    "ui/templatetags/qiying_words.py": "an error page has no `now` in its context",
}

READS_THE_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("timezone", "now")}


def tracked(*patterns: str) -> list[Path]:
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", *patterns]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git work tree")
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def python_files() -> Iterator[Path]:
    for path in sorted(SRC.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def test_no_file_is_longer_than_400_lines_without_a_reason():
    long = {name_of(p) for p in python_files() if len(p.read_text().splitlines()) > 400}
    assert long <= set(LONG_FILES), "find the second idea in it and give it a file of its own"
    assert set(LONG_FILES) <= long, "the reason is no longer needed"


def test_no_line_of_a_template_is_longer_than_160_characters():
    long = [
        f"{name_of(path)}:{number}"
        for path in sorted(SRC.rglob("templates/**/*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 160
    ]
    assert not long, "break it: a line break and its indentation never reach the page (qiying/ui/layout.py)"


def is_edge(path: Path) -> bool:
    """A command, a test, or the file that defines the clock."""
    return "tests" in path.parts or "commands" in path.parts or name_of(path) in CLOCK_MAY_BE_READ


def test_time_is_an_argument():
    found = []
    for path in python_files():
        if is_edge(path):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and (owner.id, node.func.attr) in READS_THE_CLOCK:
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert found == [], "take `now` or `today` as an argument; at the edge call audit.clock.utc_now()"


# The outermost edge by kind of file; a service that asks the clock cannot be tested at a chosen time.
EDGE_FILES = {
    "views",
    "api",
    "auth",
    "middleware",
    "health",
    "metrics",
    "worker",
    "webhooks",
    "sessions",
    "sign_in",
    "context",
}


def test_only_the_edge_asks_the_clock():
    found = []
    for path in python_files():
        if is_edge(path) or EDGE_FILES & {part.removesuffix(".py") for part in path.relative_to(SRC).parts}:
            continue
        if path.stem.endswith(("_views", "_api")) or "utc_now()" not in path.read_text():
            continue
        found.append(name_of(path))
    assert found == [], "pass `now` down from the view, command or worker"


def test_nothing_names_one_machine():
    forbidden = re.compile(r"/(?:work|farm)/|/tmp/bash_jobs|\.\./shared")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in {".gz", ".png", ".lock"} and path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_no_third_party_file_is_committed():
    banned = re.compile(r"(\.min\.(js|css)|\.woff2?|\.ttf|\.otf|(^|/)node_modules/)")
    assert [p for p in tracked() if banned.search(p.relative_to(ROOT).as_posix())] == []


def test_the_bundle_takes_along_what_the_wheel_holds():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    (copied,) = re.findall(r"^cp -a (.+) \"\$work/source/\"$", (ROOT / "scripts/bundle.sh").read_text(), re.M)
    needed = {Path(name).parts[0] for name in (*wheel["packages"], *wheel["force-include"])}
    assert needed <= set(copied.split())


def test_signals_carry_no_rules():
    """A rule in `post_save` is skipped by bulk writes and seen by nobody; `post_migrate` carries no rule."""
    model_signals = re.compile(r"(?<!f\.)\b(pre_save|post_save|pre_delete|post_delete|m2m_changed)\b")
    assert [name_of(p) for p in python_files() if model_signals.search(p.read_text())] == []


def test_every_app_folder_is_installed_and_named_after_its_folder():
    folders = [p.parent for p in SRC.rglob("apps.py")]
    configs = {config.name: config for config in apps.get_app_configs()}
    for folder in folders:
        name = "qiying." + ".".join(folder.relative_to(SRC).parts)
        assert name in configs, f"{name} is not in INSTALLED_APPS"
        assert configs[name].label == folder.name


def test_every_capability_folder_is_installed():
    folders = {p.name for p in (SRC / "capabilities").iterdir() if (p / "__init__.py").is_file()}
    assert {name.rsplit(".", 1)[-1] for name in settings.CAPABILITIES} == folders


def test_config_and_portal_name_no_capability_where_it_is_plugged_in():
    """Settings, addresses, API and tests' clean-up find a capability by its folder."""
    plugs = [SRC / "config" / name for name in ("settings.py", "urls.py", "api.py", "capabilities.py")]
    codes = [name.rsplit(".", 1)[-1] for name in settings.CAPABILITIES]
    named = [name_of(p) for p in plugs if any(code in p.read_text() for code in codes)]
    assert named == []
    assert not any(code in (ROOT / "conftest.py").read_text() for code in codes)


def test_tests_do_not_set_states_by_hand():
    """Factories reach a state through the engine; a state that no procedure can reach proves nothing."""
    found = []
    for path in (SRC / "capabilities").rglob("tests/*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"\bcase\.state = |Case\.objects\.(create|bulk_create)\(", line):
                found.append(f"{name_of(path)}:{number}")
    assert found == [], "use case_open and case_act"


def test_a_browser_test_waits_for_what_it_reads():
    """After a press the next page is there at once, but may be empty for a moment on a busy machine."""
    at_once = re.compile(r"assert .*\.(content|all_inner_texts|is_visible)\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("src/**/*_browser.py", "src/**/test_browser.py", "tests/*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if at_once.search(line)
    ]
    assert found == [], "use shows(), has() or wait_for() of qiying.ui.tests.browsing"


def test_commands_print_through_their_own_stream():
    prints = [
        f"{name_of(path)}:{node.lineno}"
        for path in SRC.rglob("management/commands/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert prints == [], "use self.stdout.write"
