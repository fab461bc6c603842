"""Commands that are no run: what a person asks of an installation."""
