"""Writes of sealed reports."""
