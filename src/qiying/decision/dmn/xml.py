"""Reads XML without entities, DTDs or network, and looks at elements by their local names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

Tag = Any  # an lxml element


class DmnError(Exception):
    """The file is no readable DMN model."""


def parse_xml(data: bytes) -> Tag:
    """The root element; raises `DmnError` for broken XML and for a DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise DmnError(f"第{line}行第{column}列：XML 不完整或有错：{error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DmnError("文件带有 DOCTYPE，出于安全不予读取；请删去 <!DOCTYPE …> 一行")
    return root


def local(tag: Tag) -> str:
    """The element's name without namespace; empty for comments."""
    return tag.tag.rpartition("}")[2] if isinstance(tag.tag, str) else ""


def each(tag: Tag, *names: str) -> Iterator[Tag]:
    """The children with one of these names."""
    for child in tag:
        if local(child) in names:
            yield child


def first(tag: Tag, *names: str) -> Tag | None:
    """The first child with one of these names."""
    return next(each(tag, *names), None)


def text_of(tag: Tag | None, name: str = "text") -> str | None:
    """The text of a child, or None."""
    child = first(tag, name) if tag is not None else None
    return None if child is None else (child.text or "")


def href(tag: Tag) -> str:
    """The id an href points to; the namespace part is dropped."""
    return str(tag.get("href", "")).rpartition("#")[2]
