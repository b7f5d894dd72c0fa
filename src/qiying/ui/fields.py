"""A form field as plain data, whether it comes from a Django form or from a procedure's declared inputs."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.forms import BoundField, Field, Form, widgets
from django.utils.safestring import SafeString


class FieldSpec(TypedDict, total=False):
    """What `ui/_field.html` renders. Only `name`, `label` and `kind` are needed."""

    name: str
    id: str
    label: str
    # text, textarea, select, multiselect, radio, checkboxes, checkbox, date, datetime, number, money,
    # file, password, tel, email, hidden
    kind: str
    required: bool
    help: str
    choices: list[Any]  # (value, label) or (value, label, help); long lists become filterable
    value: Any
    errors: list[str]
    placeholder: str
    unit: str  # drawn inside a number field
    max_length: int
    multiple: bool  # for files
    accept: str
    rows: int
    autocomplete: str
    hide_label: bool
    filter: bool  # selects: type to filter
    control: SafeString  # a Django widget already rendered
    group: bool  # several controls under one legend


FILTER_FROM = 12

KINDS: list[tuple[type[widgets.Widget], str]] = [
    (widgets.CheckboxSelectMultiple, "checkboxes"),
    (widgets.RadioSelect, "radio"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.SelectMultiple, "multiselect"),
    (widgets.Select, "select"),
    (widgets.Textarea, "textarea"),
    (widgets.ClearableFileInput, "file"),
    (widgets.FileInput, "file"),
]


def field_spec(bound: Any) -> FieldSpec:
    """Return the spec of a bound Django field; a mapping is taken as a spec and completed.

    Raises TypeError for anything else, because an undefined form field would otherwise vanish from the page.
    """
    if isinstance(bound, BoundField):
        return _of_bound(bound)
    if isinstance(bound, Mapping):
        return complete({**bound})  # type: ignore[typeddict-item]
    raise TypeError(f"{{% field %}} needs a bound form field or a field spec, got {bound!r}")


def complete(spec: FieldSpec) -> FieldSpec:
    """Fill in the id, the kind and whether a select is long enough to be filtered."""
    spec.setdefault("id", f"id_{spec.get('name', '')}")
    spec.setdefault("kind", "text")
    spec.setdefault("value", None)
    spec["choices"] = [_choice(choice) for choice in spec.get("choices") or []]
    if spec["kind"] in {"select", "multiselect"}:
        spec.setdefault("filter", len(spec["choices"]) >= FILTER_FROM)
    spec["group"] = spec["kind"] in {"radio", "checkboxes"}
    return spec


def _choice(choice: Any) -> tuple[Any, ...]:
    """Accept pairs, triples, single words and {value, label, help}."""
    if isinstance(choice, Mapping):
        return (choice["value"], choice["label"], choice.get("help", ""))
    return (choice, choice) if isinstance(choice, str) else tuple(choice)


def _kind(widget: widgets.Widget) -> str:
    for widget_class, kind in KINDS:
        if isinstance(widget, widget_class):
            return kind
    return "text"


def _of_bound(bound: BoundField) -> FieldSpec:
    widget, form_field = bound.field.widget, bound.field
    kind = _kind(widget)
    spec: FieldSpec = {
        "name": bound.html_name,
        "id": bound.auto_id or f"id_{bound.html_name}",
        "label": str(bound.label or ""),
        "kind": kind,
        "required": form_field.required,
        "help": str(bound.help_text or ""),
        "errors": error_words(bound),
        "value": bound.value(),
        "multiple": bool(getattr(widget, "allow_multiple_selected", False)),
        "group": kind in {"radio", "checkboxes"},
        "max_length": getattr(form_field, "max_length", None) or 0,
    }
    if spec["group"]:
        spec["choices"] = [
            _choice(choice) for choice in getattr(form_field, "choices", []) if choice[0] not in ("", None)
        ]
        return spec
    if kind in {"select", "multiselect"}:
        spec["filter"] = len(list(getattr(form_field, "choices", []))) >= FILTER_FROM
    spec["control"] = bound.as_widget(attrs=_attributes(spec, widget))
    return spec


def _attributes(spec: FieldSpec, widget: widgets.Widget) -> dict[str, str | bool]:
    css = {"select": "form-select", "multiselect": "form-select", "checkbox": "form-check-input"}.get(
        spec["kind"], "form-control"
    )
    attributes: dict[str, str | bool] = {
        "class": f"{css} {widget.attrs.get('class', '')}".strip()
        if spec["kind"] != "file"
        else "q-file-input"
    }
    described = [f"{spec['id']}-help"] * bool(spec["help"]) + [f"{spec['id']}-error"] * bool(spec["errors"])
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if spec["errors"]:
        attributes["aria-invalid"] = "true"
    if spec.get("filter"):
        attributes["data-combo"] = "true"
    if spec["kind"] == "file":
        attributes["data-preview"] = "true"
    return attributes


# Django's own sentences talk of variables and fields; these say what to do. %(…)s come from the error.
PLAIN_WORDS = {
    "required": "请填上",
    "min_length": "至少 %(limit_value)s 个字，现在 %(show_value)s 个",
    "max_length": "最多 %(limit_value)s 个字，现在 %(show_value)s 个",
    "min_value": "不能小于 %(limit_value)s",
    "max_value": "不能大于 %(limit_value)s",
    "invalid_choice": "请从列出的里面选",
    "invalid_list": "请从列出的里面选",
    "missing": "没收到文件，请重新选",
    "empty": "这个文件是空的，换一个",
    "invalid_image": "打不开这张图片，换一张",
}
ALWAYS_PLAIN = {"min_length", "max_length", "min_value", "max_value"}
KIND_WORDS = {
    "DateField": "日期写成 2026-11-18 这样",
    "DateTimeField": "时间写成 2026-11-18 10:30 这样",
    "IntegerField": "请填整数",
    "DecimalField": "请填数字",
    "FloatField": "请填数字",
    "EmailField": "邮箱地址不完整",
}


def error_words(bound: BoundField) -> list[str]:
    """Return a field's errors, Django's default sentences replaced by plain ones; own sentences stay."""
    return [_plain_error(error, bound.field) for error in bound.errors.as_data()]


def _default_words(form_field: Field, code: str) -> str | None:
    """Return Django's own sentence for an error code of this kind of field."""
    for parent in type(form_field).__mro__:
        sentences = getattr(parent, "default_error_messages", {})
        if code in sentences:
            return str(sentences[code])
    return None


