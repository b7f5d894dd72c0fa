"""Pure arithmetic of engagement: no database, no clock."""
