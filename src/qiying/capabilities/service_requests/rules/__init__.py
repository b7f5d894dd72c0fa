"""What can be said of messages, rows and days without the database: pure functions and tables."""
