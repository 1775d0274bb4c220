"""The tables of the knowledge base as ORM models: collections, documents, chunks.

Syncing and loading speak plain SQL; these are for the schema and for whoever reads it.
"""

from datetime import datetime

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from infra.database import Base

EMBEDDING_SIZE = 1536


class Collection(Base):
    """A body of text that is searched as a whole. `version` grows by one with every sync that changed something."""

    __tablename__ = "kb_collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


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
    """A passage. `lemmas` are those of the words of `text`, one for one; `embedding` is null until it is computed."""

    __tablename__ = "kb_chunk"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("kb_document.id", ondelete="CASCADE"))
    position: Mapped[int]
    heading: Mapped[list[str]] = mapped_column(ARRAY(Text))
    text: Mapped[str] = mapped_column(Text)
    lemmas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    embedding: Mapped[list[float] | None] = mapped_column(HALFVEC(EMBEDDING_SIZE))
