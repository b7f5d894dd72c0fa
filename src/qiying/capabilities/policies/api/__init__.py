"""Support policies over HTTP."""

from ninja import Router

from qiying.capabilities.policies.api import applications, catalogue, evaluate, numbers, payments

router = Router(tags=["惠企政策"])
# Fixed addresses come before `/policies/{code}`.
for part in (numbers, evaluate, catalogue, applications, payments):
    router.add_router("", part.router)
