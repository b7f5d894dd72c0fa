"""What of a template is the same for everybody is written once, when it is read, not for each of a list's cells.

Constant translations and icons become text and neighbouring texts one; a plain word is escaped without asking first
whether it is a date, a number or a promise of a text. Pages are of one language: with `LocaleMiddleware`, nothing that
is translated is fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, TypeVar

from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Parser, TextNode, Token, VariableNode
from django.template.base import render_value_in_context as rendered
from django.template.defaulttags import CommentNode, LoadNode
from django.template.library import SimpleNode
from django.templatetags.i18n import TranslateNode
from django.utils import translation
from django.utils.safestring import SafeString

_pure: set[Any] = set()
F = TypeVar("F", bound=Callable[..., Any])


def pure(function: F) -> F:
    """Say of a tag's function that it depends on its arguments alone."""
    _pure.add(function)
    return function


class Word(VariableNode):
    """A variable; what most of them are, a plain text, takes the short way."""

    def render(self, context: Context) -> SafeString:
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return SafeString()
        if context.autoescape and type(value) is str:
            return SafeString(escape(value))
        return value if type(value) is SafeString else SafeString(rendered(value, context))


class FoldingParser(Parser):
    """Django's parser, with what is fixed turned into text."""

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        node = _folded(node)
        last = nodelist[-1] if nodelist else None
        if isinstance(node, TextNode) and isinstance(last, TextNode):
            last.s += node.s
        else:
            super().extend_nodelist(nodelist, node, token)


def _folded(node: Node) -> Node:
    if type(node) is VariableNode:
        return Word(node.filter_expression)
    if isinstance(node, CommentNode | LoadNode):
        return TextNode("")
    if _is_fixed(node):
        with translation.override(settings.LANGUAGE_CODE):
            return TextNode(node.render(Context()))
    return node


def _is_fixed(node: Any) -> bool:
    if isinstance(node, TranslateNode):
        is_plain = not (node.asvar or node.message_context or node.filter_expression.filters)
        literal = getattr(node.filter_expression.var, "literal", None)
        return is_plain and literal is not None and not _is_in_many_languages()
    return (
        isinstance(node, SimpleNode)
        and node.func in _pure
        and node.target_var is None
        and all(_is_constant(value) for value in (*node.args, *node.kwargs.values()))
    )


def _is_constant(value: FilterExpression) -> bool:
    return type(value.var) is SafeString and not value.filters


def _is_in_many_languages() -> bool:
    return "django.middleware.locale.LocaleMiddleware" in settings.MIDDLEWARE
