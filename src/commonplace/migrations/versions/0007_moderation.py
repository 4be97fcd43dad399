"""Reports, and the log of moderation."""

import sqlalchemy as sa
from alembic import op

from commonplace.core.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSE_ON_SQLITE = [
    f"create trigger moderation_log_no_{verb} before {verb} on moderation_log"
    " begin select raise(abort, 'rows of moderation_log stay as they are'); end"
    for verb in ("update", "delete")
] + [
    # `insert or replace` deletes without a word to the trigger above
    (
        "create trigger moderation_log_no_replace before insert on moderation_log"
        " when exists (select 1 from moderation_log where id = new.id)"
        " begin select raise(abort, 'rows of moderation_log stay as they are'); end"
    )
]
REFUSE_ON_POSTGRESQL = [
    (
        "create function refuse_change() returns trigger language plpgsql as"
        " $$ begin raise exception 'rows of moderation_log stay as they are'; end $$"
    ),
    (
        "create trigger moderation_log_append_only before update or delete or truncate on moderation_log"
        " for each statement execute function refuse_change()"
    ),
]


def upgrade() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=9), nullable=False),
        sa.Column("moderator_name", sa.String(length=40), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("entry_path", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "action in ('hide', 'unhide', 'suspend', 'unsuspend', 'dismiss')", name=op.f("ck_moderation_log_action")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_log")),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.Column("closed_on", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state in ('open', 'dismissed', 'acted')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_reports_closed_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_reports_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name=op.f("fk_reports_reporter_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reports_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )

    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_closed_by_id"), ["closed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_reports_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_reports_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_user_id"), ["user_id"], unique=False)

    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in REFUSE_ON_POSTGRESQL if is_postgresql else REFUSE_ON_SQLITE:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reports_user_id"))
        batch_op.drop_index(batch_op.f("ix_reports_reporter_id"))
        batch_op.drop_index(
            "ix_reports_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_reports_entry_id"))
        batch_op.drop_index(batch_op.f("ix_reports_closed_by_id"))

    op.drop_table("reports")

    op.drop_table("moderation_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function refuse_change()")
