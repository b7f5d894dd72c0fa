"""What reading and comparing messages costs and how often it is right."""
