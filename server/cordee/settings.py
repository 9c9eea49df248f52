"""Every setting of the server, read once from the environment (`CORDEE_*`).

`docs/settings.md` documents each; a test holds the two together.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings; every field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="CORDEE_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, description="Port to listen on.", ge=0, le=65535)
    workers: int = Field(default=1, description="Number of server processes.", ge=1, le=256)
    data: Path = Field(
        default=Path("data"),
        description="Directory of the embedded MongoDB, installed packages and export files.",
    )
    base_url: str | None = Field(
        default=None,
        description="Public FHIR base URL when behind a proxy; else taken from the request.",
    )
    mongodb_uri: str | None = Field(
        default=None, description="MongoDB replica set or sharded cluster; unset means embedded."
    )
    mongodb_database: str = Field(default="cordee", description="Database name.")
    mongodb_cache_gb: float = Field(
        default=1.0, description="Cache of the embedded MongoDB, in GiB.", ge=0.25
    )
    auth: Literal["off", "oidc", "psc"] = Field(
        default="off", description="Authentication mode; `off` binds to loopback only."
    )
    packages: list[str] = Field(
        default=[],
        description="FHIR packages to load (JSON list): paths of .tgz or folders, or id@version.",
    )
    package_registry: str | None = Field(
        default=None, description="Base URL of a FHIR package registry for id@version."
    )
    max_body_bytes: int = Field(
        default=50_000_000, description="Largest accepted request body, in bytes.", ge=1024
    )
    max_depth: int = Field(
        default=100, description="Deepest accepted nesting of JSON or XML.", ge=10, le=500
    )
    max_bundle_entries: int = Field(
        default=5_000, description="Most entries in a batch or transaction.", ge=1
    )
    page_size: int = Field(default=50, description="Entries per page without `_count`.", ge=1)
    max_page_size: int = Field(default=1_000, description="Largest honoured `_count`.", ge=1)
    max_included: int = Field(
        default=5_000, description="Most resources that includes may add to one page.", ge=1
    )
    max_chain_matches: int = Field(
        default=100_000, description="Most intermediate matches of one chained search.", ge=1
    )
    request_timeout: float = Field(
        default=60.0, description="Seconds after which a request is given up.", gt=0
    )
    compress_from_bytes: int = Field(
        default=16_384,
        description="Smallest answer that is gzipped for callers who accept it, in bytes.",
        ge=256,
    )
    cors_origins: list[str] = Field(
        default=[],
        description="Origins whose web pages may call the server (JSON list); none by default.",
    )
    full_text: bool = Field(
        default=True, description="Index narrative and content words for `_text` and `_content`."
    )
    conditional_delete: Literal["single", "multiple"] = Field(
        default="single", description="Whether a conditional delete may delete several resources."
    )
    referential_integrity: bool = Field(
        default=False,
        description="Refuse writes whose local literal references do not exist, and deletes of "
        "resources still referenced.",
    )
    terminology_url: str | None = Field(
        default=None,
        description="FHIR base URL of a terminology server, asked for what the packages do not "
        "know; unset means none.",
        pattern=r"^https?://",
    )
    terminology_timeout: float = Field(
        default=5.0, description="Seconds to wait for the terminology server.", gt=0, le=60
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log level written."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Log lines for people or for machines."
    )
    otlp_endpoint: str | None = Field(
        default=None, description="OpenTelemetry collector (OTLP over HTTP); unset means none."
    )
