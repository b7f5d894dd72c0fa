"""DMN 1.5: reading models and evaluating their decisions."""

from .engine import evaluate_decision, invoke_service
from .model import Decision, DecisionTable, Model
from .reader import read_model
from .xml import DmnError

__all__ = [
    "Decision",
    "DecisionTable",
    "DmnError",
    "Model",
    "evaluate_decision",
    "invoke_service",
    "read_model",
]
