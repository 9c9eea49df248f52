"""The page at `/`: where things are."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Cordée</title>
<meta name="viewport" content="width=device-width">
<style>body{font:1.1rem/1.6 system-ui,sans-serif;margin:4rem auto;max-width:40rem;padding:0 1rem}
dt{font-weight:600;margin-top:1rem}</style></head>
<body><h1>Cordée</h1>
<p>A FHIR R4 server that ropes together everyone who cares for one person.</p>
<dl>
<dt><a href="/fhir/metadata?_format=json">/fhir/metadata</a></dt>
<dd>what this server can do (CapabilityStatement); <code>/fhir</code> is the FHIR base</dd>
<dt><a href="/fhir/Patient?_count=5&amp;_format=json">/fhir/Patient?_count=5</a></dt>
<dd>a first search</dd>
<dt><a href="/health/ready">/health/ready</a></dt>
<dd>whether the server can serve; <code>/health/live</code> and <code>/metrics</code> beside it</dd>
<dt><a href="https://hl7.org/fhir/R4/http.html">hl7.org/fhir/R4</a></dt>
<dd>the specification; the project's own pages are in its <code>docs</code> folder</dd>
</dl></body></html>
"""


async def front_page(request: Request) -> Response:
    """Show the page."""
    request.scope["cordee.interaction"] = "front-page"
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})
