"""Office pages of a case, its acts, lists and letters."""
