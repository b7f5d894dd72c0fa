"""Addresses of a page's figures: the list of the cases behind, the definition, the page of a unit."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

from qiying.kernel.figures.asking import Asked
from qiying.kernel.figures.boards import Board


@cache
def address(name: str) -> str:
    """Return a page's path, looked up once: a page of numbers has a hundred links."""
    return reverse(name)


def cases_url(a: Asked, *measures: str, **more: object) -> str:
    """Return the list of the cases behind a figure; a procedure may have a list of its own for counted measures."""
    own = a.board.rows_url if measures else ""
    changes = {"than": "", "measure": ",".join(dict.fromkeys(measures)), **more}
    return f"{address(own or 'cockpit:cases')}?{a.query(**changes)}"


def definition_url(board: Board, anchor: str) -> str:
    """Return where a figure is defined."""
    query = "" if board.is_first else f"?procedure={board.procedure}"
    return f"{address('cockpit:definitions')}{query}#{anchor}"


def page_url(a: Asked, name: str = "numbers", **changes: object) -> str:
    """Return a page of numbers under the same filters."""
    return f"{address(f'cockpit:{name}')}?{a.query(**changes)}"
