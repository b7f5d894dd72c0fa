"""Learning from text: features, classifiers, kinds of matters. Pure functions over texts, without the database."""
