"""Pages of the service request, one module per face."""
