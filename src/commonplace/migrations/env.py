"""How Alembic runs a step: on the connection that `operations.migrations` opened."""

from alembic import context

from commonplace.core.db import Base
from commonplace.operations.migrations import is_ours, render_type

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=is_ours,
    render_item=render_type,
)
with context.begin_transaction():
    context.run_migrations()
