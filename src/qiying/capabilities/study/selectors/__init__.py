"""Reads of study; what a viewer may not see is not in the queryset."""
