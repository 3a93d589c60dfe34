"""What was found in words, figures and tables, and the forms it is written in."""

REPORT = "report.html"
"""What is opened first in a folder."""
