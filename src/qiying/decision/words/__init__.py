"""Plain Chinese for conditions, rows, policies and results."""

from .conditions import condition_text, formula_text, term_label, value_text

__all__ = ["condition_text", "formula_text", "term_label", "value_text"]
