"""The managers' chat: which lead a card shows, whether its topic is closed, how often a waiting client was put off."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE desk_topic ADD COLUMN lead_id bigint")
    op.execute("ALTER TABLE desk_topic ADD COLUMN closed boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE desk_topic ADD COLUMN title_digest bytea")
    op.execute("ALTER TABLE handoff ADD COLUMN told smallint NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE handoff DROP COLUMN told")
    op.execute("ALTER TABLE desk_topic DROP COLUMN title_digest")
    op.execute("ALTER TABLE desk_topic DROP COLUMN closed")
    op.execute("ALTER TABLE desk_topic DROP COLUMN lead_id")
