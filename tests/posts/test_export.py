import json
import zipfile
from io import BytesIO

from commonplace.entries.archive import write_archive
from commonplace.entries.kinds import known_kinds
from commonplace.posts.export import export_files
from tests.factories import make_post, make_reply, make_snap, make_user


def test_the_text_is_a_file_of_its_own(session):
    post = make_post(session, make_user(session, "ada"), "**Bread** 日本")
    files = {file.name: file.content for file in export_files(session, post)}
    assert files == {f"{post.hash_key}.md": "**Bread** 日本".encode()}


def test_posts_and_replies_are_in_the_archive_with_what_is_ones_own(session):
    ada, bob = make_user(session, "ada"), make_user(session, "bob")
    post = make_post(session, ada, "@bob #bread")
    reply = make_reply(session, ada, make_snap(session, bob))
    session.commit()
    target = BytesIO()
    write_archive(session, target, ada, known_kinds(), site_name="Site", site_url="https://a.example")
    with zipfile.ZipFile(target) as archive:
        entries = json.loads(archive.read("entries.json"))["entries"]
        assert archive.read(f"posts/{post.hash_key}.md") == b"@bob #bread"
    assert [entry["hash_key"] for entry in entries] == [post.hash_key, reply.hash_key]
    assert entries[0] | {"content": "@bob #bread", "mentions": ["bob"], "audience": "public"} == entries[0]
    assert {"likes", "replies", "parent", "html"}.isdisjoint(entries[1])
