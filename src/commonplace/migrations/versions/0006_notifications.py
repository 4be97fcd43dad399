"""Notifications, the channels that users chose, and their digests."""

import sqlalchemy as sa
from alembic import op

from commonplace.core.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_choices",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("is_on_page", sa.Boolean(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("cadence", sa.String(length=11), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_choices_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "event", name=op.f("pk_notification_choices")),
    )

    op.create_table(
        "notification_digests",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cadence", sa.String(length=11), nullable=False),
        sa.Column("sent_on", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_digests_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "cadence", name=op.f("pk_notification_digests")),
    )

    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=50), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_on_page", sa.Boolean(), nullable=False),
        sa.Column("cadence", sa.String(length=11), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.Column("read_on", UtcDateTime(), nullable=True),
        sa.Column("mailed_on", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "cadence in ('never', 'immediately', 'daily', 'weekly')", name=op.f("ck_notifications_cadence")
        ),
        sa.CheckConstraint(
            "event in ('followed', 'replied', 'mentioned', 'liked', 'reported')", name=op.f("ck_notifications_event")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_notifications_actor_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_notifications_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sqlite_autoincrement=True,
    )

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notifications_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notifications_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_notifications_newest", ["user_id", sa.literal_column("id DESC")], unique=False)
        batch_op.create_index(
            "ix_notifications_to_mail",
            ["user_id", "cadence"],
            unique=False,
            sqlite_where=sa.text("mailed_on IS NULL AND cadence != 'never'"),
            postgresql_where=sa.text("mailed_on IS NULL AND cadence != 'never'"),
        )
        batch_op.create_index(
            "ix_notifications_unread",
            ["user_id"],
            unique=False,
            sqlite_where=sa.text("read_on IS NULL AND is_on_page = 1"),
            postgresql_where=sa.text("read_on IS NULL AND is_on_page"),
        )
        batch_op.create_index("uq_notifications_user_id_event_subject", ["user_id", "event", "subject"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("uq_notifications_user_id_event_subject")
        batch_op.drop_index(
            "ix_notifications_unread",
            sqlite_where=sa.text("read_on IS NULL AND is_on_page = 1"),
            postgresql_where=sa.text("read_on IS NULL AND is_on_page"),
        )
        batch_op.drop_index(
            "ix_notifications_to_mail",
            sqlite_where=sa.text("mailed_on IS NULL AND cadence != 'never'"),
            postgresql_where=sa.text("mailed_on IS NULL AND cadence != 'never'"),
        )
        batch_op.drop_index("ix_notifications_newest")
        batch_op.drop_index(batch_op.f("ix_notifications_entry_id"))
        batch_op.drop_index(batch_op.f("ix_notifications_actor_id"))

    op.drop_table("notifications")

    op.drop_table("notification_digests")

    op.drop_table("notification_choices")
