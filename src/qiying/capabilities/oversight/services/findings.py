"""What checks found: sent, put right, written off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def case_ended(payload: Mapping[str, Any], now: datetime) -> None:
    """Note that the case of a finding ended (subscribed to `case_closed`)."""
