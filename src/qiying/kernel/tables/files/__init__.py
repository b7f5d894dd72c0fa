"""Files as sheets of cells: what the bytes are is found by looking, never by the file's name."""
