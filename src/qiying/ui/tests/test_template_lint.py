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


HTML = [path for path in TEMPLATES if path.suffix == ".html"]
SCREENS = [path for path in HTML if not is_paper(path)]


def stiff(text: str) -> list[str]:
    return [word for word in (*OFFICIALESE, "你") if word in without_comments(text)]


def blocked(text: str) -> list[str]:
    plain = without_comments(text)
    tags = re.findall(r"<[a-zA-Z][^>]*>", re.sub(r"{%.*?%}|{{.*?}}", "", plain, flags=re.DOTALL))
    found = [tag for tag in tags if re.search(r"\s(style|on[a-z]+)\s*=", tag)]
    found += re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", plain)
    return found + re.findall(r"""(?:src|href)=["'](?:https?:)?//.*""", plain)


def foreign(text: str) -> list[str]:
    return sorted(set(re.findall(r"(?<![\w&@.-])[A-Za-z]{3,}(?![\w.@-])", visible(text))) - KNOWN)


ENGLISH = ("Promised", "invited to this meeting")
# A line break in a template is nothing: what an author took for a space is none, and two words stick together.
STUCK = re.compile(
    r"</(?:a|strong)>\n\s*(?:\{% if [^%]*%\}\s*)?(?=\{\{(?! \" \")|\{% (?:day|moment|translate \"\w))"
    r"|(?:\}\}|endblocktranslate %\})(?<!\" \" \}\})\n\s*(?:\{% if [^%]*%\}(?:\n\s*)?)?(?=<span class=\"q-tag)"
)


def stuck(text: str) -> list[str]:
    return [m.group(0).strip() for m in STUCK.finditer(text)]


def unspoken_days(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not any(word in line for word in ENGLISH)]
    return [line.strip() for line in lines if 'date:"Y-m-d' in line]


def nameless(text: str) -> list[str]:
    tables = re.findall(r"<table class=\"[^\"]*q-table-cards.*?</table>", text, re.DOTALL)
    cells = [cell for table in tables for cell in re.findall(r"<td[^>]*q-num[^>]*>", table)]
    return [cell for cell in cells if "data-label" not in cell]


RULES = {
    "say who does what by when instead; 您, not 你": (stiff, TEMPLATES, "请您进一步说明"),
    "style= is blocked by the policy, use a class": (blocked, SCREENS, '<p style="x">'),
    "inline handlers are blocked, use data-… and a script in static": (blocked, SCREENS, '<p onclick="x()">'),
    "inline scripts are blocked, put it into a static file": (blocked, SCREENS, "<script>x()</script>"),
    "everything is served from here": (blocked, SCREENS, '<img src="//x.cn/a.png">'),
    "write it in Chinese, or add a known name to KNOWN": (foreign, HTML, "<p>Hello</p>"),
    'a line break draws no space, write {{ " " }}': (stuck, SCREENS, "<a>x</a>\n{{ x }}"),
    "Y-m-d is for forms and addresses; say Y年n月j日, or day": (
        unspoken_days,
        SCREENS,
        '{{ x|date:"Y-m-d" }}',
    ),
    "as cards these numbers have no heading, add data-label": (
        nameless,
        SCREENS,
        '<table class="q-table-cards"><td class="q-num">1</td></table>',
    ),
}


@pytest.mark.parametrize("advice", RULES)
def test_no_template_breaks_a_rule(advice):
    rule, paths, wrong = RULES[advice]
    assert rule(wrong), "the rule finds what it forbids"
    found = [f"{path.relative_to(ROOT)}: {what}" for path in paths for what in rule(path.read_text())]
    assert found == [], advice
