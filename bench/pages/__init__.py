"""What a page costs at 10,000 and at 100,000 cases with the same open ones, on both databases: `make bench`."""
