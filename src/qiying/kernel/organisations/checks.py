"""The product refuses to start outside demo mode while a demo account exists."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.passwords import DEMO_PASSWORD, is_demo_mode


class DemoAccount(NamedTuple):
    """One account shown on the sign-in page in demo mode."""

    login: str
    name: str
    what: str
    password: str


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts to show at sign-in, those with the demo password: none outside demo mode. Two queries."""
    if not is_demo_mode():
        return []
    known = Person.objects.filter(is_demo=True, is_active=True)
    people = list(known.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("id"))
    titles = {
        m.person_id: f"{m.unit.label} · {m.title}" if m.title else m.unit.label
        for m in Membership.objects.filter(person__in=people, valid_to__isnull=True).select_related("unit")
    }
    return [DemoAccount(p.login, p.name, titles.get(p.pk, "企业专员"), DEMO_PASSWORD) for p in people]


def demo_accounts_told() -> list[str]:
    """Return, line by line, who may be tried out in a demo: the cast, whose logins are plain names."""
    # the hundreds of others (desk.leader, clerk17) are on the sign-in page
    accounts = [account for account in demo_accounts() if account.login.isalpha()]
    words = [f"  {account.login:<12}{account.name}  {account.what}" for account in accounts]
    return [f"演示账号，密码都是 {DEMO_PASSWORD}：", *words] if words else []


def demo_accounts_problem() -> str | None:
    """Return why this installation must not serve, in words, or `None`; one query."""
    if is_demo_mode():
        return None
    count = Person.objects.filter(is_demo=True).count()
    if not count:
        return None
    return (
        f"数据库里有 {count} 个演示账号，密码人人都知道，所以没有启动。"
        "试用请设 QIYING_DEMO=1；正式使用请换一个空的数据目录或数据库。"
    )


@register(Tags.database)
def demo_accounts_check(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report demo accounts outside demo mode; a database that is not migrated yet has none."""
    if not databases:
        return []
    try:
        problem = demo_accounts_problem()
    except DatabaseError:
        return []
    return [Error(problem, id="organisations.E001")] if problem else []
