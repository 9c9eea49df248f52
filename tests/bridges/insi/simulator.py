"""INSi as this project's tests need it: a SOAP server over mutual TLS, with people of its own.

What it answers has the form of answers that INSi's test environment gave.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from lxml import etree

from certificates import Authority

ASKED = "{http://www.cnamts.fr/INSiRecSans}"
FIXTURES = Path(__file__).parent / "envelopes"


@dataclass(frozen=True)
class Citizen:
    """A person whom the simulator knows."""

    number: str
    key: str
    family: str
    given: str
    sex: str
    born: str
    place: str
    history: tuple[tuple[str, str, str, str], ...] = ()
    """Former numbers: number, key, from, until."""


@dataclass
class Simulator:
    """Listens on a port of its own; `calls` are the envelopes it was sent."""

    authority: Authority
    citizens: list[Citizen] = field(default_factory=list)
    calls: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    delay: float = 0.0
    status: int = 200
    port: int = 0
    raw: bytes | None = None
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Give the address."""
        return f"https://127.0.0.1:{self.port}/lps"

    async def __aenter__(self) -> Self:
        context = self.authority.asking("insi")
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()

    def asked(self) -> list[dict[str, str]]:
        """Give the traits of each call."""
        found = []
        for call in self.calls:
            traits = etree.fromstring(call).find(f".//{ASKED}RECSANSVITALE")
            assert traits is not None
            found.append({row.tag.removeprefix(ASKED): row.text or "" for row in traits})
        return found

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                self.calls.append(await reader.readexactly(int(headers["content-length"])))
                self.headers.append(headers)
                await asyncio.sleep(self.delay)
                body = self.raw or self._answer()
                writer.write(
                    f"HTTP/1.1 {self.status} Answer\r\nContent-Type: application/soap+xml\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self) -> bytes:
        asked = self.asked()[-1]
        found = [
            person
            for person in self.citizens
            if person.family == asked["NomNaissance"]
            and asked["Prenom"] in person.given.split()
            and (person.sex, person.born) == (asked["Sexe"], asked["DateNaissance"])
            and asked.get("LieuNaissance", person.place) == person.place
        ]
        if len(found) == 1:
            return _envelope("00", "OK", _person(found[0]))
        return _envelope("02", "Plusieurs") if found else _envelope("01", "Aucune identite trouvee")


def _envelope(code: str, label: str, person: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>'
        '<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat">'
        f"<CR><CodeCR>{code}</CodeCR><LibelleCR>{label}</LibelleCR></CR>{person}"
        "</RESULTAT></soap:Body></soap:Envelope>"
    ).encode()


def _person(one: Citizen) -> str:
    history = "".join(
        f"<INSHISTO><IdIndividu><NumIdentifiant>{number}</NumIdentifiant><Cle>{key}</Cle>"
        f"</IdIndividu><OID>1.2.250.1.213.1.4.8</OID><DateDeb>{start}</DateDeb>"
        f"<DateFin>{end}</DateFin></INSHISTO>"
        for number, key, start, end in one.history
    )
    return (
        f"<INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>{one.number}</NumIdentifiant>"
        f"<Cle>{one.key}</Cle></IdIndividu><OID>1.2.250.1.213.1.4.8</OID></INSACTIF>{history}"
        f"<TIQ><NomNaissance>{one.family}</NomNaissance><ListePrenom>{one.given}</ListePrenom>"
        f"<Sexe>{one.sex}</Sexe><DateNaissance>{one.born}</DateNaissance>"
        f"<LieuNaissance>{one.place}</LieuNaissance></TIQ></INDIVIDU>"
    )
