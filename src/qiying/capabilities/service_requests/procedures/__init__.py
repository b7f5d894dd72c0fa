"""One file per procedure; importing the package registers them."""

from qiying.capabilities.service_requests.procedures import service_request

__all__ = ["service_request"]
