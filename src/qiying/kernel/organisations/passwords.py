"""Rules a password has to keep, and the one password everybody knows."""

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from qiying.kernel.organisations.models import Person

# Django's own sentences are partly English in its Chinese catalogue.
WORDS = {
    "password_too_short": "密码至少要 10 个字符",
    "password_too_common": "这个密码太常见，换一个别人猜不到的",
    "password_entirely_numeric": "密码不要全是数字",
}
DEMO_PASSWORD = "qiying-demo"  # noqa: S105  shown on the sign-in page, in demo mode only


def is_demo_mode() -> bool:
    """Tell whether this installation was started to be tried out."""
    return bool(settings.QIYING_ENV.demo)


def password_problems(password: str, person: Person) -> list[str]:
    """Return every reason against a password in words; an empty list means it will do."""
    if password == DEMO_PASSWORD:
        if is_demo_mode() and person.is_demo:
            return []
        return ["这是演示密码，人人都知道，不能用"]
    problems: list[str] = []
    try:
        validate_password(password, person)
    except ValidationError as error:
        problems.extend(WORDS.get(one.code or "", " ".join(one.messages)) for one in error.error_list)
    if person.login and person.login.casefold() in password.casefold():
        problems.append("密码里不要带登录名")
    if person.phone and person.phone[-6:] in password:
        problems.append("密码里不要带手机号")
    return problems


def random_password() -> str:
    """Return a password to be handed over once, without letters that look alike."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
