"""The service catalogue and applications over HTTP."""

from ninja import Router

router = Router(tags=["审批办事"])
