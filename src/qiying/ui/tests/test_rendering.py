"""Controls written in Python are the ones Django's templates write."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from qiying.ui.rendering import FormRenderer

WORDS = '<b>&"\'，"'


class _Marked(forms.Select):
    def create_option(self, *args: object, **kwargs: object) -> dict[str, object]:
        option = super().create_option(*args, **kwargs)  # type: ignore[arg-type]
        return option | {"attrs": option["attrs"] | {"data-x": WORDS, "disabled": True, "hidden": False}}


CONTROLS = {
    "text": (forms.TextInput(attrs={"placeholder": WORDS}), WORDS),
    "nothing": (forms.TextInput(), None),
    "number": (forms.NumberInput(attrs={"min": 0, "required": True, "disabled": False}), 0),
    "date": (forms.DateInput(attrs={"type": "date"}), "2026-11-29"),
    "hidden": (forms.HiddenInput(), 7),
    "password": (forms.PasswordInput(), "secret"),
    "email": (forms.EmailInput(), "a@b.cn"),
    "select": (forms.Select(choices=[("", "全部"), (1, WORDS), ("2", "二")]), "2"),
    "groups": (forms.Select(choices=[(WORDS, [(1, "一"), (2, "二")]), (3, "三")]), 2),
    "several": (forms.SelectMultiple(choices=[(1, "一"), (2, "二"), (3, "三")]), [1, 3]),
    "marked": (_Marked(choices=[(1, "一"), (2, "二")]), 1),
    "unknown": (forms.NullBooleanSelect(), None),
    "radio": (forms.RadioSelect(choices=[(1, "一")]), 1),
    "textarea": (forms.Textarea(), WORDS),
}


def _plain(html: str) -> str:
    return re.sub(r"\s*(?=<)|(?<=>)\s*", "", html)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_reads_as_djangos_own(name: str) -> None:
    widget, value = CONTROLS[name]
    attributes = {"class": "form-control", "id": WORDS}
    ours = widget.render("a<b", value, attributes, renderer=FormRenderer())
    theirs = widget.render("a<b", value, attributes, renderer=DjangoTemplates())
    assert _plain(ours) == _plain(theirs)
