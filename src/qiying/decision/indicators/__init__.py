"""The registry of indicators: what each is called, how it is counted and where it comes from."""

from .registry import Indicator, Registry, load_registry, standard_registry

__all__ = ["Indicator", "Registry", "load_registry", "standard_registry"]
