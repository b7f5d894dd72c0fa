"""One enterprise, all policies: outcome, deciding row, what is missing, why, and what would change it."""

from .evaluate import ScalarEngine, Verdict

__all__ = ["ScalarEngine", "Verdict"]
