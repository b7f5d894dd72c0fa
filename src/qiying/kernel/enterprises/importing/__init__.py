"""Enterprises from a table: reading it as offices keep it, and understanding each row."""
