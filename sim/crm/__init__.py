"""CRM exports in: read, repair, measure, and write a scenario with the real organization."""
