"""The settings of the pages for people.

Part of `cordee.settings.Settings`, which reads them all.
"""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode


class ConsoleSettings(BaseSettings):
    """Every field's description is its documentation."""

    console_client_id: str | None = Field(
        default=None,
        description="What the console is to the provider, for people who log in on its pages; "
        "unset means that pages only take tokens that requests carry.",
    )
    console_client_secret: str | None = Field(
        default=None, description="Secret of that client; unset means a public client (PKCE alone)."
    )
    console_scopes: str = Field(
        default="openid", description="Scopes that the console asks for, with spaces between."
    )
    console_fetch_hosts: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Hosts, addresses and networks (`10.1.0.0/16`) that the validation page may "
        "fetch from although they are not public (JSON list, or separated by commas).",
    )
