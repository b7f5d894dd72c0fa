"""Writes of the kernel that are not acts of a case: dated parameters and the statutory calendar."""
