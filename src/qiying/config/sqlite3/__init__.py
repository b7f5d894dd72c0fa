"""SQLite for several writing processes: Django's backend, with a queue in front of write transactions."""
