"""The settings of bridges to the world outside FHIR: CDA, national services, documents, mail.

Part of `cordee.settings.Settings`, which reads them all.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode


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
    dmp_url: str | None = Field(
        default=None,
        description="Services of the DMP (`https://…/v2/services`), below which `registry` and "
        "`repository` are; unset means that the DMP is not asked.",
        pattern=r"^https://",
    )
    pdsm_to_dmp: bool = Field(
        default=True,
        description="Whether CDA documents provided here as PDSm asks (ITI-65) are submitted to "
        "the DMP, where one is configured.",
    )
    dmp_certificate: Path | None = Field(
        default=None, description="The structure's certificate for the DMP (mTLS), a PEM file."
    )
    dmp_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    dmp_authority: Path | None = Field(
        default=None,
        description="Certificates that the DMP's own must descend from, a PEM file; unset means "
        "those the system trusts.",
    )
    dmp_seal_certificate: Path | None = Field(
        default=None,
        description="The structure's seal (RSA), with which assertions and lots are signed, a PEM "
        "file; unset means the certificate for the DMP.",
    )
    dmp_seal_key: Path | None = Field(
        default=None, description="Key of the seal, if it is in a PEM file of its own."
    )
    dmp_structure: str = Field(
        default="",
        description="National identifier of the structure (IdNat_Struct: 1 and the FINESS, 3 and "
        "the SIRET number) whose certificates these are.",
    )
    dmp_structure_name: str = Field(default="", description="Name of that structure.")
    dmp_sector: str = Field(
        default="SA43",
        description="Sector of activity of that structure (TRE_R02).",
        pattern="^SA[0-9]{2}$",
    )
    dmp_responsible: str = Field(
        default="",
        description="National identifier (IdNat_PS) of the person who answers for what this server "
        "does by itself at the DMP.",
    )
    dmp_source: str = Field(
        default="",
        description="OID of this server as a source of submissions.",
        pattern=r"^([0-2](\.(0|[1-9][0-9]*))+)?$",
    )
    dmp_activity: str = Field(
        default="97",
        description="Kind of activity that submitted documents come from (TRE_R209), unless "
        "`$dmp-submit` says.",
    )
    dmp_software: str = Field(
        default="", description="Identifier of this software (LPS_ID), told to the DMP."
    )
    dmp_approval: str = Field(
        default="", description="Number of the software's homologation for the DMP."
    )
    dmp_vihf_version: Literal["3.0", "4.0"] = Field(
        default="3.0", description="Version that assertions (VIHF) say they are of."
    )
    dmp_timeout: float = Field(
        default=30.0, description="Seconds the DMP gets to answer.", gt=0, le=300
    )
    mssante_mailbox: str | None = Field(
        default=None,
        description="Mailbox of MSSanté that this server sends from and collects; unset means that "
        "there is none.",
        pattern=r"^[^@\s<>]+@[A-Za-z0-9.-]+$",
    )
    mssante_smtp: str | None = Field(
        default=None,
        description="The operator's server for sending (`smtp://host:587`, where STARTTLS is "
        "required, or `smtps://`); unset means that nothing is sent.",
        pattern=r"^smtps?://",
    )
    mssante_imap: str | None = Field(
        default=None,
        description="The operator's server for collecting (`imaps://host:993`, or `imap://`, where "
        "STARTTLS is required); unset means that nothing is collected.",
        pattern=r"^imaps?://",
    )
    mssante_user: str | None = Field(
        default=None, description="Account at both servers, if it is not the mailbox."
    )
    mssante_password: str | None = Field(
        default=None, description="Password of that account; unset where the certificate is enough."
    )
    mssante_certificate: Path | None = Field(
        default=None,
        description="The structure's certificate for secured mail (mTLS), a PEM file.",
    )
    mssante_key: Path | None = Field(
        default=None, description="Key of that certificate, if it is in a PEM file of its own."
    )
    mssante_authority: Path | None = Field(
        default=None,
        description="Certificates that those of the mail servers must descend from, a PEM file; "
        "unset means those the system trusts.",
    )
    mssante_domains: Annotated[list[str], NoDecode] = Field(
        default=["mssante.fr"],
        description="Domains of secured mail, with those below them: nothing is sent elsewhere "
        "(JSON list, or separated by commas).",
    )
    mssante_nil: str = Field(
        default="", description="Number of this software (NIL), told in every mail."
    )
    mssante_folder: str = Field(default="INBOX", description="Folder that is collected.")
    mssante_quarantine: str = Field(
        default="Quarantaine",
        description="Folder that mails are moved to which cannot be taken in; it is made when it "
        "is missing.",
    )
    mssante_poll_seconds: float = Field(
        default=60.0, description="Seconds between two looks into the mailbox.", ge=0.1
    )
    mssante_receipts: bool = Field(
        default=True,
        description="Whether senders who ask for it are told that their mail was taken in, or why "
        "it was not.",
    )
    mssante_timeout: float = Field(
        default=60.0, description="Seconds that mail servers get to answer.", gt=0, le=600
    )
    bridges_give_up_hours: float = Field(
        default=72.0,
        description="Hours of failures after which an exchange of a bridge is given up; an "
        "operator can order it anew.",
        gt=0,
    )
    bridges_questions_days: float = Field(
        default=90.0,
        description="Days for which the queue shows what was only asked of another system "
        "(searches of the DMP, documents fetched from it); the audit keeps its own lines.",
        gt=0,
        le=3_650,
    )
