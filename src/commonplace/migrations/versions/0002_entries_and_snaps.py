"""Entries, the index by which they are found, and snaps."""

import sqlalchemy as sa
from alembic import op

from commonplace.core.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# the words come split and folded: the tokenizer "ascii" takes every sign outside ASCII for part of a word
SEARCH_ON_SQLITE = "create virtual table entry_search using fts5(title, body, tokenize = 'ascii')"
SEARCH_ON_POSTGRESQL = (
    (
        "create table entry_search (id bigint primary key references entries on delete cascade,"
        " document tsvector not null, words text not null)"
    ),
    "create index ix_entry_search_document on entry_search using gin (document)",
)


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hash_key", sa.String(length=22), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=9), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.Column("edited_on", UtcDateTime(), nullable=True),
        sa.Column("expires_on", UtcDateTime(), nullable=True),
        sa.Column("deleted_on", UtcDateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "audience in ('private', 'followers', 'members', 'unlisted', 'public')", name=op.f("ck_entries_audience")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_entries_author_id_users")),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name=op.f("fk_entries_deleted_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("hash_key", name=op.f("uq_entries_hash_key")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_author", ["author_id", sa.literal_column("id DESC")], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_deleted_by_id"), ["deleted_by_id"], unique=False)
        batch_op.create_index(
            "ix_entries_expiring",
            ["expires_on"],
            unique=False,
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_entries_live",
            ["author_id", sa.literal_column("id DESC")],
            unique=False,
            sqlite_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
            postgresql_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
        )
        batch_op.create_index(
            "ix_entries_recent",
            [sa.literal_column("id DESC"), "author_id"],
            unique=False,
            sqlite_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
            postgresql_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
        )
        batch_op.create_index(
            "ix_entries_trashed",
            ["deleted_on"],
            unique=False,
            sqlite_where=sa.text("deleted_on IS NOT NULL"),
            postgresql_where=sa.text("deleted_on IS NOT NULL"),
        )

    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state in ('pending', 'ready')", name=op.f("ck_exports_state")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exports_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exports_user_id"), ["user_id"], unique=False)

    op.create_table(
        "snaps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("extension", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lines", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("preview", sa.String(length=800), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("forked_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["forked_from_id"], ["snaps.id"], name=op.f("fk_snaps_forked_from_id_snaps"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["id"], ["entries.id"], name=op.f("fk_snaps_id_entries"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snaps")),
    )
    with op.batch_alter_table("snaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snaps_extension"), ["extension"], unique=False)
        batch_op.create_index(batch_op.f("ix_snaps_forked_from_id"), ["forked_from_id"], unique=False)

    op.create_table(
        "snap_revisions",
        sa.Column("snap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("extension", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_on", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snap_id"], ["snaps.id"], name=op.f("fk_snap_revisions_snap_id_snaps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snap_id", "number", name=op.f("pk_snap_revisions")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in SEARCH_ON_POSTGRESQL:
            op.execute(statement)
    else:
        op.execute(SEARCH_ON_SQLITE)


def downgrade() -> None:
    op.execute("drop table entry_search")
    op.drop_table("snap_revisions")
    with op.batch_alter_table("snaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snaps_forked_from_id"))
        batch_op.drop_index(batch_op.f("ix_snaps_extension"))

    op.drop_table("snaps")

    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exports_user_id"))

    op.drop_table("exports")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_entries_trashed",
            sqlite_where=sa.text("deleted_on IS NOT NULL"),
            postgresql_where=sa.text("deleted_on IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_entries_recent",
            sqlite_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
            postgresql_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
        )
        batch_op.drop_index(
            "ix_entries_live",
            sqlite_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
            postgresql_where=sa.text("deleted_on IS NULL AND audience IN ('followers', 'members', 'public')"),
        )
        batch_op.drop_index(
            "ix_entries_expiring",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_entries_deleted_by_id"))
        batch_op.drop_index("ix_entries_author")

    op.drop_table("entries")
