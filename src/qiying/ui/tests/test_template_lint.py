"""House rules for every template: words for people, nothing the content security policy blocks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for kind in ("html", "txt") for path in ROOT.rglob(f"templates/**/*.{kind}"))

OFFICIALESE = ["高度重视", "进一步", "予以", "有关部门", "请知悉", "系统繁忙"]

# Rendered to PDF and never sent to a browser: no policy applies, and the page layout is computed per letter.
PAPER = {"letter.html", "_letter_lines.html", "_letter_display.html"}

# Latin words a Chinese reader knows by sight: keys, formats, units, names of standards.
_KNOWN = """
    Ctrl Alt Tab Enter Esc Shift PDF Word Excel WPS CSV JSON XML DMN FEEL API OpenAPI SHA xls xlsx csv docx
    pdf jpg jpeg png tif App SMS HTTP HTTPS URL OFD UTF SQL SQLite PostgreSQL Webhook TOTP
"""
KNOWN = set(_KNOWN.split())
SPOKEN_ATTRIBUTES = r"(?:placeholder|title|alt|aria-label|data-confirm|data-key-label|data-confirm-yes)"


def without_comments(text: str) -> str:
    text = re.sub(r"{% comment.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return re.sub(r"{#.*?#}|<!--.*?-->", "", text, flags=re.DOTALL)


def visible(text: str) -> str:
    """Return what a reader may see or hear: text nodes, translated strings and spoken attributes."""
    text = without_comments(text)
    text = re.sub(r"{% block (?:density|\w*class) %}[^{]*{% endblock %}", " ", text)
    text = re.sub(r"""{%\s*(?:translate|trans)\s+("[^"]*"|'[^']*').*?%}""", lambda m: m[1][1:-1], text)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|kbd|code|svg|pre)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(
        r'<(p|span|div)[^>]*\blang="en".*?</\1>', " ", text, flags=re.DOTALL
    )  # said beside the Chinese
    text = re.sub(r"qiying [a-z_]+", " ", text)  # commands of the console script are typed as they are
    spoken = " ".join(re.findall(SPOKEN_ATTRIBUTES + r'="([^"]*)"', text))
    return re.sub(r"""<[^>]*>|[\w-]+="[^"]*\"""", " ", text) + " " + spoken


def test_the_linter_sees_what_people_see():
    assert "Hello" in visible('<p title="x">{% translate "Hello" %}</p>')
    assert "tip" in visible('<p title="tip"></p>')
    assert "secret" not in visible("<p class='secret'>{# secret #}{{ secret }}<code>secret</code></p>")


def test_there_are_templates_to_check():
    assert len(TEMPLATES) > 30


def is_paper(path: Path) -> bool:
    return path.name in PAPER and path.parent.name == "documents"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_speak_plainly(path):
    text = without_comments(path.read_text())
    found = [word for word in OFFICIALESE if word in text]
    assert not found, f"{name(path)} says {found}: say who does what by when instead"
    assert "你" not in text, f"{name(path)} says 你: say 您"


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html" and not is_paper(p)], ids=name)
def test_templates_obey_the_content_security_policy(path):
    text = without_comments(path.read_text())
    tags = re.findall(r"<[a-zA-Z][^>]*>", re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL))
    styled = [tag for tag in tags if re.search(r"\sstyle\s*=", tag)]
    assert not styled, f"{name(path)}: style= is blocked by the policy, use a class: {styled[:2]}"
    handled = [tag for tag in tags if re.search(r"\son[a-z]+\s*=", tag)]
    assert not handled, (
        f"{name(path)}: inline handlers are blocked, use data-… and a script in static: {handled[:2]}"
    )
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    assert not inline, f"{name(path)}: inline scripts are blocked, put it into a static file"
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), (
        f"{name(path)}: everything is served from here"
    )


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=name)
def test_templates_are_written_in_chinese(path):
    words = set(re.findall(r"(?<![\w&@.-])[A-Za-z]{3,}(?![\w.@-])", visible(path.read_text()))) - KNOWN
    assert not words, f"{name(path)} shows {sorted(words)}: write it in Chinese, or add a known name to KNOWN"


PAGES = [p for p in TEMPLATES if p.suffix == ".html" and not is_paper(p)]
ENGLISH = ("Promised", "invited to this meeting")
# A line break in a template is nothing: what an author took for a space is none, and two words stick together.
STUCK = re.compile(
    r"</(?:a|strong)>\n\s*(?:\{% if [^%]*%\}\s*)?(?=\{\{(?! \" \")|\{% (?:day|moment|translate \"\w))"
    r"|(?:\}\}|endblocktranslate %\})(?<!\" \" \}\})\n\s*(?:\{% if [^%]*%\}(?:\n\s*)?)?(?=<span class=\"q-tag)"
)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_words_beside_a_link_or_a_tag_stand_apart(path):
    stuck = [m.group(0).strip() for m in STUCK.finditer(path.read_text())]
    assert not stuck, f'{name(path)}: a line break draws no space, write {{{{ " " }}}}: {stuck[:3]}'


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_days_are_said_as_a_person_says_them(path):
    lines = [line for line in path.read_text().splitlines() if not any(word in line for word in ENGLISH)]
    raw = [line.strip() for line in lines if 'date:"Y-m-d' in line]
    assert not raw, (
        f"{name(path)}: 2026-11-25 is for forms and addresses ('Y-m-d'); say Y年n月j日, or day: {raw[:2]}"
    )


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_number_on_a_card_has_its_name(path):
    tables = re.findall(r"<table class=\"[^\"]*q-table-cards.*?</table>", path.read_text(), re.DOTALL)
    nameless = [
        cell
        for table in tables
        for cell in re.findall(r"<td[^>]*q-num[^>]*>", table)
        if "data-label" not in cell
    ]
    assert not nameless, (
        f"{name(path)}: as cards these numbers have no heading, add data-label: {nameless[:3]}"
    )
