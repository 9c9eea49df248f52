"""Every setting of the server, read once from the environment (`CORDEE_*`).

`docs/settings.md` documents each; a test holds the two together.
"""

import json
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from cordee.bridge_settings import BridgeSettings
from cordee.console_settings import ConsoleSettings
from cordee.secret_files import SecretFiles


class Settings(BridgeSettings, ConsoleSettings):
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
        default=None,
        description="MongoDB replica set or sharded cluster, 6.0 or later; unset means embedded.",
    )
    mongodb_database: str = Field(default="cordee", description="Database name.")
    mongodb_cache_gb: float = Field(
        default=1.0, description="Cache of the embedded MongoDB, in GiB.", ge=0.25
    )
    auth: Literal["off", "oidc", "psc"] = Field(
        default="off", description="Authentication mode; `off` binds to loopback only."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The identity provider, by the name its tokens carry as `iss`; in mode `psc` "
        "the realm of Pro Santé Connect.",
    )
    oidc_audience: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Names of this server, one of which a token's `aud` must hold (JSON list, or "
        "separated by commas).",
    )
    oidc_clients: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Clients (`azp`) whose tokens are taken (JSON list, or separated by commas); "
        "unset means any that the audience lets through.",
    )
    oidc_allow_http: bool = Field(
        default=False, description="Let the identity provider be asked over http, unencrypted."
    )
    oidc_clock_skew: float = Field(
        default=30.0, description="Seconds that the provider's clock may differ.", ge=0, le=300
    )
    oidc_keys_seconds: float = Field(
        default=300.0,
        description="Seconds after which the provider's keys are fetched again; a key it has "
        "withdrawn is refused from then on.",
        ge=1,
    )
    oidc_introspection_seconds: float = Field(
        default=0.0,
        description="Ask the provider whether a token is active (RFC 7662), again after so many "
        "seconds; 0 means never.",
        ge=0,
    )
    oidc_client_id: str | None = Field(
        default=None, description="What this server is to the provider, for introspection."
    )
    oidc_client_secret: str | None = Field(
        default=None, description="Secret of that client, unless it has a certificate."
    )
    oidc_client_certificate: Path | None = Field(
        default=None, description="Client certificate for the provider (mTLS), a PEM file."
    )
    oidc_client_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    oidc_authorities: Path | None = Field(
        default=None,
        description="Certificate authorities (PEM) trusted for the provider beside the system's.",
    )
    psc_acr: str = Field(
        default="eidas1", description="Level (`acr`) that mode `psc` wants people to have proven."
    )
    psc_exchange_only: bool = Field(
        default=False,
        description="Refuse tokens of the provider itself: only those that `/oauth/token` gave in "
        "exchange are let in (API Pro Santé Connectée).",
    )
    scopes_required: bool = Field(
        default=False,
        description="Refuse people's tokens that have no SMART scope on resources; software always "
        "needs some.",
    )
    bound_tokens_required: bool = Field(
        default=False,
        description="Refuse tokens that are not bound to a client certificate (RFC 8705).",
    )
    bound_tokens_hexadecimal: bool = Field(
        default=False,
        description="Also take `x5t#S256` as the French guide's example writes it: the hex digits "
        "of the digest in base64.",
    )
    clients: Path | None = Field(
        default=None,
        description="Software that may ask `/oauth/token` for tokens, a JSON file; unset means "
        "that there is no token endpoint.",
    )
    token_seconds: int = Field(
        default=3600, description="Seconds that tokens of `/oauth/token` live.", ge=60, le=14400
    )
    token_key_days: float = Field(
        default=30.0, description="Days after which tokens are signed with a new key.", gt=0
    )
    token_secret: str | None = Field(
        default=None,
        description="Secret that the signing keys in the database are sealed with; unset means a "
        "key kept in the data directory.",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Addresses and networks of proxies whose `X-Forwarded-For`, "
        "`X-Forwarded-Proto` and `Client-Cert` are believed (JSON list, or separated by commas).",
    )
    metrics_readers: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.0/8", "::1/128"],
        description="Addresses and networks that may read `/metrics` where callers are "
        "authenticated (JSON list, or separated by commas).",
    )
    tls_certificate: Path | None = Field(
        default=None, description="Certificate chain to serve https with, a PEM file."
    )
    tls_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    tls_client_authorities: Path | None = Field(
        default=None,
        description="Certificate authorities (PEM) whose client certificates are accepted; unset "
        "means that none are asked for.",
    )
    emergency_minutes: int = Field(
        default=60, description="Minutes that a record stays open once the glass is broken.", ge=1
    )
    emergency_writes: bool = Field(
        default=False, description="Whether a record opened by breaking the glass may be written."
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
    attachment_max_bytes: int = Field(
        default=25_000_000,
        description="Largest attached content (`Binary`, inline attachments of documents and "
        "messages), in bytes.",
        ge=1024,
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
    max_chain_depth: int = Field(
        default=8,
        description="Most references one search may follow in a row, `_has` included.",
        ge=1,
    )
    max_parameters: int = Field(default=200, description="Most parameters of one search.", ge=1)
    max_values: int = Field(
        default=1_000,
        description="Most values of one search parameter, with commas between.",
        ge=1,
    )
    max_concurrent: int = Field(
        default=1_000,
        description="Most requests under way in one server process; those beyond get 503.",
        ge=1,
    )
    rate_limit: float = Field(
        default=200.0,
        description="Requests a second that one authenticated client may make, five seconds' worth "
        "at once; those beyond get 429. 0 means no limit.",
        ge=0,
    )
    max_chain_matches: int = Field(
        default=100_000, description="Most intermediate matches of one chained search.", ge=1
    )
    request_timeout: float = Field(
        default=60.0,
        description="Seconds after which a request is given up; of a batch, each entry for itself.",
        gt=0,
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
    profile_claims: Literal["error", "warn", "off"] = Field(
        default="error",
        description="What a write earns whose resource breaks a profile that it claims or that its "
        "type requires: refusal, warnings, or no check.",
    )
    national_rules: Literal["error", "warn"] = Field(
        default="error",
        description="What a write earns that breaks a French rule of identity: a real INS with a "
        "wrong key or without its traits, a status that contradicts it.",
    )
    required_profiles: dict[str, list[str]] = Field(
        default={},
        description="Profiles that every resource of a type is checked against, claimed or not "
        "(JSON object: type to list of canonicals).",
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
    federation_peers: Path | None = Field(
        default=None,
        description="The other servers that hold circles of the same persons, a JSON file; unset "
        "means that no circle is federated.",
    )
    federation_allow_http: bool = Field(
        default=False, description="Let peers be reached over http, unencrypted."
    )
    federation_seconds: float = Field(
        default=60.0,
        description="Seconds after which everything that peers know is compared again; news is "
        "told at once besides.",
        gt=0,
    )
    subscriptions_allow_http: bool = Field(
        default=False, description="Let notifications go out over http, unencrypted."
    )
    subscriptions_allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Hosts, addresses and networks (`10.1.0.0/16`) that notifications may reach "
        "although they are not public (JSON list, or separated by commas).",
    )
    subscriptions_key: str | None = Field(
        default=None,
        description="Secret that the subscribers' own secrets are sealed with; unset means a key "
        "kept in the data directory.",
    )
    subscriptions_client_certificate: Path | None = Field(
        default=None, description="Client certificate for notifications (mTLS), a PEM file."
    )
    subscriptions_client_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    subscriptions_smtp: str | None = Field(
        default=None,
        description="Mail server for the email channel (`smtp://user:password@host:587`, or "
        "`smtps://`); unset means that no mail is sent.",
    )
    subscriptions_mail_from: str = Field(
        default="cordee@localhost", description="Sender of that mail."
    )
    subscriptions_nde_manager: str | None = Field(
        default=None,
        description="FHIR base of the manager of notifications (NdE) that orders to notify go to; "
        "unset means that this server tells the subscribers of the guide itself.",
    )
    subscriptions_timeout: float = Field(
        default=10.0,
        description="Seconds a subscriber gets to answer, unless its subscription says.",
        gt=0,
    )
    subscriptions_give_up_hours: float = Field(
        default=72.0,
        description="Hours of failures in a row after which a subscription is turned off.",
        gt=0,
    )
    subscriptions_retention_days: int = Field(
        default=30, description="Days that delivered events can be asked for again.", ge=1
    )
    audit: Literal["on", "off"] | None = Field(
        default=None,
        description="Whether who did what is recorded (`on`, `off`); unset means on wherever "
        "callers are authenticated.",
    )
    audit_wait: Literal["changes", "all"] = Field(
        default="changes",
        description="Which answers wait until their line of the audit is stored: those to changes, "
        "denials and broken glass, or `all`.",
    )
    audit_queue: int = Field(
        default=20_000,
        description="Lines of the audit that may wait to be written before requests wait.",
        ge=100,
    )
    provenance: Literal["off", "delegated"] = Field(
        default="off",
        description="Whether a Provenance is stored with what software writes for a person, or a "
        "person for a structure.",
    )
    signature_keys: Path | None = Field(
        default=None,
        description="JSON Web Key Set of those whose signatures under plans can be verified; each "
        "key has its holder's national identifier as `sub`.",
    )
    audit_key: str | None = Field(
        default=None,
        description="Secret that the audit's chains are signed with; unset means a key kept in the "
        "data directory.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log level written."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Log lines for people or for machines."
    )
    timezone: str = Field(
        default="Europe/Paris", description="Time zone of calendars and of days that tasks are due."
    )
    slot_horizon_days: int = Field(
        default=28,
        description="Days ahead for which slots are made of an agenda's recurring availabilities.",
        ge=1,
        le=366,
    )
    otlp_endpoint: str | None = Field(
        default=None, description="OpenTelemetry collector (OTLP over HTTP); unset means none."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's shape
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given, then the environment, then the files that it names."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name} is no time zone; Europe/Paris is one")
        return name

    @field_validator(
        "subscriptions_allowed_hosts",
        "console_fetch_hosts",
        "oidc_audience",
        "oidc_clients",
        "trusted_proxies",
        "metrics_readers",
        "mssante_domains",
        mode="before",
    )
    @classmethod
    def _split(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        if given.lstrip().startswith("["):
            return json.loads(given)
        return [part.strip() for part in given.split(",") if part.strip()]
