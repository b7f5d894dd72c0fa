"""What a line break in a template comes to."""

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.template.loader import get_template

from qiying.ui.layout import LayoutTemplate

ENGINE = Engine(debug=True)


def rendered(source: str, **context: object) -> str:
    return LayoutTemplate(source, engine=ENGINE).render(Context(context))


def test_a_line_break_in_text_is_nothing():
    assert rendered("<p>\n  企业说，\n  <b>政府答</b>\n</p>\n") == "<p>企业说，<b>政府答</b></p>"
    assert rendered("{% if x %}\n  有\n{% else %}\n  没有\n{% endif %}\n", x=1) == "有"


def test_a_space_within_a_line_stays_and_one_at_the_end_is_written_out():
    assert rendered('<b>1</b> <i>2</i>{{ " " }}\n<u>3</u>') == "<b>1</b> <i>2</i> <u>3</u>"


def test_a_line_break_inside_an_html_tag_is_one_space():
    source = '<input name="a > b"\n   {% if x %}checked{% endif %}\n  class="one\n    two">\n<p>'
    assert rendered(source, x=1) == '<input name="a > b" checked class="one two"><p>'


@pytest.mark.parametrize("tag", ["pre", "textarea", "script", "style"])
def test_a_line_break_stays_where_it_has_a_meaning(tag: str):
    assert (
        rendered(f"<{tag} a\n b>\n1 < 2\n {{{{ x }}}}\n</{tag}>\n<p>", x=3)
        == f"<{tag} a b>\n1 < 2\n 3\n</{tag}><p>"
    )


def test_a_tag_may_span_lines():
    assert rendered("{% if x == 1\n    or x == 2 %}\n  对\n{% endif %}", x=2) == "对"


def test_a_comment_says_nothing_and_verbatim_is_left_alone():
    assert rendered("{# a\n b #}<!-- it's\n > -->\n<p>") == "<!-- it's\n > --><p>"
    assert rendered("{% verbatim %}{{ x }}\n y{% endverbatim %}") == "{{ x }}\n y"


def test_an_error_names_the_line_it_is_on():
    with pytest.raises(TemplateSyntaxError) as caught:
        rendered("<p>\n\n{% if x %}\n{% nonsense %}\n{% endif %}")
    assert caught.value.template_debug["line"] == 4  # type: ignore[attr-defined]


def test_templates_of_the_house_are_read_so_and_others_as_django_reads_them():
    assert isinstance(get_template("ui/office.html").template, LayoutTemplate)  # type: ignore[attr-defined]
    assert not isinstance(get_template("account/base_manage.html").template, LayoutTemplate)  # type: ignore[attr-defined]
