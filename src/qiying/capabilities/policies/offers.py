"""What the home pages and the navigation show of support policies; each part registers its own lines."""

from __future__ import annotations

