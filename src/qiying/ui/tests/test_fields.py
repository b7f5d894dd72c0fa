"""Fields: one look for Django forms and for declared inputs, errors tied to their control."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from lxml import html

from qiying.ui.fields import error_list, field_spec


class Sample(forms.Form):
    phone = forms.CharField(label="手机", min_length=11, help_text="打这个")
    unit = forms.ChoiceField(label="单位", choices=[(str(n), f"第 {n} 个") for n in range(20)])
    level = forms.ChoiceField(label="级别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    on = forms.DateField(label="哪天", required=False)
    amount = forms.IntegerField(label="几个", required=False, max_value=5)

    def clean_unit(self):
        raise forms.ValidationError("这个单位停用了")


def render(source: str, **context: Any) -> Any:
    return html.fromstring(
        "<div>" + Template("{% load qiying_ui %}" + source).render(Context(context)) + "</div>"
    )


def test_an_error_is_announced_by_its_control_and_linked_from_the_summary():
    page = render("{% form_fields form %}", form=Sample({"phone": "138", "unit": "3"}))
    control = page.get_element_by_id("id_phone")
    assert control.get("aria-invalid") == "true"
    for described in control.get("aria-describedby").split():
        assert page.get_element_by_id(described).text_content().strip()
    links = page.xpath("//*[@data-errors]//a/@href")
    assert links == ["#id_phone", "#id_unit", "#id_level"]
    for link in links:
        assert page.get_element_by_id(link[1:]) is not None


def test_django_sentences_become_plain_ones_and_own_sentences_stay():
    form = Sample({"phone": "138", "unit": "3", "on": "x", "amount": "9"})
    assert [error["text"] for error in error_list(form)] == [
        "手机：至少 11 个字，现在 3 个",
        "单位：这个单位停用了",
        "级别：请选一项",
        "哪天：日期写成 2026-11-18 这样",
        "几个：不能大于 5",
    ]


def test_every_control_has_a_label_and_what_was_typed_stays():
    page = render("{% form_fields form %}", form=Sample({"phone": "138"}))
    for control in page.xpath("//input[@type!='hidden' and @type!='radio']|//select|//textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")
    assert page.get_element_by_id("id_phone").get("value") == "138"
    assert page.xpath("//fieldset[@id='id_level']/legend")


def test_a_long_select_can_be_filtered_a_short_one_not():
    assert field_spec(Sample()["unit"])["filter"]
    assert not field_spec({"name": "x", "label": "x", "kind": "select", "choices": [("a", "甲")]})["filter"]


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "textarea",
        "select",
        "multiselect",
        "radio",
        "checkboxes",
        "date",
        "datetime",
        "number",
        "checkbox",
        "file",
    ],
)
def test_a_declared_input_of_each_kind_renders_with_help_and_error(kind):
    spec = {
        "name": "n",
        "label": "名字",
        "kind": kind,
        "required": True,
        "help": "写全",
        "errors": ["少了"],
        "choices": [("1", "甲"), ("2", "乙")],
    }
    page = render("{% field spec %}", spec=spec)
    assert page.xpath("//*[@name='n']")
    assert "名字" in page.text_content()
    assert page.get_element_by_id("id_n-help").text_content() == "写全"
    assert "少了" in page.get_element_by_id("id_n-error").text_content()
    assert page.xpath("//*[@aria-invalid='true']")
    assert not page.xpath("//span[@class='q-optional']")


def test_values_are_kept_whatever_their_type():
    choices = [(1, "甲"), (2, "乙"), (3, "丙")]
    chosen = render(
        "{% field spec %}",
        spec={"name": "n", "label": "x", "kind": "multiselect", "choices": choices, "value": ["1", 3]},
    )
    assert chosen.xpath("//option[@selected]/@value") == ["1", "3"]
    one = render(
        "{% field spec %}",
        spec={"name": "n", "label": "x", "kind": "radio", "choices": choices, "value": "2"},
    )
    assert one.xpath("//input[@checked]/@value") == ["2"]
    day = render(
        "{% field spec %}", spec={"name": "n", "label": "x", "kind": "date", "value": date(2026, 11, 18)}
    )
    assert day.xpath("//input/@value") == ["2026-11-18"]
    posted = render("{% field spec %}", spec={"name": "n", "label": "x", "kind": "date", "value": "2026-1"})
    assert posted.xpath("//input/@value") == ["2026-1"]


def test_nothing_is_preselected_in_a_radio_group():
    assert not render("{% field form.level %}", form=Sample()).xpath("//input[@checked]")


def test_a_missing_field_is_an_error_not_a_gap():
    with pytest.raises(TypeError, match="bound form field"):
        field_spec("")


def test_labels_and_values_are_escaped():
    page = Template("{% load qiying_ui %}{% field spec %}").render(
        Context({"spec": {"name": "n", "label": "<b>x", "value": '"><script>'}})
    )
    assert "<script>" not in page
    assert "<b>x" not in page
