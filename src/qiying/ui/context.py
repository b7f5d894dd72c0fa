"""What every page's <html> needs to know about the person's reading preferences."""

from django.http import HttpRequest

SESSION_KEY = "ui_prefs"

# Preference → allowed values; the first is the default and is not written to the page.
CHOICES: dict[str, tuple[str, ...]] = {
    "text": ("normal", "large"),
    "contrast": ("normal", "more"),
    "density": ("auto", "compact", "comfortable"),
    "keys": ("on", "off"),
}


def preferences_of(request: HttpRequest) -> dict[str, str]:
    """Return the valid preferences stored in the session, defaults left out."""
    session = getattr(request, "session", None)
    stored = session.get(SESSION_KEY, {}) if session is not None else {}
    return {name: stored[name] for name, allowed in CHOICES.items() if stored.get(name) in allowed[1:]}


def preferences(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Context processor: `ui_prefs` with text, contrast, density, keys where they are not the default."""
    return {"ui_prefs": preferences_of(request)}
