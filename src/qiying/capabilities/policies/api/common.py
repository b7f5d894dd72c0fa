"""What the routes share: whose district, which enterprise, amounts as texts."""

from __future__ import annotations

from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict

from qiying.capabilities.policies.selectors.shelf import Shelf, shelf
from qiying.decision.scalar.amounts import yuan
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404


def _as_yuan(value: Any) -> Any:
    return yuan(value) if isinstance(value, int) else value


Yuan = Annotated[str, BeforeValidator(_as_yuan)]
"""An amount as text in yuan, read from fen."""
YuanOrNone = Annotated[str | None, BeforeValidator(_as_yuan)]


class Shape(Schema):
    """What is read from a row or a selector's object: an alias says where a field stands there."""

    model_config = ConfigDict(populate_by_name=True)


def calling_of(request: HttpRequest) -> ApiRequest:
    """Return the request with its viewer, time and day."""
    return cast(ApiRequest, request)


def district_of(calling: ApiRequest) -> int:
    """Return the caller's district; raise `GuardFailed` for an account without one."""
    if calling.viewer.district_id is None:
        raise GuardFailed(["您的账号还没有归属区县，请先绑定企业或单位"])
    return calling.viewer.district_id


def shelf_of(calling: ApiRequest) -> Shelf:
    """Return the policies in force today in the caller's district."""
    return shelf(district_of(calling), calling.today)


def enterprise_of(calling: ApiRequest, enterprise_id: int | None) -> Enterprise:
    """Return the enterprise asked for, or the only one the caller speaks for; 404 for any he may not see."""
    own = calling.viewer.enterprise_ids
    if enterprise_id is None:
        if len(own) != 1:
            words = "写明是哪家企业"
            raise GuardFailed([words], {"enterprise_id": [words]})
        enterprise_id = next(iter(own))
    found: Enterprise = fetch_or_404(enterprises_visible_to(calling.viewer), pk=enterprise_id)
    return found
