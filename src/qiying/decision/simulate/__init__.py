"""What a change would do: who gains, who loses, what it costs; and what a table leaves open or says twice."""

from .analysis import Analysis, analyse
from .effect import Effect, simulate

__all__ = ["Analysis", "Effect", "analyse", "simulate"]
