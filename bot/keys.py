"""Data keys in the database: the installation's own, and one per client, created at first contact."""

from collections import OrderedDict

from infra.crypto import CryptoError, DataKey, Keyring
from infra.database import Database

CACHE = 20_000

SYSTEM_KEY = """
WITH made AS (
    INSERT INTO data_key (purpose, wrapped) VALUES ('system', $1)
    ON CONFLICT (purpose) WHERE purpose = 'system' DO NOTHING RETURNING id, wrapped
)
SELECT id, wrapped FROM made UNION ALL SELECT id, wrapped FROM data_key WHERE purpose = 'system' LIMIT 1
"""


class Keys:
    """Unwraps data keys and remembers the most used ones in memory (never anywhere else)."""

    def __init__(self, db: Database, ring: Keyring) -> None:
        self._db = db
        self.ring = ring
        self._known: OrderedDict[int, DataKey] = OrderedDict()
        self.system: DataKey

    async def start(self) -> None:
        """Load the installation's own key, or create it on the very first start."""
        row = None
        while row is None:  # None when another process inserts it between the two halves of the statement
            _, wrapped = self.ring.new_key()
            row = await self._db.pool.fetchrow(SYSTEM_KEY, wrapped)
        self.system = self.unwrap(row["id"], row["wrapped"])

    def unwrap(self, key_id: int, wrapped: bytes | None) -> DataKey:
        """CryptoError when the key was destroyed (its person asked to be forgotten)."""
        known = self._known.get(key_id)
        if known is not None:
            return known
        if wrapped is None:
            raise CryptoError(f"data key {key_id} is destroyed")
        key = self.ring.unwrap(key_id, wrapped)
        self._known[key_id] = key
        if len(self._known) > CACHE:
            self._known.popitem(last=False)
        return key

    async def get(self, key_id: int) -> DataKey:
        known = self._known.get(key_id)
        if known is not None:
            return known
        return self.unwrap(key_id, await self._db.pool.fetchval("SELECT wrapped FROM data_key WHERE id = $1", key_id))

    def forget(self, key_id: int) -> None:
        self._known.pop(key_id, None)
