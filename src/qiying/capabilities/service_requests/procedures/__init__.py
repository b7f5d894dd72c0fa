"""One file per procedure; each is found and registers itself."""
