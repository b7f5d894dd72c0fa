"""Pages of visits, resident officers and the phone."""
