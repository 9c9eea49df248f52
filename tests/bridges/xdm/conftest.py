"""Documents to pack, of a generated territory."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bridges.cda.conftest import Write, tables, written
from cordee.bridges.cda.document import Document, read
from cordee.bridges.xdm.writer import Parcel

__all__ = ["documents", "parcel", "tables", "written"]


@pytest.fixture(scope="session")
def documents(written: Write) -> tuple[Document, ...]:
    """A document of level 1 and one of level 3 about one patient."""
    return read(written("ppcs")), read(written("dlu"))


@pytest.fixture
def parcel(documents: tuple[Document, ...]) -> Parcel:
    """Both, sent by a structure."""
    return Parcel(
        documents,
        key="mail 1",
        moment=datetime(2026, 11, 22, 12, tzinfo=UTC),
        zone=ZoneInfo("Europe/Paris"),
        sender="EHPAD Les Tilleuls <ehpad@tilleuls.mssante.fr>",
        source_id="1.2.250.1.999.1",
    )
