"""Law as code: dated, with its source, and without Django, clock or database."""
