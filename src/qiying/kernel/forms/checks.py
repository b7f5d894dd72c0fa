"""System checks: refuse to start on a schema of layouts that is none."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from qiying.kernel.forms.definition import KINDS, layout_schema


@register()
def layouts_can_be_checked(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The schema every questionnaire keeps to is one, and names exactly the kinds there are."""
    from jsonschema import Draft202012Validator  # here: only checks load it
    from jsonschema.exceptions import SchemaError

    found: list[CheckMessage] = []
    try:
        Draft202012Validator.check_schema(layout_schema())
    except SchemaError as error:
        found.append(Error(f"layout.schema.json: {error.message}", id="forms.E001"))
    named = layout_schema()["$defs"]["question"]["properties"]["kind"]["enum"]
    if sorted(named) != sorted(KINDS):
        found.append(Error("layout.schema.json and KINDS name different kinds of questions", id="forms.E002"))
    return found
