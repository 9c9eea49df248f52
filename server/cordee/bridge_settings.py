"""The settings of bridges to the world outside FHIR: CDA, national services, documents, mail.

Part of `cordee.settings.Settings`, which reads them all.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class BridgeSettings(BaseSettings):
    """Every field's description is its documentation."""

    cda_rules: Path | None = Field(
        default=None,
        description="Folder of the official CDA schema and schematrons (one generation, or several "
        "in folders of it); unset means that our own checks judge alone.",
    )
    directory_api_key: str = Field(
        default="",
        description="Key for the FHIR API of the national directory, for `cordee directory import "
        "--api`.",
    )
    insi_url: str | None = Field(
        default=None,
        description="INSi teleservice (`https://…/lps`) that `$ins-check` and `$ins-search` ask; "
        "unset means that they are not offered.",
        pattern=r"^https://",
    )
    insi_certificate: Path | None = Field(
        default=None, description="The structure's certificate for INSi (mTLS), a PEM file."
    )
    insi_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    insi_authority: Path | None = Field(
        default=None,
        description="Certificates that INSi's own must descend from, a PEM file; unset means those "
        "the system trusts.",
    )
    insi_licence: str = Field(
        default="", description="Number that the CNDA gave this software (IDAM), told to INSi."
    )
    insi_sender: str = Field(
        default="", description="National identifier of the structure that asks INSi."
    )
    insi_timeout: float = Field(
        default=15.0, description="Seconds INSi gets to answer.", gt=0, le=60
    )
    bridges_give_up_hours: float = Field(
        default=72.0,
        description="Hours of failures after which an exchange of a bridge is given up; an "
        "operator can order it anew.",
        gt=0,
    )
