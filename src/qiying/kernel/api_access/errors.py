"""Refusals as an API says them: one shape, every reason, declared on every route."""

from collections.abc import Callable
from typing import Any

from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from qiying.kernel.audit.errors import BUSY_SECONDS, is_busy
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError


class ErrorOut(Schema):
    """A refusal."""

    code: str = Field(description="机器可读的原因，例如 not_permitted")
    message: str = Field(description="给人看的一句话")


class GuardErrorOut(ErrorOut):
    """A refusal because of what was sent or of circumstances; every reason at once."""

    reasons: list[str] = Field(description="全部原因")
    fields: dict[str, list[str]] = Field(description="按字段的原因")


class MovedOnOut(ErrorOut):
    """A refusal because the thing went on: how it stands, and where it lives if it was merged."""

    state: str | None = Field(None, description="现在的状态")
    seq: int | None = Field(None, description="最后一步的序号")
    live: str | None = Field(None, description="并入了哪一件，到那里去办")


# `response={200: CaseOut, **ERRORS}` on every route; without it a client cannot know what may come back.
ERRORS: dict[int, Any] = {
    400: ErrorOut,
    401: ErrorOut,
    403: ErrorOut,
    404: ErrorOut,
    409: MovedOnOut,
    422: GuardErrorOut,
    429: ErrorOut,
    503: ErrorOut,
}

# pydantic's words are English; these are the mistakes clients really make.
WORDS = {
    "missing": "必填",
    "string_type": "应为文字",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "日期写成 2026-02-13 这样",
    "date_parsing": "日期写成 2026-02-13 这样",
    "datetime_parsing": "时间写成 2026-02-13T09:00:00+08:00 这样",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "list_type": "应为列表",
    "enum": "不在可选值里",
    "literal_error": "不在可选值里",
    "extra_forbidden": "没有这个字段",
    "json_invalid": "不是合法的 JSON",
}


def _answer(request: HttpRequest, api: NinjaAPI, status: int, body: dict[str, Any]) -> HttpResponse:
    return api.create_response(request, body, status=status)


def _fields_of(errors: list[dict[str, Any]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for error in errors:
        place = [str(part) for part in error.get("loc", ())]
        name = ".".join(place[2:] or place[-1:]) or "body"
        fields.setdefault(name, []).append(WORDS.get(str(error.get("type")), str(error.get("msg", "有误"))))
    return fields


def typed(response: HttpResponse) -> HttpResponse:
    """Return what no route answered, an unknown address or a method that is not offered, in the declared shape."""
    if response.get("Content-Type", "").startswith("application/json"):
        return response
    if isinstance(response, HttpResponseNotAllowed):
        offered = ", ".join(sorted(response["Allow"].split(", ")))
        words = f"这个地址只接受 {offered.replace(', ', '、')}"
        return JsonResponse(
            {"code": "method_not_allowed", "message": words}, status=405, headers={"Allow": offered}
        )
    return JsonResponse(
        {"code": "not_found", "message": "没有这个地址，接口说明在 /api/openapi.json"}, status=404
    )


def install_error_handlers(api: NinjaAPI) -> None:
    """Answer each kernel error, each wrong input and each refused token in the declared shape."""

    def kernel_error(request: HttpRequest, error: KernelError) -> HttpResponse:
        body: dict[str, Any] = {"code": error.code, "message": error.message}
        if isinstance(error, GuardFailed):
            body |= {"reasons": error.reasons, "fields": error.fields}
        if isinstance(error, ActionNotAvailable):
            body |= {k: v for k, v in error.data.items() if k in MovedOnOut.model_fields}
        return _answer(request, api, error.status, body)

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = _fields_of(error.errors)
        reasons = [f"{name}：{word}" for name, words in fields.items() for word in words]
        body = {"code": "invalid_input", "message": "；".join(reasons), "reasons": reasons, "fields": fields}
        return _answer(request, api, 422, body)

    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return _answer(request, api, 404, {"code": "not_found", "message": "没有找到，或者您看不到它"})

    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        body = {"code": "not_signed_in", "message": "缺少有效的令牌：请求头写 Authorization: Bearer …"}
        response = _answer(request, api, 401, body)
        response["WWW-Authenticate"] = 'Bearer realm="qiying"'
        return response

    def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = _answer(request, api, 429, {"code": "too_often", "message": "请求太频繁，请稍后再试"})
        if error.wait is not None:
            response["Retry-After"] = str(error.wait)
        return response

    def unstorable(request: HttpRequest, error: Exception) -> HttpResponse:
        """A number beyond 64 bits, a NUL character: SQLite and PostgreSQL say it late and differently."""
        if isinstance(error, ValueError) and "NUL" not in str(error):
            raise error
        word = "有数据库存不了的数字或字符"
        body = {"code": "invalid_input", "message": word, "reasons": [word], "fields": {}}
        return _answer(request, api, 422, body)

    def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
        if not is_busy(error):
            raise error
        words = "数据库正忙，这一次没有写进去，请稍后重发"
        response = _answer(request, api, 503, {"code": "busy", "message": words})
        response["Retry-After"] = str(BUSY_SECONDS)
        return response

    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return _answer(request, api, error.status_code, {"code": "http_error", "message": str(error)})

    handlers: list[tuple[type[Exception], Callable[..., HttpResponse]]] = [
        (KernelError, kernel_error),
        (ValidationError, invalid),
        (Http404, not_found),
        (AuthenticationError, unauthenticated),
        (Throttled, throttled),
        (HttpError, http_error),
        (OperationalError, busy),
        (OverflowError, unstorable),
        (DataError, unstorable),
        (ValueError, unstorable),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
