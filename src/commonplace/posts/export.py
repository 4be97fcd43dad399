"""Posts in a user's export: the text of each as a file of its own."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from commonplace.entries.kinds import ExportedFile
from commonplace.posts.models import Post


def export_files(_session: Session, post: Post) -> Iterator[ExportedFile]:
    """Yield the post's text as Markdown, named by hash_key."""
    yield ExportedFile(f"{post.hash_key}.md", post.content.encode())
