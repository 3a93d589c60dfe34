"""The command line; `sim.cli.main` puts the commands together."""
