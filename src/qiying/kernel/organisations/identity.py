"""Who proves that a person is who he says: desk checking is shipped, a provider may be plugged in."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from qiying.kernel.organisations.models import IdentityLevel


class ProvenIdentity(NamedTuple):
    """What an online provider vouches for; no document number is kept."""

    name: str
    evidence: str


class IdentityProvider(Protocol):
    """An adapter to something that checks identities."""

    label: str
    level: str
    is_online: bool

    def start_url(self, person_id: int, return_to: str) -> str | None:
        """Return where to send the person's browser, or `None` when there is nothing to do online."""

    def proven(self, query: Mapping[str, str]) -> ProvenIdentity | None:
        """Return what the provider vouches for in the answer it sent the browser back with, or `None`."""


class DeskChecking:
    """Somebody at the service centre looks at the person and the document."""

    label = "窗口核对"
    level: str = IdentityLevel.DESK_VERIFIED
    is_online = False

    def start_url(self, person_id: int, return_to: str) -> str | None:
        return None

    def proven(self, query: Mapping[str, str]) -> ProvenIdentity | None:
        return None


_PROVIDERS: dict[str, IdentityProvider] = {}


def register_identity_provider(name: str, cls: type[IdentityProvider]) -> None:
    """Plug in a provider under a name; the last one registered under a name counts."""
    _PROVIDERS[name] = cls()


def unregister_identity_provider(name: str) -> None:
    """Take a provider out again; a name nobody registered is no error."""
    _PROVIDERS.pop(name, None)


def identity_provider(name: str) -> IdentityProvider:
    """Return a provider; raise `LookupError` naming those there are."""
    try:
        return _PROVIDERS[name]
    except KeyError:
        raise LookupError(f"没有名为 {name} 的身份核实方式，现有：{'、'.join(_PROVIDERS)}") from None


def online_providers() -> list[tuple[str, IdentityProvider]]:
    """Return the providers a person can use from his phone."""
    return [(name, p) for name, p in _PROVIDERS.items() if p.is_online]


register_identity_provider("desk", DeskChecking)
