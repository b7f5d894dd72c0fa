"""What a row's panels say already: the facts beside them do not say it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
LONG = 12
"""A text of so many characters stands for the same wherever it stands; a shorter one may be another's name."""


class Said(HTMLParser):
    """The labels of described things (`dt` with a `dd` that says something) and the texts of a piece of a page."""

    def __init__(self, html: Iterable[str]) -> None:
        super().__init__()
        self.labels: set[str] = set()
        self.texts: set[str] = set()
        self._label, self._buffer = "", [""]
        for one in html:
            self.feed(one)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self._buffer.append("")

    def handle_data(self, data: str) -> None:
        self._buffer = [text + data for text in self._buffer]

    def handle_endtag(self, tag: str) -> None:
        if len(self._buffer) < 2:
            return
        text = plain(self._buffer.pop())
        self.texts.add(text)
        if tag == "dt":
            self._label = text
        elif tag == "dd" and text:
            self.labels.add(self._label)


def plain(text: str) -> str:
    return "".join(text.split())


def unsaid(facts: Iterable[tuple[str, Any]], title: str, panels: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the facts that neither the title nor a panel says: by the label, or as a text of its own."""
    said = Said(panels)
    return [
        (label, value)
        for label, value in facts
        if plain(label) not in said.labels
        and plain(str(value)) != plain(title)
        and not (len(str(value)) >= LONG and plain(str(value)) in said.texts)
    ]
