"""Real PostgreSQL and Valkey under DATA_DIR, for an installation that names no server of its own.

`attach(data_dir)` from any process gives their addresses; a light supervisor process keeps them alive between.
"""

from infra.embedded.client import Attachment, attach
from infra.embedded.layout import EmbeddedError

__all__ = ["Attachment", "EmbeddedError", "attach"]
