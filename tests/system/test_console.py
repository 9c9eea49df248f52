"""The pages in a real browser, over a demo territory.

Debian's Chromium, installed by `tests/system/install`, is driven by playwright.
"""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, WebSocket, expect, sync_playwright

from cordee.cli.database import private_socket
from cordee.store.connection import connect
from cordee.store.embedded import socket_uri
from cordee.store.exchange_queue import Exchange, ExchangeQueue
from system.conftest import Running, demo_server

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("console")]

AXE = Path(__file__).parent / "node/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
GUIDE = (
    "/ig/",
    "/ig/brick/circle.html",
    "/ig/StructureDefinition-coordination-task.html",
    "/ig/OperationDefinition-CareTeam-join.html",
    "/ig/CapabilityStatement-server.html",
    "/ig/CapabilityStatement-server/Patient.html",
    "/ig/changes.html",
)
"""Pages of the guide, one of each kind; what they are made of is the same."""
CONTROLS = """
  [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary")]
    .filter(one => one.checkVisibility() && !one.closest("details:not([open]) > :not(summary)"))
    .map((one, at) => (one.dataset.at = at)).length"""
FOCUSED = """
  [document.activeElement.dataset.at, getComputedStyle(document.activeElement).outlineStyle]"""
BAD_INS = """{
  "resourceType": "Patient",
  "identifier": [
    {
      "system": "urn:oid:1.2.250.1.213.1.4.10",
      "value": "253053523829911"
    }
  ]
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with the demo territory."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: tests/system/install")
    with demo_server(tmp_path_factory.mktemp("console")) as running:
        yield running


@dataclass(slots=True)
class Subscriber:
    """Listens to notifications; it refuses them until it is mended."""

    port: int = 0
    status: int = 422
    taken: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def subscriber(demo: Running) -> Iterator[Subscriber]:
    """A subscriber that refuses a notification from the start, so that it is given up meanwhile."""
    told = Subscriber()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status = told.status if b"Refused" in body else 200
            if status == 200:
                told.taken.append(body)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        do_PUT = do_POST  # noqa: N815 - notifications that carry the resource are updates

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as listening:
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        subscription = {
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "test",
            "criteria": "Basic?",
            "channel": {
                "type": "rest-hook",
                "endpoint": f"http://127.0.0.1:{listening.server_port}/hook",
                "payload": "application/fhir+json",
            },
        }
        made = httpx.post(f"{demo.base_url}/Subscription", json=subscription)
        assert made.status_code == 201, made.text
        address = f"{demo.base_url}/Subscription/{made.json()['id']}"
        for _ in range(200):
            if httpx.get(address).json()["status"] == "active":
                break
            sleep(0.05)
        basic = {"resourceType": "Basic", "code": {"text": "Refused"}}
        assert httpx.post(f"{demo.base_url}/Basic", json=basic).status_code == 201
        yield told
        listening.shutdown()


@pytest.fixture(scope="module")
def browser(demo: Running) -> Iterator[Browser]:  # noqa: ARG001 - no browser without a server
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    """A page that fails its test when the browser complains."""
    context = browser.new_context(locale="fr-FR", base_url=demo.root)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def person(demo: Running) -> str:
    """The id of a person of the territory who has a circle."""
    answer = httpx.get(f"{demo.base_url}/CareTeam?status=active&_count=1&_elements=subject")
    reference: str = answer.json()["entry"][0]["resource"]["subject"]["reference"]
    return reference.removeprefix("Patient/")


@pytest.fixture(scope="module")
def exchange(demo: Running) -> Exchange:
    """An exchange of a bridge that was given up."""
    made = Exchange(
        "dmp",
        "iti-41",
        "page",
        subject="Patient/somebody",
        target="DMP",
        state="failed",
        error="Le DMP ne répond pas.",
    )

    async def queue() -> None:
        client = connect(socket_uri(private_socket(demo.data)))
        await ExchangeQueue(client["cordee"]).put(made)
        await client.close()

    # The browser's driver has a loop of its own in this thread.
    thread = Thread(target=lambda: asyncio.run(queue()))
    thread.start()
    thread.join()
    return made


def judge(page: Page) -> list[str]:
    """Give what axe-core finds serious."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: tests/system/install")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    return [
        f"{row['id']}: {row['nodes'][0]['html'][:200]} {row['nodes'][0]['failureSummary'][:300]}"
        for row in found["violations"]
        if row["impact"] in {"serious", "critical"}
    ]


