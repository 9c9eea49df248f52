"""`cordee serve`: start the server, with its own MongoDB unless it was given one."""

import ipaddress
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from ssl import SSLContext
from types import FrameType
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from cordee.settings import Settings

WRONG = 2
"""Exit code for wrong usage or environment."""
BACKLOG = 2048
OPEN_DOOR = """\
  AUTHENTICATION IS OFF. Whoever can use this machine can read and change every record.
  Only this machine can connect. For anything but a trial set CORDEE_AUTH to oidc or psc.
"""
DRAIN = 30
"""Seconds that requests under way get to end after the signal to stop."""
LONGEST_MESSAGE = 256 * 1024
"""Bytes of a message on a websocket: tokens are what comes there."""
PATIENCE = 120
"""Seconds a server process may take until it serves, or to give a sign of life."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option(help="Directory of everything kept.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of server processes.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty database.")] = False,
) -> None:
    """Start the server; options win over CORDEE_* variables."""
    settings = settings_or_stop(host=host, port=port, data=data, workers=workers)
    refuse_open_door(settings)
    refuse_closed_door(settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    given = dict(os.environ)
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(settings))
        settings = settings.model_copy(
            update={"mongodb_uri": stack.enter_context(_database(settings))}
        )
        if demo:
            _load_demo(settings)
        _banner(settings, listening)
        stack.enter_context(_environment(settings))
        anew = _run(settings, listening)
    if anew is not None:
        from cordee.cli.reload import again  # noqa: PLC0415 - only when asked

        again(anew, given)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """End cleanly: while starting at once, while serving after uvicorn's own way of stopping."""
    raise SystemExit(0)


def settings_or_stop(**given: object) -> Settings:
    """Read the settings; options that were not given leave the environment's."""
    try:
        return Settings.model_validate(
            Settings().model_dump() | {name: v for name, v in given.items() if v is not None}
        )
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors()]
        stop("These settings are wrong:\n" + "\n".join(lines) + "\nSee docs/settings.md.")
    except ValueError as error:  # a file that cannot be read
        stop(f"{error}\nSee docs/settings.md.")


