"""Class mode: everyone leads an organization of one's own in the same market, with the same luck and budget."""
