"""Demo accounts have a password everybody knows: outside demo mode the product does not start with one."""

from django.conf import settings
from django.db import connection

from qiying.kernel.organisations.models import Person

DEMO_PASSWORD = "qiying-demo"  # noqa: S105 - shown on the sign-in page of demo installations


def demo_logins() -> list[str]:
    """Return the logins of demo accounts, oldest first; empty before the first migrate."""
    if Person._meta.db_table not in connection.introspection.table_names():
        return []
    return list(
        Person.objects.filter(is_demo=True, is_active=True).order_by("id").values_list("login", flat=True)
    )


def refusal() -> str | None:
    """Return why this installation must not start, or None."""
    if settings.QIYING_ENV.demo:
        return None
    logins = demo_logins()
    if not logins:
        return None
    return (
        f"数据库里有 {len(logins)} 个演示账号（{'、'.join(logins[:3])} 等），密码是公开的，没有启动。"
        "正式使用请换一个空数据库；只是试用请设 QIYING_DEMO=1。"
    )
