"""What a person enters for an act, and what belongs to one procedure's cases alone: typed, labelled, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from qiying.kernel.cases.models import Case


class ActionInput(BaseModel):
    """What a person enters for an action; unknown fields are refused, text is stripped."""

    # made ready when something is first entered: all of them at once delay the first page
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, defer_build=True)


class NoInput(ActionInput):
    """An action that needs no input."""


class Extras(BaseModel):
    """What belongs to one procedure's cases alone, typed; a procedure declares its own on top of the standard acts'.

    Of who opened it: `intake` is what the channel said of the sender, `speaker` who may speak for its numbers.
    Stored as JSON with the case; a name that is not declared cannot be written (`Act.set_extras`).
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)
    back_to: str = ""
    material_items: str = ""
    joined_into: str = ""
    withdrawn_because: str = ""
    voided_because: str = ""
    person_id: int | None = None
    speaker: str = ""
    intake: dict[str, Any] = {}

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return a case's extras; what an older version kept under other names is left out."""
        return cls.model_validate(case.extras)

    @classmethod
    def checked(cls, given: Mapping[str, Any], changed: Iterable[str]) -> dict[str, Any]:
        """Return extras as they are stored; raise `ValueError` for an undeclared name or a value of another type."""
        if unknown := sorted(set(changed) - set(cls.model_fields)):
            raise ValueError(f"{cls.__name__} 没有 {'、'.join(unknown)}")
        kept = {name: value for name, value in given.items() if value is not None}
        cls.model_validate({name: kept[name] for name in changed if name in kept}, strict=True)
        return kept


def entry(
    label: str,
    *,
    default: Any = ...,
    widget: str = "",
    help: str = "",
    personal: bool = False,
    choices: Mapping[str, str] | None = None,
    source: str = "",
    tells_asker: Literal["", "name", "phone", "id"] = "",
    internal: bool = False,
    asked_of: tuple[str, ...] = (),
    **limits: Any,
) -> Any:
    """Describe one input field.

    Args:
        label: Chinese label, also used in messages.
        widget: text, textarea, select, radio, date, number, checkbox, documents, multiselect, tel, which the asker's
            telephone number is by itself.
        personal: the value is kept erasable; the event holds a commitment only.
        choices: fixed choices, value to label.
        source: name of a choice source resolved for the viewer (`units`, `handlers`, `categories` …).
        tells_asker: it tells who asked: left out where he is hidden, a name or telephone masked for everybody.
        internal: services set it; nobody is asked for it and nobody may send it.
        asked_of: roles; an opening's page asks nobody else for it.
    """
    plain = "none" if internal else "tel" if tells_asker == "phone" else "text"
    extra: dict[str, Any] = {"widget": widget or plain, "personal": personal}
    if help:
        extra["help"] = help
    if tells_asker:
        extra["tells_asker"] = tells_asker
    if internal:
        extra["internal"] = True
    if asked_of:
        extra["asked_of"] = asked_of
    if choices is not None:
        extra["choices"] = dict(choices)
        extra["widget"] = widget or "select"
    if source:
        extra["source"] = source
        extra["widget"] = widget or "select"
    if isinstance(default, tuple):
        return Field(default_factory=list, title=label, json_schema_extra=extra, **limits)
    return Field(default, title=label, json_schema_extra=extra, **limits)


class Text(ActionInput):
    text: str = entry("写什么", widget="textarea", min_length=2, max_length=1000)


class Reason(ActionInput):
    reason: str = entry("事实和理由", widget="textarea", min_length=4, max_length=600, help="对方会看到")
