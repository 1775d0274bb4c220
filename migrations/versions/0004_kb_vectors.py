"""The knowledge base: vectors that were paid for, what the last sync did, requests for a sync by managers."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# `sha256(heading path, new line, text)` is what kb/embed.py computes for a chunk
UP = """
ALTER TABLE kb_collection ADD COLUMN embedding_model text;
ALTER TABLE kb_collection ADD COLUMN synced_at timestamptz;
ALTER TABLE kb_collection ADD COLUMN report jsonb;

ALTER TABLE kb_chunk ADD COLUMN collection_id bigint
    CONSTRAINT fk_kb_chunk_collection_id_kb_collection REFERENCES kb_collection (id) ON DELETE CASCADE;
ALTER TABLE kb_chunk ADD COLUMN text_hash bytea;
UPDATE kb_chunk AS chunk SET collection_id = document.collection_id,
    text_hash = sha256(convert_to(array_to_string(chunk.heading, ' › ') || E'\\n' || chunk.text, 'UTF8'))
    FROM kb_document AS document WHERE document.id = chunk.document_id;
ALTER TABLE kb_chunk ALTER COLUMN collection_id SET NOT NULL;
ALTER TABLE kb_chunk ALTER COLUMN text_hash SET NOT NULL;
CREATE INDEX ix_kb_chunk_collection_id ON kb_chunk (collection_id);
CREATE INDEX ix_kb_chunk_text_hash ON kb_chunk (text_hash);

CREATE TABLE kb_embedding (
    text_hash bytea NOT NULL,
    model text NOT NULL,
    embedding halfvec(1536) NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_kb_embedding PRIMARY KEY (text_hash, model)
);

CREATE TABLE kb_request (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_kb_request PRIMARY KEY,
    thread_id bigint NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    for statement in filter(str.strip, UP.split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE kb_request")
    op.execute("DROP TABLE kb_embedding")
    for column in ("text_hash", "collection_id"):
        op.execute(f"ALTER TABLE kb_chunk DROP COLUMN {column}")
    for column in ("report", "synced_at", "embedding_model"):
        op.execute(f"ALTER TABLE kb_collection DROP COLUMN {column}")
