"""The page of permissions: what each means and who has it."""

from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qiying.kernel.permissions.registry import REGISTRY, Permission, Role, all_permissions, all_roles
from qiying.kernel.permissions.viewer import Viewer, require


class _ViewerRequest(HttpRequest):
    viewer: Viewer


@dataclass(frozen=True)
class Group:
    """The permissions of one app with the roles that have each."""

    label: str
    rows: list[tuple[Permission, tuple[Role, ...]]]


def permission_groups() -> list[Group]:
    """Return every permission by app; an app is called by its `verbose_name`."""
    groups: dict[str, Group] = {}
    for permission in all_permissions():
        prefix = permission.code.partition(".")[0]
        group = groups.setdefault(prefix, Group(_app_name(prefix), []))
        group.rows.append((permission, REGISTRY.roles_with(permission.code)))
    return list(groups.values())


def _app_name(prefix: str) -> str:
    try:
        return str(apps.get_app_config(prefix).verbose_name)
    except LookupError:
        return prefix


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List every permission with its description and the roles that have it, and every role."""
    require(cast(_ViewerRequest, request).viewer, "permissions.view")
    viewer = cast(_ViewerRequest, request).viewer
    context = {"groups": permission_groups(), "roles": all_roles(), "own_roles": viewer.roles}
    return render(request, "permissions/listing.html", context)
