"""HTML input of a post, turned into the values that the service takes."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from commonplace.entries.models import AUDIENCES
from commonplace.posts.models import Post
from commonplace.posts.service import PostValues
from commonplace.web.forms import EditForm


class PostForm(EditForm):
    """Fields `content`, and `audience` where the post answers nothing."""

    content = TextAreaField("Text")
    audience = RadioField("Who may see it", choices=[SelectChoice(name) for name in AUDIENCES], default="members")

    def values(self) -> PostValues:
        """Return what the service takes."""
        return PostValues(self.content.data or "", self.audience.data if self.audience else None)

    @classmethod
    def asking(cls, post: Post | None = None, *, is_reply: bool) -> "PostForm":
        """Return the form for a new post, or to edit one; that of a reply asks for no audience."""
        form = cls(obj=post)
        if is_reply:
            del form.audience
        return form
