"""The guides: their policy is good, and they name every command."""

import re
from datetime import date
from pathlib import Path

from qiying.decision.commands import discover
from qiying.decision.indicators import standard_registry
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.load import read_policy

ROOT = Path(__file__).parents[4]
GUIDE = (ROOT / "docs" / "decision-engine.md").read_text(encoding="utf-8")


def test_the_policy_of_the_guide_compiles_without_findings():
    text = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert text is not None
    assert compile_policy(read_policy(text[1]), standard_registry(), date(2026, 6, 30)).findings == ()


def test_the_guide_names_every_command():
    assert all(f"qiying-decide {command.name}" in GUIDE for command in discover())


def test_files_the_guides_point_to_exist():
    page = ROOT / "docs" / "guides" / "policy-file.md"
    text = page.read_text(encoding="utf-8")
    assert all((page.parent / link).exists() for link in re.findall(r"\]\(([^)]+)\)", text))
    assert all(
        (ROOT / "policies" / name).exists()
        for name in re.findall(r"`((?:national|patterns)/[^`…]+\.yaml)`", text)
    )
    assert all((ROOT / "docs" / link).exists() for link in re.findall(r"\]\(([^)]+)\)", GUIDE))
