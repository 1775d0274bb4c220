"""What stands between the model and the client: the number lock, promises, leaks, and untrusted text made harmless."""
