"""What is done to a running organization: levers, shocks, the list of what was done, and from there to evidence."""
