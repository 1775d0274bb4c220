"""The knowledge base: collections, documents, chunks with lemmas and room for an embedding.

pgvector is created here, so that a server without it fails at installation and not at the first question.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = """
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE kb_collection (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_kb_collection PRIMARY KEY,
    name text NOT NULL CONSTRAINT uq_kb_collection_name UNIQUE,
    version bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE kb_document (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_kb_document PRIMARY KEY,
    collection_id bigint NOT NULL
        CONSTRAINT fk_kb_document_collection_id_kb_collection REFERENCES kb_collection (id) ON DELETE CASCADE,
    source text NOT NULL,
    title text NOT NULL,
    content_hash bytea NOT NULL,
    parser_version integer NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_kb_document_collection_id_source UNIQUE (collection_id, source)
);

CREATE TABLE kb_chunk (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_kb_chunk PRIMARY KEY,
    document_id bigint NOT NULL
        CONSTRAINT fk_kb_chunk_document_id_kb_document REFERENCES kb_document (id) ON DELETE CASCADE,
    position integer NOT NULL,
    heading text[] NOT NULL,
    text text NOT NULL,
    lemmas text[] NOT NULL,
    embedding halfvec(1536),
    CONSTRAINT uq_kb_chunk_document_id_position UNIQUE (document_id, position)
);
"""


def upgrade() -> None:
    for statement in filter(str.strip, UP.split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    for table in ("kb_chunk", "kb_document", "kb_collection"):
        op.execute(f"DROP TABLE {table}")
    # the extension stays: it may have been there before us, and others may use it
