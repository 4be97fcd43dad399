"""Posts on the command line."""

from typing import BinaryIO

import click

from commonplace.core.house import House
from commonplace.core.text import decode_text
from commonplace.entries.kinds import known_kinds
from commonplace.entries.models import AUDIENCES, Audience
from commonplace.entries.queries import get_entry
from commonplace.posts import queries, rules, service
from commonplace.posts.models import Post
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, print_json, print_table
from commonplace.users.queries import get_user_by_name

MAX_BYTES = 1024 * 1024
"""How much of a file is read, to say how much too long it is."""


@click.group()
def posts() -> None:
    """Share and read posts."""


@posts.command()
@click.argument("file", type=click.File("rb", lazy=True))
@click.option("--user", "username", required=True, help="Whose post it is.")
@click.option("--audience", type=click.Choice(AUDIENCES), help="Who may see it: members, or a reply's thread.")
@click.option("--parent", "parent_key", help="The hash_key or the address of what it answers.")
@as_json
@with_house
def add(
    house: House, file: BinaryIO, username: str, audience: Audience | None, parent_key: str | None, as_json: bool
) -> None:
    """Share the text in FILE, or what comes in where FILE is a dash, and print its address."""
    values = service.PostValues(decode_text("content", file.read(MAX_BYTES)), audience)
    with house.database.writing() as session:
        author = get_user_by_name(session, username)
        parent = get_entry(session, author, _key_in(parent_key), known_kinds()) if parent_key is not None else None
        facts = _facts(house, service.share_post(session, author, values, parent=parent))
    print_json(facts) if as_json else click.echo(facts["url"])


@posts.command("list")
@click.option("--user", "username", help="Only this user's, with all that the user sees; else what is public.")
@click.option("--tag", help="Only those with this tag.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many.")
@as_json
@with_house
def list_(house: House, username: str | None, tag: str | None, limit: int, as_json: bool) -> None:
    """List posts, newest first."""
    folded = None if tag is None else rules.fold_tag(tag.removeprefix("#")) or ""
    with house.database.reading() as session:
        user = get_user_by_name(session, username) if username else None
        page = queries.list_posts(session, user, author=user, tag=folded, cursor=None, limit=limit)
        rows = [_facts(house, post) for post in page.items]
    if as_json:
        print_json(rows)
    else:
        print_table(("hash_key", "title", "audience", "author", "created_on"), rows)


@posts.command()
@click.argument("hash_key")
@click.option("--user", "username", help="See with this user's eyes.")
@as_json
@with_house
def show(house: House, hash_key: str, username: str | None, as_json: bool) -> None:
    """Print the text of the post HASH_KEY, or all of it as JSON."""
    with house.database.reading() as session:
        viewer = get_user_by_name(session, username) if username else None
        post = queries.get_post(session, viewer, _key_in(hash_key))
        if as_json:
            print_json(_facts(house, post) | {"content": post.content})
        else:
            click.echo(post.content)


def _key_in(address: str) -> str:
    return address.rsplit("/", 1)[-1]


def _facts(house: House, post: Post) -> dict[str, object]:
    return {
        "hash_key": post.hash_key,
        "url": f"{house.settings.site_url}/posts/{post.hash_key}",
        "title": rules.first_words(post.content),
        "audience": post.audience,
        "author": post.author.username,
        "created_on": post.created_on.isoformat(timespec="seconds"),
        "edited_on": post.edited_on.isoformat(timespec="seconds") if post.edited_on else None,
    }
