"""The worker's statements, each whole: one round trip takes, beats, opens or ends turns.

Leases run on the database's clock and last 6 s; a merged turn has at most 20 members.
"""

CLAIM = """
WITH due AS (
    SELECT id FROM conversation
    WHERE pending > 0 AND (not_before IS NULL OR not_before <= clock_timestamp())
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED
), c AS (
    UPDATE conversation SET owner = $1, epoch = epoch + 1, not_before = NULL,
           lease_until = clock_timestamp() + interval '6 seconds'
    FROM due WHERE conversation.id = due.id
    RETURNING conversation.id, account_id, chat_id, thread_id, client_id, key_id, epoch, position, in_form, silent
)
SELECT c.*, k.wrapped, cl.locale, cl.warnings, cl.muted_until, cl.name,
       t.id AS turn_id, t.attempts, i.seq, i.external_id, i.mergeable, i.sender_id, i.payload, i.trace, i.received_at
FROM c JOIN data_key k ON k.id = c.key_id
LEFT JOIN client cl ON cl.id = c.client_id
LEFT JOIN turn t ON t.conversation_id = c.id AND t.done_at IS NULL
LEFT JOIN LATERAL (
    SELECT * FROM inbox i WHERE i.conversation_id = c.id AND i.turn_id IS NOT DISTINCT FROM t.id
    ORDER BY i.seq LIMIT 20
) i ON true
ORDER BY c.id, i.seq
"""

OPEN = """
WITH t AS (
    INSERT INTO turn (conversation_id, first_seq, last_seq)
    SELECT id, $2, $3 FROM conversation WHERE id = $1 AND owner = $4 AND epoch = $5 AND lease_until > clock_timestamp()
    RETURNING id
), frozen AS (
    UPDATE inbox SET turn_id = t.id FROM t WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3
)
SELECT id FROM t
"""

REOPEN = """
UPDATE turn SET attempts = attempts + 1 WHERE id = $1 AND done_at IS NULL AND EXISTS (
    SELECT FROM conversation WHERE id = $2 AND owner = $3 AND epoch = $4 AND lease_until > clock_timestamp())
RETURNING attempts, answer
"""

KEEP = """
UPDATE turn SET answer = $2 WHERE id = $1 AND done_at IS NULL AND EXISTS (
    SELECT FROM conversation WHERE id = $3 AND owner = $4 AND epoch = $5 AND lease_until > clock_timestamp())
RETURNING id
"""

DROP_UNREADABLE = """
WITH t AS (
    UPDATE turn SET done_at = clock_timestamp(), outcome = 'forgotten' WHERE conversation_id = $1 AND done_at IS NULL
)
UPDATE conversation SET pending = 0, since = NULL, owner = NULL, lease_until = NULL, position = NULL
WHERE id = $1 AND owner = $2 AND epoch = $3
"""

FINISH = """
WITH fence AS MATERIALIZED (
    SELECT id, pending FROM conversation
    WHERE id = $1 AND owner = $2 AND epoch = $3 AND lease_until > clock_timestamp() FOR UPDATE
), ended AS (
    UPDATE turn SET done_at = clock_timestamp(), outcome = $5, answer = NULL FROM fence
    WHERE turn.id = $4 AND turn.done_at IS NULL RETURNING turn.id
), said AS (
    INSERT INTO transcript (conversation_id, origin, n, author, message_id, body)
    SELECT $1, $9, l.n, l.author, l.message_id, l.body
    FROM ended, unnest($10::smallint[], $11::text[], $12::bigint[], $13::bytea[]) AS l (n, author, message_id, body)
    ON CONFLICT DO NOTHING
)
UPDATE conversation c SET pending = c.pending - $6, since = CASE WHEN c.pending > $6 THEN clock_timestamp() END,
       position = COALESCE($7, c.position), in_form = $8,
       owner = NULL, lease_until = NULL, active_at = clock_timestamp()
FROM ended WHERE c.id = $1
RETURNING c.pending
"""

RELEASE = """
WITH released AS (
    UPDATE conversation SET owner = NULL, lease_until = NULL,
           not_before = clock_timestamp() + make_interval(secs => $4)
    WHERE id = $1 AND owner = $2 AND epoch = $3 RETURNING id
)
UPDATE turn SET attempts = attempts - $5 FROM released WHERE turn.conversation_id = released.id AND done_at IS NULL
"""


BEAT_ALL = """
WITH mine AS (SELECT * FROM unnest($2::bigint[], $3::bigint[]) AS m (id, epoch)), kept AS (
    UPDATE conversation c SET lease_until = clock_timestamp() + interval '6 seconds' FROM mine
    WHERE c.id = mine.id AND c.epoch = mine.epoch AND c.owner = $1 AND c.lease_until > clock_timestamp()
    RETURNING c.id
)
SELECT kept.id, t.cancel_at IS NOT NULL AS stop FROM kept
LEFT JOIN turn t ON t.conversation_id = kept.id AND t.done_at IS NULL
"""

QUEUE = """
SELECT count(*) AS waiting, extract(epoch FROM clock_timestamp() - min(since)) AS age
FROM conversation WHERE pending > 0
"""
