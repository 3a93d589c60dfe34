"""How it runs: state, schedule compiled, worlds, interventions, and the Mesa model."""
