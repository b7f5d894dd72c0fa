"""Writes on people: accounts, identity, passwords, preferences."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.identity import identity_provider
from qiying.kernel.organisations.models import IDENTITY_LEVELS, IdentityLevel, Person
from qiying.kernel.organisations.passwords import is_demo_mode, password_problems, random_password
from qiying.kernel.organisations.phones import is_mobile, mask_phone, normalise_phone, phone_problem
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.organisations.throttle import Limit, attempt, forget
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import ANONYMOUS, PersonViewer, Viewer

# Called in the transaction that sets a new password: what was opened with the old one ends.
PASSWORD_WATCHERS: list[Callable[[Person, Viewer, datetime], None]] = []
EDITABLE = ("name", "phone", "email", "login")


@transaction.atomic
def person_create(
    *,
    actor: Viewer,
    login: str,
    name: str,
    at: datetime,
    district_id: int | None = None,
    phone: str = "",
    email: str = "",
    password: str | None = None,
    identity_level: str = IdentityLevel.UNVERIFIED,
    is_demo: bool = False,
    must_change_password: bool = False,
) -> Person:
    """Open an account; without a password only SMS codes or an identity provider let the person in."""
    require_in_district(actor, "organisations.manage", district_id)
    person = Person(
        login=login.strip(),
        name=name.strip(),
        phone=normalise_phone(phone) or None,
        email=email.strip(),
        district_id=district_id,
        identity_level=identity_level,
        is_demo=is_demo,
        must_change_password=must_change_password,
        created_at=at,
    )
    fields = _problems(person)
    if password is not None and (bad := password_problems(password, person)):
        fields["password"] = bad
    if is_demo and not is_demo_mode():
        fields["is_demo"] = ["演示账号只能在演示模式下建立"]
    refuse(fields)
    person.set_password(password)
    person.save()
    data = {"login": person.login, "identity_level": identity_level, "phone": mask_phone(person.phone or "")}
    _record(actor, "person_create", person, data, at)
    return person


@transaction.atomic
def person_register(*, phone: str, name: str, district_id: int, at: datetime) -> Person:
    """Make an unverified account for the proved holder of a phone, or return the one there is."""
    number = normalise_phone(phone)
    known = Person.objects.filter(phone=number).first()
    if known is not None:
        return known
    person = Person(
        login=f"u{secrets.token_hex(5)}",
        name=name.strip(),
        phone=number,
        district_id=district_id,
        created_at=at,
    )
    refuse(_problems(person))
    person.set_unusable_password()
    person.save()
    actor = PersonViewer(person_id=person.pk, name=person.name, district_id=district_id)
    _record(actor, "person_register", person, {"phone": mask_phone(number)}, at)
    return person


@transaction.atomic
def person_update(*, actor: Viewer, person: Person, at: datetime, **changes: Any) -> Person:
    """Change name, login, phone or e-mail; a person may change his own phone and e-mail himself."""
    if unknown := sorted(set(changes) - set(EDITABLE)):
        raise TypeError(f"人员没有这些可改的栏目：{unknown}")
    if not (actor.person_id == person.pk and set(changes) <= {"phone", "email"}):
        require_in_district(actor, "organisations.manage", person.district_id)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if "phone" in changes:
        changes["phone"] = normalise_phone(changes["phone"] or "") or None
    changed = {k: v for k, v in changes.items() if getattr(locked, k) != v}
    for field, value in changed.items():
        setattr(locked, field, value)
    refuse(_problems(locked))
    if changed:
        locked.save(update_fields=sorted(changed))
        shown = {k: mask_phone(v or "") if k == "phone" else k for k, v in changed.items()}
        _record(actor, "person_update", locked, {"changed": shown}, at)
    return locked


@transaction.atomic
def person_deactivate(*, actor: Viewer, person: Person, reason: str, at: datetime) -> Person:
    """Stop an account from signing in; nothing is deleted, memberships are ended one by one."""
    require_in_district(actor, "organisations.manage", person.district_id)
    if not reason.strip():
        raise GuardFailed(["请写明停用的原因"], {"reason": ["请写明停用的原因"]})
    if person.pk == actor.person_id:
        raise GuardFailed(["不能停用自己的账号，请另一位运维来做"])
    return _set_active(actor, person, False, {"reason": reason.strip()}, at)


@transaction.atomic
def person_reactivate(*, actor: Viewer, person: Person, at: datetime) -> Person:
    """Let a stopped account sign in again."""
    require_in_district(actor, "organisations.manage", person.district_id)
    return _set_active(actor, person, True, {}, at)


def _set_active(actor: Viewer, person: Person, is_active: bool, data: dict[str, Any], at: datetime) -> Person:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    _record(actor, "person_reactivate" if is_active else "person_deactivate", person, data, at)
    return person


@transaction.atomic
def identity_confirm(*, actor: Viewer, person: Person, provider: str, evidence: str, at: datetime) -> Person:
    """Raise a person's identity level by what a provider proved; `evidence` says what was seen."""
    source = identity_provider(provider)
    if not (actor.is_system or source.is_online):
        require_in_district(actor, "organisations.verify_identity", person.district_id)
    if actor.person_id == person.pk and not source.is_online:
        raise GuardFailed(["不能核实自己的身份，请另一位受理员来做"])
    if not evidence.strip():
        raise GuardFailed(["请写明核对了什么证件"], {"evidence": ["请写明核对了什么证件"]})
    if IDENTITY_LEVELS.index(IdentityLevel(source.level)) > IDENTITY_LEVELS.index(
        IdentityLevel(person.identity_level)
    ):
        person.identity_level = source.level
        person.save(update_fields=["identity_level"])
    data = {"provider": provider, "level": source.level, "evidence": evidence.strip()}
    _record(actor, "identity_confirm", person, data, at)
    return person


