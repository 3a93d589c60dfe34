"""The server of the page: who may speak to it, how much, and in which form."""
