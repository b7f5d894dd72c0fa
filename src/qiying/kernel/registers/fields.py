"""Fields of a form with a sentence of their own for what is missing or wrong: text, day, choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django import forms

from qiying.kernel.registers.rows import DAY

Choices: TypeAlias = Sequence[tuple[Any, str]]


def text(label: str, most: int, **rest: Any) -> forms.CharField:
    errors = {"required": f"请填{label}", "max_length": f"最多 {most} 个字"}
    return forms.CharField(label=label, max_length=most, error_messages=errors, **rest)


def area(label: str, most: int, **rest: Any) -> forms.CharField:
    return text(label, most, widget=forms.Textarea(attrs={"rows": 3}), **rest)


def day(label: str, **rest: Any) -> forms.DateField:
    errors = {"required": f"请填{label}", "invalid": "日期写成 2026-11-28 这样"}
    return forms.DateField(label=label, widget=DAY, error_messages=errors, **rest)


def choice(label: str, choices: Choices | Mapping[str, str], **rest: Any) -> forms.ChoiceField:
    errors = {"required": f"请选{label}", "invalid_choice": f"{label}里没有这一项"}
    offered = list(choices.items()) if isinstance(choices, Mapping) else choices
    return forms.ChoiceField(label=label, choices=offered, error_messages=errors, **rest)
