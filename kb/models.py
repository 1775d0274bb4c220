"""The tables of the knowledge base as ORM models: collections, documents, chunks, vectors.

Syncing and loading speak plain SQL; these are for the schema and for whoever reads it.
"""

from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from infra.database import Base

EMBEDDING_SIZE = 1536


class Collection(Base):
    """A body of text that is searched as a whole. `version` grows by one with every sync that changed something.

    `embedding_model` made every vector that its chunks have: a question embedded by another one cannot be compared
    with them. `report` is what the last sync did (SyncReport.as_json), at `synced_at`.
    """

    __tablename__ = "kb_collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    embedding_model: Mapped[str | None] = mapped_column(Text)
    synced_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Document(Base):
    """A file of the synced folder; `source` is its path relative to that folder, with forward slashes."""

    __tablename__ = "kb_document"
    __table_args__ = (UniqueConstraint("collection_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("kb_collection.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[bytes]
    parser_version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class Chunk(Base):
    """A passage. `lemmas` are those of the words of `text`, one for one; `embedding` is of unit length and null until
    it is computed. `collection_id` repeats the document's, so that vectors are searched within one collection;
    `text_hash` is the SHA-256 of what is embedded (kb/embed.py).
    """

    __tablename__ = "kb_chunk"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("kb_document.id", ondelete="CASCADE"))
    collection_id: Mapped[int] = mapped_column(ForeignKey("kb_collection.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    heading: Mapped[list[str]] = mapped_column(ARRAY(Text))
    text: Mapped[str] = mapped_column(Text)
    lemmas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    text_hash: Mapped[bytes] = mapped_column(index=True)
    embedding: Mapped[list[float] | None] = mapped_column(HALFVEC(EMBEDDING_SIZE))


class Embedding(Base):
    """A vector that was paid for, kept so that the same text is not embedded twice."""

    __tablename__ = "kb_embedding"

    text_hash: Mapped[bytes] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(Text, primary_key=True)
    embedding: Mapped[list[float]] = mapped_column(HALFVEC(EMBEDDING_SIZE))
    made_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class Request(Base):
    """A manager asked for a sync in the topic `thread_id` of the managers' group (0: none); gone once answered."""

    __tablename__ = "kb_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
