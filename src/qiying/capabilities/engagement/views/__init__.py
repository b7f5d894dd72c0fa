"""Pages of engagement, one module for each way of meeting."""
