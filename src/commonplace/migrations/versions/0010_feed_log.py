"""The log of additions: a number of its own, and how much of it was pushed elsewhere."""

from secrets import randbelow

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "feed_logs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("pushed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_logs")),
    )
    op.bulk_insert(table, [{"id": randbelow(1 << 62), "pushed": 0}])


def downgrade() -> None:
    op.drop_table("feed_logs")
