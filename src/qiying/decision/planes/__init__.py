"""Batches: every distinct condition once as bit planes over all enterprises, then all policies by AND and OR."""

from .columns import Columns
from .kernel import PlaneEngine
from .result import Planes

__all__ = ["Columns", "PlaneEngine", "Planes"]
