// Drives a FHIR server with fhir-kit-client; prints "all steps passed" or fails with the step.
import Client from "fhir-kit-client";
import assert from "node:assert/strict";

const client = new Client({ baseUrl: process.argv[2] });

const capabilities = await client.capabilityStatement();
assert.equal(capabilities.fhirVersion, "4.0.1");

const system = "urn:oid:1.2.250.1.213.1.4.10";
const created = await client.create({
  resourceType: "Patient",
  body: {
    resourceType: "Patient",
    identifier: [{ system, value: "kit" }],
    name: [{ family: "N'Diaye", given: ["Loïc"] }],
  },
});
assert.equal(created.meta.versionId, "1");

const found = await client.search({ resourceType: "Patient", searchParams: { identifier: `${system}|kit` } });
assert.equal(found.entry.length, 1);

const updated = await client.update({
  resourceType: "Patient",
  id: created.id,
  body: { ...created, active: true },
});
assert.equal(updated.meta.versionId, "2");

const old = await client.vread({ resourceType: "Patient", id: created.id, version: "1" });
assert.equal(old.active, undefined);

const patched = await client.patch({
  resourceType: "Patient",
  id: created.id,
  JSONPatch: [{ op: "replace", path: "/active", value: false }],
  options: { headers: { Prefer: "return=representation" } },
});
assert.equal(patched.active, false);

const history = await client.history({ resourceType: "Patient", id: created.id });
assert.equal(history.entry.length, 3);

const answer = await client.transaction({
  body: {
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      {
        fullUrl: "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d",
        resource: { resourceType: "Patient", name: [{ family: "Kit" }] },
        request: { method: "POST", url: "Patient" },
      },
      {
        resource: {
          resourceType: "CareTeam",
          subject: { reference: "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d" },
        },
        request: { method: "POST", url: "CareTeam" },
      },
    ],
  },
});
assert.deepEqual(answer.entry.map((one) => one.response.status.slice(0, 3)), ["201", "201"]);

for (let number = 0; number < 5; number += 1) {
  await client.create({ resourceType: "Basic", body: { resourceType: "Basic", code: { text: "kit" } } });
}
let page = await client.search({ resourceType: "Basic", searchParams: { "code:text": "kit", _count: 2 } });
let seen = page.entry.length;
while ((page = await client.nextPage({ bundle: page })) && page.entry) {
  seen += page.entry.length;
}
assert.equal(seen, 5);

await client.delete({ resourceType: "Patient", id: created.id });
await assert.rejects(
  client.read({ resourceType: "Patient", id: created.id }),
  (error) => error.response.status === 410,
);
console.log("all steps passed");
