"""Pages; addresses are listed here."""

from typing import Any

urlpatterns: list[Any] = []
