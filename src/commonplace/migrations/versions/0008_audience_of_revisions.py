"""Former versions of a snap remember whom they were written for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AUDIENCE = "audience in ('private', 'followers', 'members', 'unlisted', 'public')"


def upgrade() -> None:
    with op.batch_alter_table("snap_revisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience", sa.String(length=9), nullable=True))
    # nobody noted what it was: so they may be seen by those who could see them until now, and never by more
    op.execute(
        "update snap_revisions set audience = (select audience from entries where entries.id = snap_revisions.snap_id)"
    )
    with op.batch_alter_table("snap_revisions", schema=None) as batch_op:
        batch_op.alter_column("audience", existing_type=sa.String(length=9), nullable=False)
        batch_op.create_check_constraint(op.f("ck_snap_revisions_audience"), AUDIENCE)


def downgrade() -> None:
    with op.batch_alter_table("snap_revisions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_snap_revisions_audience"), type_="check")
        batch_op.drop_column("audience")
