"""Forms of engagement."""
