"""Notifications of reports say whom they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# SQLite gets a new table in place of the old one, which shall not give a number twice either
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    last = find_last_number()
    with op.batch_alter_table("notifications", schema=None, table_kwargs=NUMBERED) as batch_op:
        batch_op.add_column(sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_notifications_about_id"), ["about_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_notifications_about_id_users"), "users", ["about_id"], ["id"], ondelete="CASCADE"
        )
    tidy_up(last)


def downgrade() -> None:
    last = find_last_number()
    with op.batch_alter_table("notifications", schema=None, table_kwargs=NUMBERED) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notifications_about_id_users"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notifications_about_id"))
        batch_op.drop_column("about_id")
    tidy_up(last)


def find_last_number() -> int | None:
    if op.get_bind().dialect.name != "sqlite":
        return None
    return op.get_bind().scalar(sa.text("select seq from sqlite_sequence where name = 'notifications'"))


def tidy_up(last: int | None) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("ix_notifications_newest", "notifications")  # it was copied without its direction
    op.create_index("ix_notifications_newest", "notifications", ["user_id", sa.literal_column("id DESC")])
    op.execute("delete from sqlite_sequence where name = 'notifications'")
    if last is not None:
        op.execute(f"insert into sqlite_sequence (name, seq) values ('notifications', {last})")  # noqa: S608 - a number