@pytest.mark.usefixtures("subscriber")
def test_a_wrong_ins_is_shown_at_its_line(page: Page) -> None:
    """A finding leads to the line of the number, which is marked, without leaving the page."""
    page.goto("/validate")
    page.fill("#text", BAD_INS)
    page.click("#validation button:not([type])")
    finding = page.locator(".finding", has_text="numéro INS")
    expect(finding.locator(".what a")).to_have_text("ligne 6")
    finding.locator(".what a").click()
    expect(page.locator("mark:focus")).to_contain_text("253053523829911")
    page.uncheck(".show-warning")
    expect(page.locator(".finding.warning").first).to_be_hidden()


def test_a_link_carries_the_text(page: Page) -> None:
    """Who opens a shared link sees the same verdict; the text is in the fragment alone."""
    page.goto("/validate")
    page.fill("#text", BAD_INS)
    page.click("#share")
    page.wait_for_url(re.compile("#text="))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator(".finding", has_text="numéro INS")).to_be_visible()
    assert page.input_value("#text") == BAD_INS
    assert all("text=" not in url.partition("#")[0] for url in asked)


def test_a_megabyte_does_not_freeze_the_page(page: Page) -> None:
    """The verdict on a large Bundle is there, and the page answers at once afterwards."""
    row = {"resourceType": "Basic", "code": {"text": "x" * 150}}
    entries = [{"fullUrl": f"urn:uuid:{at:08x}-0000-4000-8000-000000000000", "resource": row}
               for at in range(4_000)]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    sent = json.dumps(bundle, indent=1)
    assert len(sent) > 1_000_000
    page.goto("/validate")
    page.set_input_files(
        "#file",
        FilePayload(name="large.json", mimeType="application/json", buffer=sent.encode()),
    )
    page.click("#validation button:not([type])")
    expect(page.locator(".document .state")).to_be_visible(timeout=30_000)
    took = page.evaluate(
        "async () => {const begun = performance.now();"
        "document.querySelector('.source').scrollTop = 1e7;"
        "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));"
        "return performance.now() - begun}"
    )
    assert took < 5_000


def test_a_record_is_drawn_and_a_message_arrives(page: Page, person: str, demo: Running) -> None:
    """The circle, plan and thread are there; a message sent meanwhile is told by the websocket."""
    frames: list[object] = []

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.extend([frame]))

    page.on("websocket", opened)
    page.goto(f"/dossier/{person}")
    expect(page.locator("#live")).to_have_text("en direct", timeout=15_000)
    expect(page.locator("svg.circle .node").first).to_be_visible()
    expect(page.locator(".badge").first).to_be_visible()
    message = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{person}"},
        "sent": "2100-01-01T08:00:00+01:00",
        "payload": [{"contentString": "Le kiné passe à dix heures."}],
    }
    assert httpx.post(f"{demo.base_url}/Communication", json=message).status_code == 201
    expect(page.locator("#entries li").first).to_contain_text("Le kiné passe", timeout=5_000)
    expect(page.locator("#live")).to_have_text("nouveau message")
    assert frames


