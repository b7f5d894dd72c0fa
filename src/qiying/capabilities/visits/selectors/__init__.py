"""Reads of visits."""
