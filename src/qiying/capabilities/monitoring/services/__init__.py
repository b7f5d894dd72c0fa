"""Writes of clues and registers, of the discipline body and of the personnel body."""
