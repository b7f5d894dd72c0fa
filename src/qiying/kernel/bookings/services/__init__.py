"""Writes of bookings."""
