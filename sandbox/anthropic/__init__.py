"""The simulated Anthropic: messages and the list of models."""
