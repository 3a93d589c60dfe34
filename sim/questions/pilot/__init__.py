"""Trying a lever first, against rolling it out at once and never."""
