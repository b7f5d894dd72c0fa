"""What nobody may be told: every response of every reader, searched for words that are hidden from him."""

from __future__ import annotations

import pytest

from qiying.kernel.cases.tests.markers import Story, all_seeds, browser, leaks, program, told
from qiying.kernel.cases.tests.walking import pages_not_there_are_empty

pytestmark = pytest.mark.django_db
both_databases = pytest.mark.both_databases


@pytest.fixture(params=sorted(all_seeds()))
def story(request, monkeypatch) -> Story:
    made = all_seeds()[request.param]()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=[pytest.mark.prove, both_databases])])
def test_nobody_is_told_what_is_hidden_from_him(
    story: Story, every: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In turns a workbook, a further row, another capability's page is read by a third of the readers, by all in `make prove`."""
    pages_not_there_are_empty(monkeypatch)
    readers = sorted({r for m in story.markers for r in m.hidden_from})
    found = [line for n, reader in enumerate(readers) for line in leaks(story, reader, None if every else n)]
    assert not found, "\n".join(found)


@both_databases
def test_the_words_are_there_for_those_who_may_read_them(story: Story) -> None:
    """Without this the scan above could pass because nothing is shown at all."""
    for reader in ("desk", "supervisor"):
        page = browser(story.people[reader])
        read = " ".join(told(page.get(f"/cases/{case['number'][0]}/")) for case in story.cases)
        unread = [m.word for m in story.markers if reader not in m.hidden_from and not m.word.startswith('"')]
        assert not [w for w in unread if w not in read]


@both_databases
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.prove)])
def test_no_filter_and_no_search_tells_what_a_page_hides(story: Story, every: bool) -> None:
    """In turns each question is put by a third of the readers to a page, by all of them in `make prove`."""
    turn = 0
    for reader in sorted({r for m in story.markers for r in m.hidden_from} & set(story.people)):
        page, api = browser(story.people[reader]), program(story.people[reader])
        for ask in (a for a in story.asks if reader in a.hidden_from):
            for path in ("/worklist/?q=", "/cases/?q=", "/search/?q=", "/my/requests/?show=open&q="):
                turn += 1
                if not every and turn % 3:
                    continue
                assert ask.number not in told(page.get(path + ask.text)), (
                    f"{reader} finds by {path}{ask.text}"
                )
            found = told(api.get("/api/v1/cases", {"enterprise_id": ask.enterprise_id}))
            assert ask.number not in found, f"{reader} finds by the enterprise"
