"""What is asked of whom: the same text viewed, read raw and shared, in the order in which a round goes."""

from collections.abc import Iterator

from benchmarks import floor, peers
from benchmarks.load import make_request
from benchmarks.processes import Server
from benchmarks.rounds import Measure
from benchmarks.site import Site
from benchmarks.snippet import MARKER

READS, WRITES = 300, 60
FLOOR, BARE = "the floor", "Flask alone"
VIEW, RAW, CREATE = "Commonplace view", "Commonplace raw", "Commonplace create"
PEER_VIEW, PEER_RAW, PEER_CREATE = "pinnwand view", "pinnwand raw", "pinnwand create"
ORDER = (FLOOR, BARE, VIEW, PEER_VIEW, RAW, PEER_RAW, CREATE, PEER_CREATE)


def measures_of_floor(server: Server) -> Iterator[Measure]:
    """Yield what is measured of the floor."""
    yield _read(FLOOR, server, floor.TEXT_PATH)
    yield _read(BARE, server, floor.BARE_PATH)


def measures_of_site(server: Server, site: Site) -> Iterator[Measure]:
    """Yield what is measured of Commonplace."""
    yield _read(VIEW, server, site.path)
    yield _read(RAW, server, f"{site.path}/raw")
    yield Measure(CREATE, server, [site.create_request()] * WRITES, 201, b'"hash_key"')


def measures_of_peer(server: Server) -> Iterator[Measure]:
    """Yield what is measured of pinnwand."""
    path = peers.share(server)
    yield _read(PEER_VIEW, server, path)
    yield _read(PEER_RAW, server, f"{path}/raw")
    yield Measure(PEER_CREATE, server, [peers.create_request()] * WRITES, 200, b'"link"')


def _read(name: str, server: Server, path: str) -> Measure:
    return Measure(name, server, [make_request("GET", path)] * READS, 200, MARKER)
