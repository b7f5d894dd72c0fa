import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client

from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.sign_in import MfaAdapter
from qiying.kernel.organisations.tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_one_command_makes_the_first_district_and_its_operator(capsys):
    call_command("district_setup", "330424", "海盐县", "--admin", "ops")
    password = capsys.readouterr().out.split("密码 ")[1].split("（")[0]
    client = Client()
    client.post("/sign-in/", {"way": "password", "login": "ops", "password": password})
    assert client.get("/units/")["Location"] == "/my/password/"
    data = {"old": password, "new": "hao-ji-de-mima", "again": "hao-ji-de-mima"}
    client.post("/my/password/", data)
    assert "海盐县" in client.get("/units/").content.decode()
    with pytest.raises(CommandError, match="已经建过"):
        call_command("district_setup", "330424", "海盐县", "--admin", "ops2")


def test_a_refused_operator_leaves_no_district_behind():
    make_person(login="taken")
    with pytest.raises(CommandError, match="已经有人用"):
        call_command("district_setup", "330424", "海盐县", "--admin", "taken")
    assert not District.objects.exists()
    assert Person.objects.count() == 1


def test_authenticator_secrets_are_not_readable_in_the_database(settings):
    settings.MFA_ADAPTER = "qiying.kernel.organisations.sign_in.MfaAdapter"
    secret = generate_totp_secret()
    TOTP.activate(make_person(), secret)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert MfaAdapter().decrypt(stored) == secret
