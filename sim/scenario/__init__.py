"""What is assumed: parameters, their sources, and scenarios as files."""
