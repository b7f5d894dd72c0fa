"""The permissions page."""

import types
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from qiying.kernel.permissions import views
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.registry import Permission, Role, all_permissions, all_roles
from qiying.kernel.permissions.viewer import ANONYMOUS, MembershipInfo, PersonViewer

pytestmark = pytest.mark.django_db


def person(role: str) -> PersonViewer:
    member = MembershipInfo(unit_id=1, role=role, district_id=1, path="1/", unit_name="局")
    return PersonViewer(person_id=5, name="钱督查", district_id=1, memberships=(member,))


def get(viewer):
    request: Any = RequestFactory().get("/permissions/")
    user = types.SimpleNamespace(is_authenticated=True, is_active=True, pk=5)
    request.user = user if viewer.is_authenticated else AnonymousUser()
    request.viewer, request.session, request.impersonation = viewer, {}, None
    request.today = date(2026, 11, 18)
    return views.listing(request)


def test_every_permission_and_role_is_listed_with_its_description():
    page = get(person("supervisor")).content.decode()
    words: list[Permission | Role] = [*all_permissions(), *all_roles()]
    for word in words:
        assert word.label in page
        assert word.description in page
    assert page.count("您有") == 1


def test_somebody_without_the_permission_is_refused_and_a_stranger_signs_in_first():
    with pytest.raises(NotPermitted, match="查看权限清单"):
        get(PersonViewer(person_id=9, enterprise_ids=frozenset({1})))
    assert "sign-in" in get(ANONYMOUS).url
