"""The assistant: what every call of a model cost, and what is remembered of a long talk."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# `id` is made by the caller, so that a row whose writing was interrupted can be written again; `audio_seconds` is
# what a recording's length was when the vendor counts by time; `up_to` and the two beside it name the transcript's
# newest line that the summary covers
UP = """
CREATE TABLE model_call (
    id uuid CONSTRAINT pk_model_call PRIMARY KEY,
    conversation_id bigint CONSTRAINT fk_model_call_conversation_id_conversation REFERENCES conversation (id),
    vendor text NOT NULL,
    model text NOT NULL,
    purpose text NOT NULL,
    outcome text NOT NULL,
    input_tokens integer NOT NULL,
    cached_tokens integer NOT NULL,
    cache_write_tokens integer NOT NULL,
    output_tokens integer NOT NULL,
    audio_seconds numeric(10, 3) NOT NULL,
    cost numeric(12, 8) NOT NULL,
    milliseconds integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT ck_model_call_purpose CHECK (
        purpose IN ('answer', 'regenerate', 'summary', 'rerank', 'embedding', 'transcription', 'photo')),
    CONSTRAINT ck_model_call_outcome CHECK (
        outcome IN ('ok', 'slow', 'broken', 'error', 'refused', 'cancelled'))
);
CREATE INDEX ix_model_call_at ON model_call (at) INCLUDE (cost);
CREATE INDEX ix_model_call_conversation_id_at ON model_call (conversation_id, at) INCLUDE (cost)
    WHERE conversation_id IS NOT NULL;

CREATE TABLE talk_summary (
    conversation_id bigint CONSTRAINT pk_talk_summary PRIMARY KEY
        CONSTRAINT fk_talk_summary_conversation_id_conversation REFERENCES conversation (id),
    body bytea NOT NULL,
    up_to timestamptz NOT NULL,
    up_to_origin text NOT NULL,
    up_to_n smallint NOT NULL,
    updated_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    for statement in filter(str.strip, UP.split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    for table in ("talk_summary", "model_call"):
        op.execute(f"DROP TABLE {table}")
