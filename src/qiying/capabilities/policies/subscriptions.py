"""What this capability listens to and does in the background."""


def register() -> None:
    """Subscribe once a process."""
