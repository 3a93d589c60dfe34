"""The organization and its accounts, drawn: who works with whom, how each is, and what each believes."""
