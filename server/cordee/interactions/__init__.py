"""What the RESTful API does, free of HTTP: async functions from services and request to response.

Each has the shape `services.Interaction`, `await f(services, request) -> Response`:

| function | URL | the request carries |
|---|---|---|
| `read.read` | GET [type]/[id] | type, id, conditions; `_summary`, `_elements` in the query |
| `vread.vread` | GET [type]/[id]/_history/[vid] | type, id, version |
| `create.create` | POST [type] | type, body, `if_none_exist` |
| `update.update` | PUT [type]/[id], PUT [type]?… | type, body, id or query, `if_match` |
| `patch.patch` | PATCH [type]/[id], PATCH [type]?… | type, body (list or Parameters), id or query |
| `delete.delete` | DELETE [type]/[id], DELETE [type]?… | type, id or query, `if_match` |
| `history.history` | GET [type]/[id]/_history, [type]/_history, _history | type, id or neither |
| `search.search` | GET [type]?…, ?…, [type]/[id]/[type]?… | type, query, compartment |
| `transaction.transaction` | POST the base | body: a Bundle of type batch or transaction |
| `capabilities.capabilities` | GET metadata | `mode` in the query |

https://hl7.org/fhir/R4/http.html
"""
