"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""
