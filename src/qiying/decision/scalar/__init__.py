"""One enterprise, all policies: outcome, deciding row, what is missing, why, and what would change it."""

from .amounts import History, Payment
from .ask import Question, questions
from .evaluate import ScalarEngine, Verdict
from .explain import Explanation, as_dict, explain
from .nearest import NearMiss, near_misses

__all__ = [
    "Explanation",
    "History",
    "NearMiss",
    "Payment",
    "Question",
    "ScalarEngine",
    "Verdict",
    "as_dict",
    "explain",
    "near_misses",
    "questions",
]
