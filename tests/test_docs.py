"""The documents say what the code does: settings, commands, permissions, procedures, links."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import call_command, get_commands

from qiying.config.env import Env

ROOT = Path(__file__).parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
MAKE_TARGETS = set(
    re.findall(
        r"^([a-z][a-z-]*):",
        "\n".join(p.read_text() for p in [ROOT / "Makefile", *(ROOT / "mk").glob("*.mk")]),
        re.MULTILINE,
    )
)


@pytest.mark.parametrize("name", sorted(Env.model_fields))
def test_every_setting_is_explained(name):
    assert f"`QIYING_{name.upper()}`" in OPERATIONS


def test_no_setting_is_explained_that_does_not_exist():
    explained = set(re.findall(r"^\| `QIYING_([A-Z_]+)`", OPERATIONS, re.MULTILINE))
    assert explained == {name.upper() for name in Env.model_fields}


OURS = sorted(name for name, app in get_commands().items() if app.startswith("qiying."))


@pytest.mark.parametrize("command", OURS)
def test_every_command_is_explained(command):
    assert f"`{command}`" in OPERATIONS, f"name `{command}` in docs/operations.md section 8"


def test_no_command_is_explained_that_does_not_exist():
    table = OPERATIONS.split("## 8.")[1].split("## 9.")[0]
    named = {
        word
        for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
        for word in re.findall(r"`(\w+)`", row)
    }
    assert named <= set(get_commands())


def test_every_make_command_in_the_documents_exists():
    for page in PAGES:
        for target in re.findall(r"`make ([a-z-]+)", page.read_text()) + re.findall(
            r"^make ([a-z-]+)", page.read_text(), re.MULTILINE
        ):
            assert target in MAKE_TARGETS, f"{page.name}: make {target}"


def test_the_readme_names_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        path = unquote(target.split("#")[0])
        assert (page.parent / path).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_named_in_the_documents_exist(page):
    for path in re.findall(r"`((?:docs|scripts|src|tests|mk)/[\w./-]+\.\w+)`", page.read_text()):
        assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_permissions_page_is_fresh():
    call_command("document_permissions", ROOT / "docs" / "permissions.md", check=True)


def test_the_api_only_gained_since_the_last_release():
    call_command("openapi", ROOT / "docs" / "openapi-v1.json", check=True)


def test_procedure_pages_are_fresh(tmp_path):
    env = {**os.environ, "QIYING_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "qiying.config.cli", "document_procedures", "--check"]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
