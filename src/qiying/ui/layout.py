"""Line breaks in a template are for who reads the source, never for who reads the page.

Between Chinese words and inline elements a line break shows as a gap, so that templates used to be lines of
thousands of characters. Templates of the house are read by one rule instead: a line break with the indentation
after it is nothing in text, one space inside an HTML tag, and itself in `pre`, `textarea`, `script` and `style`.
A `{% tag … %}` may span lines. A space that is wanted at a line's end is written `{{ " " }}`. Templates of other
packages are read as Django reads them.
"""

import re
from pathlib import Path

from django.template import Origin, Template, TemplateDoesNotExist
from django.template.base import Lexer, NodeList, Token
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.cached import Loader as CachedLoader

from qiying.ui.folding import FoldingParser

HOUSE = str(Path(__file__).parents[1])
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
BREAK = re.compile(r"[ \t]*\n\s*")
RAW = ("pre", "textarea", "script", "style")
_STEP = re.compile(
    r"""(?P<break>[ \t]*\n\s*)|<!--.*?-->|</(?P<close>[\w-]+|\Z)|<(?P<open>[a-zA-Z][\w-]*|!|\Z)|["'>]""",
    re.DOTALL,
)


class Markup:
    """Follows the HTML through the literal parts of one template and drops the line breaks that are only layout."""

    def __init__(self) -> None:
        self.in_tag = False
        self.quote = ""
        self.opened = ""
        self.raw = ""

    def read(self, text: str) -> str:
        return _STEP.sub(self._step, text)

    def _step(self, match: re.Match[str]) -> str:
        found = match[0]
        if match["break"]:
            return found if self.raw else " " if self.in_tag else ""
        if self.in_tag:
            self._step_in_tag(found)
        elif (
            found[0] == "<" and not found.startswith("<!--") and (not self.raw or match["close"] == self.raw)
        ):
            self.in_tag, self.raw, self.opened = True, "", match["open"] or ""
        return found

    def _step_in_tag(self, found: str) -> None:
        if self.quote:
            self.quote = "" if found == self.quote else self.quote
        elif found in "\"'":
            self.quote = found
        elif found == ">":
            self.in_tag = False
            self.raw = self.opened if self.opened in RAW else ""


class LayoutLexer(Lexer):
    """Django's lexer with tags over several lines and without the line breaks of the layout."""

    def tokenize(self) -> list[Token]:
        markup, tokens, last, lineno = Markup(), [], 0, 1
        source = self.template_string
        for start, end in [*(match.span() for match in TAG.finditer(source)), (len(source), len(source))]:
            for piece, span, in_tag in (
                (source[last:start], (last, start), False),
                (source[start:end], (start, end), True),
            ):
                literal = not in_tag or bool(self.verbatim)
                text = (
                    BREAK.sub(" ", piece) if not literal else piece if self.verbatim else markup.read(piece)
                )
                if text:
                    tokens.append(self.create_token(text, span, lineno, in_tag))
                lineno += piece.count("\n")
            last = end
        return tokens


class LayoutTemplate(Template):
    def compile_nodelist(self) -> NodeList:
        tokens = LayoutLexer(self.source).tokenize()
        parser = FoldingParser(
            tokens, self.engine.template_libraries, self.engine.template_builtins, self.origin
        )
        try:
            nodelist = parser.parse()
        except Exception as error:
            if self.engine.debug:
                error.template_debug = self.get_exception_info(error, error.token)  # type: ignore[attr-defined]
            raise
        self.extra_data = parser.extra_data
        return nodelist


class _Reading(BaseLoader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        tried = []
        for origin in self.get_template_sources(template_name):
            if skip is not None and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                contents = origin.loader.get_contents(origin)  # type: ignore[union-attr]
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            kind = LayoutTemplate if is_of_the_house(origin) else Template
            return kind(contents, origin, template_name, self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)


class Loader(CachedLoader, _Reading):
    """The cached loader of templates in apps; `OPTIONS["loaders"]` in the settings names it."""


def is_of_the_house(origin: Origin) -> bool:
    """Say whether it is ours: in this package or beside it, not in another one that was installed."""
    path = str(origin.name)
    return path.endswith(".html") and (path.startswith(HOUSE) or "site-packages" not in path)
