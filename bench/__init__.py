"""Measurements of the running system: the benchmark and the fault run."""
