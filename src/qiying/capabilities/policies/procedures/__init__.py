"""One file per procedure; importing the package registers them."""

from qiying.capabilities.policies.procedures import policy_application

__all__ = ["policy_application"]
