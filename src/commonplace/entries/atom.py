"""Public entries as an Atom feed (RFC 4287)."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request, url_for

from commonplace.core import clock
from commonplace.core.highlight import spell_bidi_controls
from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.web.current import house

NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def atom_feed(title: str, page_url: str, entries: Sequence[Entry], *, secret_id: str | None = None) -> Response:
    """Return the entries, which whoever knows this address may see, as a feed titled `title`; 304 to who has it.

    Ids begin with the site's own address, by whichever a reader came: an entry seen by two of them is one. A feed
    whose address is secret has a `secret_id` in its place, and does not tell the address.
    """
    feed = Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", f"{house().settings.site_url}{secret_id or request.path}")
    _add(feed, "title", title)
    _add(feed, "updated", max((_changed(entry) for entry in entries), default=clock.now().isoformat()))
    if secret_id is None:
        SubElement(feed, "link", rel="self", href=request.base_url)
    SubElement(feed, "link", rel="alternate", href=page_url)
    for entry in entries:
        _add_entry(feed, entry)
    response = Response(tostring(feed, encoding="utf-8", xml_declaration=True), mimetype="application/atom+xml")
    response.add_etag()
    response.make_conditional(request)
    return response


def _add_entry(feed: Element, entry: Entry) -> None:
    kind = kinds()[entry.kind]
    url = url_for(kind.show_endpoint, hash_key=entry.hash_key, _external=True)
    found = SubElement(feed, "entry")
    _add(found, "id", f"{house().settings.site_url}/{kind.package}/{entry.hash_key}")
    _add(found, "title", kind.summary(entry).title)
    _add(found, "published", entry.created_on.isoformat())
    _add(found, "updated", _changed(entry))
    _add(SubElement(found, "author"), "name", entry.author.username)
    SubElement(found, "link", rel="alternate", href=url)
    _add(found, "summary", kind.summary(entry).body)


def _changed(entry: Entry) -> str:
    return (entry.edited_on or entry.created_on).isoformat()


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = spell_bidi_controls(_NOT_XML.sub("\ufffd", text))
