"""Pages of the organisation register."""