def stop(reason: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    typer.secho(f"cordee: {reason}", fg="red", err=True)
    raise typer.Exit(WRONG)


def refuse_open_door(settings: Settings) -> None:
    """Refuse to serve health records to the network without authentication."""
    if settings.auth == "off" and not loopback(settings.host):
        stop(
            f"REFUSED to listen on {settings.host}: with CORDEE_AUTH=off anyone who reaches this\n"
            "address could read and change every record. Listen on 127.0.0.1, or set CORDEE_AUTH\n"
            "to oidc or psc."
        )


def refuse_closed_door(settings: Settings) -> None:
    """Refuse settings with which nobody could be let in, or a connection not be secured."""
    wrong: list[str] = []
    if settings.auth != "off":
        from cordee.access.gate import faults  # noqa: PLC0415 - only when asked

        wrong = faults(settings)
    if settings.tls_certificate is not None:
        from cordee.web.tls import context  # noqa: PLC0415 - only when asked

        try:
            context(settings)
        except OSError as error:
            wrong.append(f"the files of CORDEE_TLS_* cannot be used: {error}")
    for network in settings.trusted_proxies:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as error:
            wrong.append(f"CORDEE_TRUSTED_PROXIES: {error}")
    if wrong:
        stop("\n  ".join(["These settings do not fit together:", *wrong]))


def loopback(host: str) -> bool:
    """Tell whether an address is only reachable from this machine, whatever name it goes by."""
    try:
        found = {row[4][0] for row in socket.getaddrinfo(host or "0.0.0.0", None)}  # noqa: S104
    except OSError:
        stop(f"{host!r} is not an address of this machine")
    return all(ipaddress.ip_address(str(each).partition("%")[0]).is_loopback for each in found)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything slow, so that a second server fails at once."""
    if "LISTEN_FDS" in os.environ:
        from cordee.cli.reload import inherited  # noqa: PLC0415 - only where it is used

        if (found := inherited()) is not None:
            with found:
                yield found
            return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((settings.host, settings.port))
        except OSError as error:
            stop(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror}.\n"
                "Choose another --port, or stop the program that has this one."
            )
        taken.listen(BACKLOG)
        taken.set_inheritable(True)
        yield taken


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Give the database's URI, or stop with the reason why there is none."""
    from cordee.cli.database import started  # noqa: PLC0415 - after the quick refusals
    from cordee.store.data_lock import DataDirectoryInUseError  # noqa: PLC0415
    from cordee.store.embedded import EmbeddedMongoError  # noqa: PLC0415

    # One process serves by itself: what it needs can be imported while MongoDB starts.
    meanwhile = ("uvicorn", "cordee.app") if settings.workers == 1 else ()
    try:
        with started(settings, meanwhile=meanwhile) as uri:
            yield uri
    except (DataDirectoryInUseError, EmbeddedMongoError) as error:
        stop(str(error))


def _load_demo(settings: Settings) -> None:
    """Fill an empty database with a small synthetic territory."""
    from cordee.cli.demo import load  # noqa: PLC0415 - only when asked

    load(settings)


def _banner(settings: Settings, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    private = settings.mongodb_uri is not None and ".sock" in settings.mongodb_uri
    where = f"{settings.data.absolute()} (private MongoDB)" if private else "the MongoDB given"
    scheme = "https" if settings.tls_certificate is not None else "http"
    typer.echo(
        f"\n  Cordée, FHIR R4 server\n"
        f"  FHIR base     {scheme}://{shown}:{port}/fhir\n"
        f"  data          {where}\n"
        f"  processes     {settings.workers}\n"
        "  Ctrl-C stops the server.\n"
    )
    if settings.auth == "off":
        typer.secho(OPEN_DOOR, fg="yellow", bold=True, err=True)


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """Hand the settings to the server processes, and give them a place to add metrics up."""
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        os.environ[f"CORDEE_{name.upper()}"] = _spelled(value)
    if settings.workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="cordee-metrics-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        yield


def _spelled(value: object) -> str:
    import json  # noqa: PLC0415

    return value if isinstance(value, str) else json.dumps(value)


def _tls(_config: object, _default: object) -> SSLContext:
    """Make the TLS rules in a server process, which finds its settings in the environment."""
    from cordee.web.tls import context  # noqa: PLC0415 - only when asked

    return context(Settings())


def _run(settings: Settings, listening: socket.socket) -> int | None:
    """Serve until told to stop, then let the requests under way end.

    Gives the listening socket's descriptor when the server is to begin anew.
    """
    import uvicorn  # noqa: PLC0415 - after the quick refusals
    from uvicorn.config import STARTUP_FAILURE  # noqa: PLC0415
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415

    from cordee.cli.reload import Reload  # noqa: PLC0415

    secured = settings.tls_certificate is not None
    config = uvicorn.Config(
        "cordee.app:create",
        factory=True,
        loop="uvloop",
        http=f"cordee.web.{'tls:TlsProtocol' if secured else 'http_protocol:HttpProtocol'}",
        ssl_context_factory=_tls if secured else None,
        # What proxies say is read by web/middleware/proxies.py, from trusted ones alone.
        proxy_headers=False,
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        lifespan="on",
        workers=settings.workers,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=DRAIN,
        timeout_worker_healthcheck=PATIENCE,
    )
    try:
        if settings.workers > 1:
            # SIGHUP replaces one process after the other, each when the next one serves.
            Multiprocess(config, sockets=[listening]).run()
            return None
        server = uvicorn.Server(config)
        reload = Reload(server)
        server.run(sockets=[listening.dup()])
    except SystemExit as ended:
        if ended.code == STARTUP_FAILURE:
            stop("the server did not start; the lines above say why")
        raise
    return os.dup(listening.fileno()) if reload.asked else None