def password_change(*, person: Person, old: str | None, new: str, at: datetime) -> Person:
    """Set a new password; the old one is asked for whenever there is one, six tries in a quarter of an hour."""
    fields: dict[str, list[str]] = {}
    if person.has_usable_password():
        tries = [Limit("old-password", str(person.pk), 6, timedelta(minutes=15))]
        if exceeded := attempt(tries, at=at):  # counted outside the transaction that a refusal rolls back
            refuse({"old": [f"原密码试错太多次了，过 {exceeded.words}再试"]})
        if person.check_password(old or ""):
            forget(tries)
        else:
            fields["old"] = ["原密码不对"]
    if bad := password_problems(new, person):
        fields["new"] = bad
    if old is not None and old == new:
        fields["new"] = ["新密码和原密码一样"]
    refuse(fields)
    actor = PersonViewer(person_id=person.pk, name=person.name, district_id=person.district_id)
    _set_password(actor, "password_change", person, new, must_change=False, at=at)
    return person


@transaction.atomic
def password_reset_by_admin(*, actor: Viewer, person: Person, at: datetime) -> str:
    """Set and return a random password to hand over once; it has to be changed at the next sign-in."""
    require_in_district(actor, "organisations.manage", person.district_id)
    password = random_password()
    _set_password(actor, "password_reset_by_admin", person, password, must_change=True, at=at)
    return password


@transaction.atomic
def _set_password(
    actor: Viewer, action: str, person: Person, password: str, *, must_change: bool, at: datetime
) -> None:
    person.set_password(password)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])
    _record(actor, action, person, {}, at)
    for watcher in PASSWORD_WATCHERS:
        watcher(person, actor, at)


def _problems(person: Person) -> dict[str, list[str]]:
    """Return what is wrong with a person's fields, by field."""
    fields: dict[str, list[str]] = {}
    others = Person.objects.exclude(pk=person.pk)
    if not person.name:
        fields["name"] = ["请填姓名"]
    if not person.login:
        fields["login"] = ["请填登录名"]
    elif is_mobile(person.login):
        fields["login"] = ["登录名不要用手机号，手机号本身就能登录"]
    elif others.filter(Q(login__iexact=person.login)).exists():
        fields["login"] = ["这个登录名已经有人用"]
    if person.phone:
        if problem := phone_problem(person.phone):
            fields["phone"] = [problem]
        elif others.filter(phone=person.phone).exists():
            fields["phone"] = ["这个手机号已经登记在别的账号上"]
    return fields


def _record(actor: Viewer, action: str, person: Person, data: dict[str, Any], at: datetime) -> None:
    row_noted(
        actor if actor is not ANONYMOUS else PersonViewer(person_id=person.pk, name=person.name),
        f"organisations.{action}",
        person,
        at,
        **data,
    )
