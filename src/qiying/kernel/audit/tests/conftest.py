from collections.abc import Iterator
from pathlib import Path

import pytest

from qiying.kernel.audit.chains import EventTableSource
from qiying.kernel.audit.tests.story import story_source


@pytest.fixture
def stories(db, monkeypatch, anchor_folder) -> Iterator[EventTableSource]:
    """A registered source of story chains with its own table."""
    with story_source(monkeypatch) as source:
        yield source


@pytest.fixture
def committed_stories(transactional_db, monkeypatch, anchor_folder) -> Iterator[EventTableSource]:
    """The same, seen by several connections."""
    with story_source(monkeypatch) as source:
        yield source


@pytest.fixture
def anchor_folder(tmp_path, settings) -> Path:
    """A fresh folder for anchor files."""
    folder: Path = tmp_path / "anchors"
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"anchor_dir": folder})
    return folder
