"""The outside world, simulated: the vendors' own wire protocols on one port, and a page to play in.

Only tests and the demo start import it; it knows nothing of the assistant that talks to it.
"""

from infra import lazy_models

# Before anything here imports aiogram: its 600 models are then built on first use, not at import.
lazy_models.install()
