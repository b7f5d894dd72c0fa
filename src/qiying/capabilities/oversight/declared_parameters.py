"""Days and months of oversight as dated parameters, each with its source."""
