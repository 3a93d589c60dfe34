"""The view that asks why a measure is missed."""
