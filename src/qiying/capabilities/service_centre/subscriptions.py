"""What the service centre listens to, and what the worker does for it."""


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
