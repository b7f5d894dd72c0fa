"""A slip put right: title, contact, what was misunderstood. What came in stays as it came; old and new are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import field_validator

from qiying.kernel.audit.personal import personal_token
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.askers import is_own_intake
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.intaking import search_text
from qiying.kernel.cases.models import Intake
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.organisations.phones import reachable

FIELDS = ("title", "kind", "category")
DIMENSIONS = ("kind", "category")
"""By these figures are grouped: those of earlier months are re-stated."""
CONTACT = ("contact_name", "contact_phone")


class Correct(ActionInput):
    title: str = entry("标题", default="", max_length=60, help="不改就空着")
    text: str = entry(
        "哪里说错了，应该是什么", default="", widget="textarea", personal=True, max_length=2000,
        help="来件的原话不动，更正写在旁边",
    )  # fmt: skip
    contact_name: str = entry("联系人", default="", personal=True, tells_asker="name", max_length=40)
    contact_phone: str = entry("电话", default="", personal=True, tells_asker="phone", max_length=30)
    reason: str = entry("为什么改", widget="textarea", min_length=4, max_length=300)

    _reachable = field_validator("contact_phone")(reachable)


class ContactGiven(ActionInput):
    contact_phone: str = entry("新的电话", personal=True, tells_asker="phone", min_length=5, max_length=30)

    _reachable = field_validator("contact_phone")(reachable)


def correct(
    states: tuple[str, ...], by: tuple[str, ...], input: type[ActionInput] = Correct, **rest: Any
) -> Action:
    """Return the act that corrects a slip; an input may have the case's kind and category as well."""
    checks = (*rest.pop("checks", ()), corrects_something)
    given = {"checks": checks, "sentence": "更正登记：{reason}", "is_minor": True, "icon": "edit", **rest}
    return Action("correct", "更正登记", states, by, _correct, (), input, **given)


def corrects_something(act: Act) -> Iterable[tuple[str, str]]:
    """A correction changes something."""
    said = (getattr(act.data, n, "") for n in ("text", *CONTACT))
    if not any(said) and not _changes(act):
        yield "reason", "没有要改的：写下改成什么"


def _changes(act: Act) -> dict[str, Any]:
    wanted = {n: getattr(act.data, n, "") for n in FIELDS}
    return {n: v for n, v in wanted.items() if v and v != getattr(act.case, n)}


def _correct(act: Act) -> None:
    changes = _changes(act)
    act.was = {n: getattr(act.case, n) for n in changes}
    act.restate(**{n: v for n, v in changes.items() if n in DIMENSIONS})
    if changes:
        act.set(**changes)
    set_contact(act)
    if "title" in changes:
        act.index_text = search_text(act)


def set_contact(act: Act) -> None:
    """Keep how an asker is reached from now on: his own intake's, for an office the first one's."""
    new = {f"{n}_ref": act.ref(n) for n in CONTACT if act.ref(n)}
    links = [r for r in act.rows.of("intake").values() if r.until is None]
    found = {i.pk: i for i in Intake.objects.filter(pk__in=[r.intake_id for r in links])} if new else {}
    own = [i for i in found.values() if is_own_intake(i, act.viewer.keys)]
    first = next((found[r.intake_id] for r in links if r.is_primary and r.intake_id in found), None)
    if intake := own[0] if own else first:
        was = {n: getattr(intake, f"{n}_ref") for n in CONTACT if f"{n}_ref" in new}
        act.was |= {n: personal_token(ref) for n, ref in was.items() if ref}
        Intake.objects.filter(pk=intake.pk).update(**new)