def _plain_error(error: ValidationError, form_field: Field) -> str:
    code = error.code or ""
    given = str(next(iter(error.messages), ""))
    default = _default_words(form_field, code)
    is_default = code in ALWAYS_PLAIN or (default is not None and str(error.message) == default)
    if not is_default:
        return given
    if code == "invalid":
        return KIND_WORDS.get(type(form_field).__name__, given)
    if code == "required":
        return "请选一项" if _kind(form_field.widget) in {"radio", "select"} else PLAIN_WORDS["required"]
    return (
        PLAIN_WORDS[code] % error.params
        if code in PLAIN_WORDS and error.params
        else PLAIN_WORDS.get(code, given)
    )


class FormError(TypedDict):
    """One thing to change, and the control it belongs to (empty: the whole form)."""

    text: str
    field_id: str


def error_list(source: Any) -> list[FormError]:
    """Return a form's errors in the order of its fields, or a given list of {text, field_id} or sentences."""
    if isinstance(source, Form):
        return _form_errors(source)
    given: Iterable[Any] = source or []
    return [
        {"text": str(one["text"]), "field_id": str(one.get("field_id", ""))}
        if isinstance(one, Mapping)
        else {"text": str(one), "field_id": ""}
        for one in given
    ]


def _form_errors(form: Form) -> list[FormError]:
    errors: list[FormError] = [{"text": str(error), "field_id": ""} for error in form.non_field_errors()]
    for bound in form:
        anchor = bound.auto_id or f"id_{bound.html_name}"
        errors += [{"text": f"{bound.label}：{words}", "field_id": anchor} for words in error_words(bound)]
    return errors
