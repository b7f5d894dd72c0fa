"""`/api/v1`: the routers of every capability under one door, and the schema they publish."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.operation import Operation
from ninja.params.models import ParamModel

from qiying.config.capabilities import with_module
from qiying.config.settings import ENV
from qiying.kernel.api_access.auth import TokenAuth
from qiying.kernel.api_access.errors import install_error_handlers
from qiying.kernel.api_access.throttling import TokenThrottle

VERSION = "1.0.0"

# A capability with an `api` module keeps its `router` there.
ROUTERS = [
    "qiying.kernel.cases.api",
    "qiying.kernel.cases.api_enterprises",
    "qiying.kernel.cases.api_sheets",
    "qiying.kernel.bookings.api",
    "qiying.kernel.forms.api",
    "qiying.kernel.gatherings.api",
    "qiying.kernel.consents.api",
    "qiying.kernel.api_access.register_lists",
    "qiying.cockpit.api",
    *with_module("api"),
]


# A schema is made ready when something is first read or written by it: all of them at once delay the first page.
kinds: tuple[Any, ...] = (Schema, *ParamModel.__subclasses__())
for kind in kinds:
    kind.model_config["defer_build"] = True


class Api(NinjaAPI):
    """An API whose operations are named by their function, so that moving a file breaks no client."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="企应 Qiying",
    version=VERSION,
    description=(
        "企业诉求、期限与名录的接口。请求头写 `Authorization: Bearer …`；令牌由 `qiying token_create` 发放。"
        "第一版只增加字段，不删不改。写操作可带 `Idempotency-Key`，重发得到同一个答复。"
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-v1",
    auth=TokenAuth(),
    throttle=TokenThrottle(ENV.api_rate),
    servers=[],
)
install_error_handlers(api)
for module in ROUTERS:
    api.add_router("", f"{module}.router")


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of v1."""
    return dict(api.get_openapi_schema(path_prefix="api/v1/"))


def openapi(request: HttpRequest) -> JsonResponse:
    """`/api/openapi.json`: public, as it says nothing about anybody."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})
