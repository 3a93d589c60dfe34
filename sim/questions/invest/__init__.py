"""The best mix of levers under a budget."""
