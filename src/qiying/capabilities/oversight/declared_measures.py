"""What oversight counts."""
