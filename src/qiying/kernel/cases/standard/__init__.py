"""Acts, effects and guards that any procedure takes with one line each."""
