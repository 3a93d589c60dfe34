"""Whether the program does what its description says."""
