"""Data keys in the database: the installation's own two, and one per client, created at first contact.

Purposes: `system` seals what belongs to nobody in particular, `lookup` makes look-up hashes, `client` seals a person's.
"""

from collections import OrderedDict

from infra.crypto import CryptoError, DataKey, Keyring
from infra.database import Database

CACHE = 20_000

LOCK = 0x5A1E51
"""Advisory lock under which the first start makes the key of look-up hashes."""

SYSTEM_KEY = """
WITH made AS (
    INSERT INTO data_key (purpose, wrapped) VALUES ('system', $1)
    ON CONFLICT (purpose) WHERE purpose = 'system' DO NOTHING RETURNING id, wrapped
)
SELECT id, wrapped FROM made UNION ALL SELECT id, wrapped FROM data_key WHERE purpose = 'system' LIMIT 1
"""

LOOKUP_KEY = "SELECT id, wrapped FROM data_key WHERE purpose = 'lookup'"
HASHED = "SELECT EXISTS (SELECT FROM client WHERE phone_hash IS NOT NULL OR email_hash IS NOT NULL)"


class Keys:
    """Unwraps data keys and remembers the most used ones in memory (never anywhere else)."""

    def __init__(self, db: Database, ring: Keyring) -> None:
        self._db = db
        self.ring = ring
        self._known: OrderedDict[int, DataKey] = OrderedDict()
        self.system: DataKey

    async def start(self) -> None:
        """Load the installation's own keys, or create them on the very first start."""
        row = None
        while row is None:  # None when another process inserts it between the two halves of the statement
            _, wrapped = self.ring.new_key()
            row = await self._db.pool.fetchrow(SYSTEM_KEY, wrapped)
        self.system = self.unwrap(row["id"], row["wrapped"])
        await self._start_lookup()

    async def _start_lookup(self) -> None:
        """Hashes made before the key was stored go on working: it then is what they were made with."""
        async with self._db.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            row = await connection.fetchrow(LOOKUP_KEY)
            if row is None:
                hashed = await connection.fetchval(HASHED)
                wrapped = self.ring.wrap(self.ring.first_lookup) if hashed else self.ring.new_key()[1]
                number = await connection.fetchval(
                    "INSERT INTO data_key (purpose, wrapped) VALUES ('lookup', $1) RETURNING id", wrapped
                )
            else:
                number, wrapped = row["id"], row["wrapped"]
        self.ring.use_lookup(number, wrapped)

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
