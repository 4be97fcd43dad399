"""Whole answers: pages and JSON by `commonplace run` on a kept database, beside the floor of all benchmarks."""

import html
import http.client
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import floor
from benchmarks.feed_data.rows import PASSWORD
from benchmarks.feed_data.size import Reader
from benchmarks.feed_results import Answer, Answers
from benchmarks.load import WrongAnswer, make_request
from benchmarks.processes import Server, clean_environment, free_port, start
from benchmarks.rounds import Measure, run_rounds
from benchmarks.site import COMMAND
from benchmarks.snippet import MARKER

FLOOR, PAGE, API = "the floor", "the page", "the API"
PAGE_PATH, API_PATH, LOGIN_PATH = "/users/feed", "/api/v1/feed", "/users/login"
REQUESTS = 200
TIMEOUT_S = 60


@dataclass
class FeedSite:
    """A site on a kept database, in a data folder of its own."""

    folder: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> Server:
        """Start it on a free port."""
        self.folder.mkdir(exist_ok=True)
        port = free_port()
        given = {"COMMONPLACE_DATA_DIR": str(self.folder / "data"), "COMMONPLACE_DATABASE_URL": self.database_url}
        environment = clean_environment() | given | dict(self.settings)
        log = self.folder / "commonplace.log"
        return start([COMMAND, "run", "--port", str(port)], port, path="/healthz", log=log, environment=environment)


def measure_site(site: FeedSite, folder: Path, reader: Reader, title: str, rounds: int) -> Answers:
    """Return the rates of a reader's page and API answer, and of the floor."""
    with ExitStack() as running:
        bare = running.enter_context(floor.start_floor(folder))
        server = running.enter_context(site.start())
        requests = [make_request("GET", floor.TEXT_PATH)] * REQUESTS
        measures = [
            Measure(FLOOR, bare, requests, 200, MARKER),
            _measure_page(PAGE, server, reader),
            _measure_api(API, server, reader),
        ]
        run_rounds(measures, rounds)
    return _compare(title, measures)


def measure_readers(site: FeedSite, readers: Sequence[Reader], title: str, rounds: int) -> Answers:
    """Return the rates of the pages of several readers; the first is what the others are compared with."""
    with site.start() as server:
        measures = [_measure_page(page_of(reader), server, reader) for reader in readers]
        run_rounds(measures, rounds)
    return _compare(title, measures)


def page_of(reader: Reader) -> str:
    """Return the name of what is measured of a reader's page."""
    return f"{PAGE} for {reader.name} followed"


def _measure_page(name: str, server: Server, reader: Reader) -> Measure:
    cookie = _sign_in(server.port, reader)
    newest = _newest_key(server, reader)
    return Measure(name, server, [make_request("GET", PAGE_PATH, Cookie=cookie)] * REQUESTS, 200, newest)


def _measure_api(name: str, server: Server, reader: Reader) -> Measure:
    basic = "Basic " + b64encode(f"{reader.username}:{PASSWORD}".encode()).decode()
    asked = json.dumps({"label": "benchmark", "scopes": ["read"]}).encode()
    path = "/api/v1/users/me/tokens"
    made = json.loads(server.ask("POST", path, asked, Authorization=basic, Content_Type="application/json"))
    request = make_request("GET", API_PATH, Authorization=f"Bearer {made['token']}")
    return Measure(name, server, [request] * REQUESTS, 200, _newest_key(server, reader))


def _newest_key(server: Server, reader: Reader) -> bytes:
    """Return the hash key of the newest entry in the reader's feed, which every answer must hold."""
    basic = "Basic " + b64encode(f"{reader.username}:{PASSWORD}".encode()).decode()
    key: str = json.loads(server.ask("GET", f"{API_PATH}?limit=1", Authorization=basic))["items"][0]["hash_key"]
    return key.encode()


def _sign_in(port: int, reader: Reader) -> str:
    """Sign in by the page for it; return the cookies."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", LOGIN_PATH)
        answer = connection.getresponse()
        cookies = _cookies_of(answer)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        if found is None:
            raise WrongAnswer(f"no form at {LOGIN_PATH}")
        values = {"csrf_token": html.unescape(found[1]), "username": reader.username, "password": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _join(cookies)}
        connection.request("POST", LOGIN_PATH, urlencode(values), headers)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.FOUND:
            raise WrongAnswer(f"{LOGIN_PATH}: {answer.status}, {answer.read()[:1000]!r}")
        return _join(cookies | _cookies_of(answer))
    finally:
        connection.close()


def _cookies_of(answer: http.client.HTTPResponse) -> dict[str, str]:
    pairs = (value.partition(";")[0].partition("=") for value in answer.headers.get_all("Set-Cookie") or ())
    return {name: value for name, _, value in pairs}


def _join(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _compare(title: str, measures: Sequence[Measure]) -> Answers:
    base = measures[0]
    rows = []
    for measure in measures:
        rates = measure.rates
        middle = rates[len(rates) // 2]
        busy = measure.busy_microseconds
        rows.append(Answer(measure.name, middle, rates[0], rates[-1], busy, measure.times_as_long_as(base)))
    return Answers(title, rows)
