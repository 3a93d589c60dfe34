"""What is asked of the model, one question a room; `sim.experiments` has their functions under one name."""
