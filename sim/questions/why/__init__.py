"""Why a measure is missed, computed: five whys by runs with the same luck, down to a lever.

`explain` goes from a measure to a lever; `compare_deals` says why deals end differently in two cases. What is said by
reps and managers stands beside what is so.
"""
