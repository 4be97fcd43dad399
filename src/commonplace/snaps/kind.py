"""What the house needs to know of snaps."""

from commonplace.entries.kinds import Kind
from commonplace.snaps import api, cli, views
from commonplace.snaps.export import export_files
from commonplace.snaps.models import Snap
from commonplace.snaps.schemas import SnapItemSchema, SnapSchema
from commonplace.snaps.service import search_text, summary

snaps = Kind(
    package="snaps",
    name="snap",
    label="Snap",
    plural_label="Snaps",
    model=Snap,
    pages=views.snaps,
    api=api.snaps,
    commands=cli.snaps,
    search_text=search_text,
    summary=summary,
    schema=SnapSchema,
    item_schema=SnapItemSchema,
    export_files=export_files,
)
