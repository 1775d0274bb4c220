"""What the simulated language models share: the shape of a request, scripted replies, default speech, tokens."""
