"""Mutes, suspended accounts, threads, likes, hidden entries."""

import sqlalchemy as sa
from alembic import op

from commonplace.core.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


LISTED = "deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"
LISTED_AND_NOT_HIDDEN = "deleted_on IS NULL AND hidden_on IS NULL AND audience IN ('followers', 'members', 'public')"


def upgrade() -> None:
    _drop_live_indexes(LISTED)

    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden_on", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(
            sa.Column("depth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0")
        )
        batch_op.create_index(batch_op.f("ix_entries_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_entries_parent_id_entries"), "entries", ["parent_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.alter_column("depth", server_default=None)  # it was for the rows that were there

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_on", UtcDateTime(), nullable=True))
        batch_op.create_index(
            "ix_users_absent",
            ["id"],
            unique=False,
            sqlite_where=sa.text("closed_on IS NOT NULL OR suspended_on IS NOT NULL"),
            postgresql_where=sa.text("closed_on IS NOT NULL OR suspended_on IS NOT NULL"),
        )

    _create_live_indexes(LISTED_AND_NOT_HIDDEN)

    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_followed_id"))
        batch_op.create_index("ix_follows_followers", ["followed_id", "follower_id"], unique=False)

    op.create_table(
        "mutes",
        sa.Column("muter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("muted_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["muted_id"], ["users.id"], name=op.f("fk_mutes_muted_id_users"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["muter_id"], ["users.id"], name=op.f("fk_mutes_muter_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("muter_id", "muted_id", name=op.f("pk_mutes")),
    )

    with op.batch_alter_table("mutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mutes_muted_id"), ["muted_id"], unique=False)

    op.create_table(
        "entry_ancestors",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ancestor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["entries.id"], name=op.f("fk_entry_ancestors_ancestor_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_ancestors_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "ancestor_id", name=op.f("pk_entry_ancestors")),
    )

    with op.batch_alter_table("entry_ancestors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_ancestors_ancestor_id"), ["ancestor_id"], unique=False)

    op.create_table(
        "likes",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_likes_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_likes_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", "user_id", name=op.f("pk_likes")),
    )

    with op.batch_alter_table("likes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_likes_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("likes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_likes_user_id"))

    op.drop_table("likes")

    with op.batch_alter_table("entry_ancestors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_ancestors_ancestor_id"))

    op.drop_table("entry_ancestors")

    with op.batch_alter_table("mutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mutes_muted_id"))

    op.drop_table("mutes")

    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index("ix_follows_followers")
        batch_op.create_index(batch_op.f("ix_follows_followed_id"), ["followed_id"], unique=False)

    _drop_live_indexes(LISTED_AND_NOT_HIDDEN)

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_users_absent",
            sqlite_where=sa.text("closed_on IS NOT NULL OR suspended_on IS NOT NULL"),
            postgresql_where=sa.text("closed_on IS NOT NULL OR suspended_on IS NOT NULL"),
        )
        batch_op.drop_column("suspended_on")

    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_entries_parent_id_entries"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_entries_parent_id"))
        batch_op.drop_column("depth")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("hidden_on")

    _create_live_indexes(LISTED)


def _create_live_indexes(condition: str) -> None:
    where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_live", ["author_id", sa.literal_column("id DESC")], unique=False, **where)
        batch_op.create_index("ix_entries_recent", [sa.literal_column("id DESC"), "author_id"], unique=False, **where)


def _drop_live_indexes(condition: str) -> None:
    where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index("ix_entries_recent", **where)
        batch_op.drop_index("ix_entries_live", **where)