def test_without_scripts_the_pages_work(browser: Browser, demo: Running) -> None:
    """A form is sent and answered by whole pages."""
    context = browser.new_context(java_script_enabled=False, base_url=demo.root)
    page = context.new_page()
    page.goto("/validate?example")
    page.click("#validation button:not([type])")
    expect(page.locator(".finding.error").first).to_be_visible()
    context.close()


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_hard_to_read(scheme: str, browser: Browser, demo: Running, person: str) -> None:
    """axe-core finds nothing serious on any page, in light and in dark, on a phone no scrolling."""
    dark = scheme == "dark"
    context = browser.new_context(
        color_scheme="dark" if dark else "light",
        viewport={"width": 390 if dark else 1280, "height": 900},
        base_url=demo.root,
    )
    page = context.new_page()
    found = {}
    for path in (
        "/",
        "/validate?example",
        f"/dossier/{person}",
        "/explore",
        "/explore/Patient",
        f"/explore/Patient/{person}",
        f"/explore/Patient/{person}/_history",
        "/operations",
        *(GUIDE[::3] if dark else GUIDE),
    ):
        page.goto(path)
        if path.startswith("/validate"):
            page.click("#validation button:not([type])")
            expect(page.locator(".finding").first).to_be_visible()
        found[path] = judge(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= (390 if dark else 1280)
    context.close()
    assert {path: rows for path, rows in found.items() if rows} == {}


@pytest.mark.usefixtures("exchange")
def test_an_exchange_is_tried_again(page: Page) -> None:
    """What a bridge gave up stands on the page with its reason; a button orders it anew."""
    page.goto("/operations")
    row = page.locator("#bridges ~ .scroll tbody tr", has_text="iti-41")
    expect(row).to_contain_text("Le DMP ne répond pas.")
    row.get_by_role("button", name=re.compile("Réessayer")).click()
    expect(page.locator(".notice")).to_have_text("L'échange sera retenté.")
    expect(row).to_contain_text("en attente")


@pytest.mark.parametrize("path", ["/", "/validate?example", "/operations", "/ig/changes.html"])
def test_a_page_is_walked_by_keyboard(path: str, page: Page) -> None:
    """Each control is reached by Tab, in the order of the page, and shows that it has the focus."""
    page.goto(path)
    wanted = page.evaluate(CONTROLS)
    reached = []
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        at, outline = page.evaluate(FOCUSED)
        assert outline != "none"
        if at is not None:
            reached.append(int(at))
        if at == str(wanted - 1):
            break
    assert reached == list(range(wanted))


def test_a_command_works_as_it_stands(page: Page) -> None:
    """The line that the explorer shows for a search can be pasted in a shell."""
    page.goto("/explore/Patient?name:contains=e&birthdate=gt1900-01-01&_sort=-birthdate&_count=2")
    line = page.locator("pre.command").inner_text()
    told = subprocess.run(["sh", "-c", line], capture_output=True, timeout=30, check=True).stdout
    listed = [entry["resource"]["id"] for entry in json.loads(told)["entry"]]
    shown = page.locator("tbody th a").all_inner_texts()
    assert [f"Patient/{id}" for id in listed] == shown


def test_the_first_page_is_light(page: Page) -> None:
    """All that a browser loads for it, before any compression, is below 300 kB."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) > 1
    assert sum(sizes) < 300_000


def test_an_address_inside_is_not_fetched(browser: Browser, demo: Running) -> None:
    """The page of validation says why it does not ask a host that is not public."""
    context = browser.new_context(locale="fr-FR", base_url=demo.root)
    page = context.new_page()
    page.goto("/validate")
    page.fill("#address", f"{demo.base_url}/Patient")
    page.click("#validation button:not([type])")
    expect(page.locator("#verdict")).to_contain_text("CORDEE_CONSOLE_FETCH_HOSTS")
    context.close()


def test_a_dead_notification_is_replayed(page: Page, subscriber: Subscriber) -> None:
    """What was given up stands on the page; a button sends it again once the subscriber is well."""
    button = page.get_by_role("button", name=re.compile("Rejouer"))
    for _ in range(40):
        page.goto("/operations")
        if button.count():
            break
        page.wait_for_timeout(500)
    page.wait_for_load_state()
    expect(page.locator("tr.dead summary")).to_contain_text("abandonnées : 1")
    subscriber.status = 200
    button.click()
    expect(page.locator(".notice")).to_have_text("Le rejeu est commandé.")
    for _ in range(60):
        if subscriber.taken:
            break
        page.wait_for_timeout(250)
    assert len(subscriber.taken) == 1
