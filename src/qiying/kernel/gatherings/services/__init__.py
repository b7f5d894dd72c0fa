"""Writes of gatherings, one module for each part of their life."""
