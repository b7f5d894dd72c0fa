"""The built-in functions of DMN 1.5 §10.3.4; each module registers its own on import."""

from . import boolean, context, conversion, lists, numeric, ranges, statistics, strings, temporal

__all__ = [
    "boolean",
    "context",
    "conversion",
    "lists",
    "numeric",
    "ranges",
    "statistics",
    "strings",
    "temporal",
]
