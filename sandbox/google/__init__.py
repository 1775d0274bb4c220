"""The simulated Google: grants of tokens, and calendars with events."""
