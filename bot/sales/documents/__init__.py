"""The papers of a deal: what stands in them (pure values) and how they become PDF (worker processes)."""
