"""The logic core: sets of values, terms, formulas and their exact three-valued normal form."""
