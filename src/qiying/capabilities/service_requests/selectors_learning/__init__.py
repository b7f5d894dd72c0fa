"""Reads of what happens after an answer: call-back, review, hot issues, filed cases, best cases, templates."""
