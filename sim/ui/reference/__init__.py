"""The view to look things up: parameters, rules, measures, words."""
