"""Policies: the readable file, its DMN twin, and the compiled form all three uses share."""
