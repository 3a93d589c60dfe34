"""Who acts: buyers, reps, specialists and managers, their records, their rules and their Mesa classes."""
