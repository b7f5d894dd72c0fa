"""What the law says of inspections, penalties and leniency: pure, dated, with its source."""
