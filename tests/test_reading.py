"""What nobody may be told: every response of every reader, searched for words that are hidden from him."""

from __future__ import annotations

import pytest

from qiying.kernel.cases.tests.markers import Story, all_seeds, leaks

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(params=sorted(all_seeds()))
def story(request, monkeypatch) -> Story:
    made = all_seeds()[request.param]()
    return made


def test_nobody_is_told_what_is_hidden_from_him(story: Story) -> None:
    readers = sorted({r for m in story.markers for r in m.hidden_from})
    found = [line for reader in readers for line in leaks(story, reader)]
    assert not found, "\n".join(found)
