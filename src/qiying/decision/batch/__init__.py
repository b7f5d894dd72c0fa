"""Batches end to end: Arrow in, outcomes, amounts, exclusion groups and missing sets out as Arrow."""

from .matcher import Matcher

__all__ = ["Matcher"]
