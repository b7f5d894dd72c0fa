"""Bearer tokens: found by their hash, ended by time, by hand and with the account."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from qiying.kernel.api_access.models import ApiToken
from qiying.kernel.api_access.selectors import token_by_secret
from qiying.kernel.api_access.services import api_token_revoke, api_token_used
from qiying.kernel.api_access.tests.factories import NOW, OPERATOR, person_make, token_make
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.organisations.services import password_change, password_reset_by_admin
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer

pytestmark = pytest.mark.django_db


def test_the_token_itself_is_not_kept():
    secret = token_make(person_make())
    row = ApiToken.objects.get()
    assert secret.startswith("qy_")
    assert secret not in {str(value) for value in vars(row).values()}


def test_a_token_finds_its_person_until_it_expires():
    person = person_make()
    secret = token_make(person, days=3)
    found = token_by_secret(secret, NOW + timedelta(days=2))
    assert found is not None
    assert found.person == person
    assert token_by_secret(secret, NOW + timedelta(days=3)) is None
    assert token_by_secret(secret + "x", NOW) is None


def test_a_revoked_token_is_refused_and_revoking_twice_keeps_the_first_instant():
    secret = token_make(person_make())
    row = ApiToken.objects.get()
    api_token_revoke(token=row, actor=OPERATOR, at=NOW)
    again = api_token_revoke(token=row, actor=OPERATOR, at=NOW + timedelta(hours=1))
    assert again.revoked_at == NOW
    assert token_by_secret(secret, NOW) is None


def test_the_token_of_a_closed_account_is_refused():
    person = person_make()
    secret = token_make(person)
    person.is_active = False
    person.save()
    assert token_by_secret(secret, NOW) is None
    with pytest.raises(GuardFailed):
        token_make(person)


def test_a_new_password_ends_the_tokens_made_under_the_old_one():
    person, other = person_make(), person_make("other")
    secret, kept = token_make(person), token_make(other)
    person.set_unusable_password()
    password_change(person=person, old=None, new="long-enough-for-all", at=NOW)
    assert token_by_secret(secret, NOW) is None
    assert token_by_secret(kept, NOW) is not None
    assert AuditEntry.objects.filter(action="api_token_revoked").count() == 1
    again = token_make(person)
    password_reset_by_admin(actor=system_viewer("import_service"), person=person, at=NOW)
    assert token_by_secret(again, NOW) is None


@pytest.mark.parametrize("days", [0, 732])
def test_a_token_lives_between_a_day_and_two_years(days):
    with pytest.raises(GuardFailed, match="天之间"):
        token_make(person_make(), days=days)


def test_making_and_ending_a_token_leave_a_mark():
    token_make(person_make())
    api_token_revoke(token=ApiToken.objects.get(), actor=OPERATOR, at=NOW)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "api_token_created",
        "api_token_revoked",
    ]


def test_use_is_noted_once_a_day(django_assert_num_queries):
    token_make(person_make())
    row, today = ApiToken.objects.get(), local_date(NOW)
    with django_assert_num_queries(1):
        api_token_used(token=row, on=today)
    row.refresh_from_db()
    with django_assert_num_queries(0):
        api_token_used(token=row, on=today)


def test_the_command_prints_a_working_token_and_lists_and_ends_it():
    person_make("desk9")
    out = StringIO()
    call_command("token_create", "desk9", "--name", "12345", stdout=out, stderr=StringIO())
    secret = out.getvalue().strip()
    row = ApiToken.objects.get()
    assert token_by_secret(secret, row.created_at) == row
    listed = StringIO()
    call_command("token_list", "desk9", stdout=listed)
    assert "12345" in listed.getvalue()
    call_command("token_revoke", str(row.pk), stdout=StringIO())
    assert token_by_secret(secret, row.created_at) is None


def test_the_command_refuses_an_unknown_login():
    with pytest.raises(CommandError, match="nobody"):
        call_command("token_create", "nobody")
