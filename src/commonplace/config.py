"""Settings: typed, frozen, read from the environment once.

A default stands here only if it is right for a real site and fit to be public. A field's description and
example are its documentation: `docs/reference/configuration.md` is made of them.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "COMMONPLACE_"
REDIS_SCHEMES = frozenset({"redis", "rediss"})
BROKER_SCHEMES = REDIS_SCHEMES | {"amqp", "amqps"}
WEB_SCHEMES = frozenset({"http", "https"})


class SettingsError(Exception):
    """A wrong setting, told in one line: the variable, the value's fault and an example."""


class Settings(BaseSettings):
    """All that differs from one site to another."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    data_dir: Path = Field(
        Path("data"),
        description="The folder that holds everything: database, files, keys, outgoing mail.",
        examples=["/srv/commonplace"],
    )
    database_url: str = Field(
        "",
        description="Where the rows live; empty means an SQLite file in the data folder.",
        examples=["postgresql+psycopg://commonplace@127.0.0.1/commonplace"],
    )
    redis_url: str = Field(
        "",
        description="A Redis for cache, counts of rate limits and live updates, where several processes share them.",
        examples=["redis://127.0.0.1:6379/0"],
    )
    broker_url: str = Field(
        "",
        description="The queue of jobs: Redis or RabbitMQ; empty means a file in the data folder.",
        examples=["amqp://guest:guest@127.0.0.1:5672//"],
    )
    storage_url: str = Field(
        "",
        description="Where files are kept; empty means the folder `files` in the data folder.",
        examples=["file:///srv/commonplace/files"],
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description=(
            "A ring of secrets that sign and seal, newest first, comma-separated, 32 characters or more each; "
            "empty means one made at the first start and kept in the data folder."
        ),
        examples=["KEY_OF_THIS_YEAR,KEY_OF_LAST_YEAR"],
    )
    site_name: str = Field(
        "Commonplace",
        min_length=1,
        max_length=60,
        description="What the site is called, on every page and in every mail.",
        examples=["The Kitchen Table"],
    )
    site_url: str = Field(
        "http://127.0.0.1:5000",
        description=(
            "The address people type, with a path where the site lives below one. All links start with it, whatever "
            "address a visitor came by; `https` asks browsers to insist on it. Left out, links lead to where the site "
            "listens."
        ),
        examples=["https://commonplace.example"],
    )
    signup: Literal["open", "invite", "closed"] = Field(
        "open",
        description="Who may make an account: anyone, the invited, or nobody. The first can always be made.",
        examples=["invite"],
    )
    kinds: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Which applications this site offers, comma-separated; empty means all.",
        examples=["snaps"],
    )
    feed: Literal["read", "write", "hybrid"] = Field(
        "read",
        description=(
            "How feeds come about: put together when they are read, pushed to each follower when something is shared "
            "(into Redis where one is set), or pushed but for authors with thousands of followers. All show the same."
        ),
        examples=["write"],
    )
    upload_max_bytes: int = Field(
        32 * 1024 * 1024,
        ge=1024,
        description="The largest request that is accepted, in bytes.",
        examples=["33554432"],
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="How mail leaves: `smtp://` or `smtps://`; empty means files in `outbox` in the data folder.",
        examples=["smtp://user:password@mail.example:587"],
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many reverse proxies stand before the site; only their `X-Forwarded-*` headers are believed.",
        examples=["1"],
    )
    outbound_proxy: str = Field(
        "",
        description="A proxy that all of the site's own requests to the outside go through.",
        examples=["http://127.0.0.1:3128"],
    )
    outbound_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Base addresses, comma-separated, that the site may fetch although they are private.",
        examples=["http://127.0.0.1:8080/"],
    )

    live_connections: int = Field(
        200,
        ge=0,
        le=5000,
        description="How many open pages each web process tells at once what happens; 0 means that none is told.",
        examples=["500"],
    )

    @field_validator("kinds", "outbound_allow", "secret_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("data_dir", mode="before")
    @classmethod
    def _choose_data_dir(cls, value: Any) -> Any:
        # nothing would be the folder that somebody happens to be in
        return cls.model_fields["data_dir"].default if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if value.startswith(("postgres://", "postgresql://")):
            value = "postgresql+psycopg://" + value.split("://", 1)[1]
        if value.startswith("sqlite:///") and value not in {"sqlite:///", "sqlite:///:memory:"}:
            return value
        if value and _split(value).scheme != "postgresql+psycopg":
            raise ValueError("it must be sqlite:/// and the path of a file, or begin with postgresql+psycopg://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, value: str) -> str:
        if value and _split(value).scheme not in REDIS_SCHEMES:
            raise ValueError("it must begin with redis:// or rediss://")
        return value

    @field_validator("broker_url")
    @classmethod
    def _check_broker(cls, value: str) -> str:
        if value and _split(value).scheme not in BROKER_SCHEMES:
            raise ValueError("it must begin with redis:// or amqp://")
        return value

    @field_validator("storage_url")
    @classmethod
    def _check_storage(cls, value: str) -> str:
        if value and not value.startswith("file:///"):
            raise ValueError("it must begin with file:///")
        return value

    @field_validator("site_name")
    @classmethod
    def _check_site_name(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("it must be a line of text that can be read")
        return value

    @field_validator("site_url")
    @classmethod
    def _check_site_url(cls, value: str) -> str:
        parts = _split(value)
        if not _is_web(parts) or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("it must be an http or https address, of a host and a path at the most")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, value: SecretStr) -> SecretStr:
        parts = _split(value.get_secret_value())
        if value.get_secret_value() and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("it must begin with smtp:// or smtps:// and name a host")
        return value

    @field_validator("outbound_proxy")
    @classmethod
    def _check_outbound_proxy(cls, value: str) -> str:
        if value and not _is_web(_split(value)):
            raise ValueError("it must be an http or https address")
        return value

    @field_validator("outbound_allow")
    @classmethod
    def _check_outbound_allow(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_is_web(_split(base)) for base in value):
            raise ValueError("each of them must be an http or https address")
        return value

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'commonplace.sqlite3'}"

    @property
    def storage(self) -> str:
        """The storage's URL, with the default filled in."""
        return self.storage_url or (self.data_dir.absolute() / "files").as_uri()

    @property
    def is_embedded(self) -> bool:
        """Whether this site lives in its data folder alone."""
        return self.database.startswith("sqlite") and not self.broker_url

    @property
    def is_https(self) -> bool:
        """Whether people reach the site by https."""
        return self.site_url.startswith("https:")

    @property
    def is_loopback(self) -> bool:
        """Whether the site is only for this machine, as it is while somebody develops or tries it."""
        return urlsplit(self.site_url).hostname in {"127.0.0.1", "localhost", "::1"}

    @property
    def is_address_chosen(self) -> bool:
        """Whether whoever runs the site has said what it is called; else `site_url` is where it listens."""
        return "site_url" in self.model_fields_set

    @classmethod
    def read_at(cls, own_address: str) -> Self:
        """Return the settings of the environment for a site that listens there; raises as `read` does.

        Its links, in mails too, lead there unless a setting says what the site is called.
        """
        settings = cls.read()
        if not settings.is_address_chosen:
            settings = cls.read(site_url=own_address)
            settings.model_fields_set.discard("site_url")
        return settings

    @classmethod
    def read(cls, **given: Any) -> Self:
        """Return the settings of the environment, `given` ones first.

        Raises SettingsError for the first wrong value; the value itself is never printed, it may be a secret.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            raise _explain(error) from None


def wrong_setting(name: str, reason: str) -> SettingsError:
    """Return the error of the field `name`: one line with its variable, the fault and an example, never the value."""
    variable = f"{PREFIX}{name.upper()}"
    example = (Settings.model_fields[name].examples or [""])[0]
    return SettingsError(f"{variable} is wrong: {reason}. Example: {variable}={example}")


def list_unknown_variables() -> list[str]:
    """Return the variables of the environment that look like settings and are none, such as misspelt ones."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)


def _explain(error: ValidationError) -> SettingsError:
    fault = error.errors()[0]
    return wrong_setting(str(fault["loc"][0]), str(fault["msg"]).removeprefix("Value error, "))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # looked at only now
    except ValueError:  # whose words may hold the value
        raise ValueError("it is not a whole address") from None
    return parts


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme in WEB_SCHEMES and bool(parts.hostname)
