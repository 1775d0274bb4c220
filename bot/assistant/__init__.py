"""The assistant: a language model that proposes, and the code around it that disposes."""
