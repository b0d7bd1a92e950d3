import assert from "node:assert/strict";
import { test } from "node:test";

import { names, queryOf } from "../../playground/web/core/framed.js";

test("the page of the app is a part of the query, the first page is not", () => {
  const query = (address) => queryOf(new URL(address));
  assert.equal(query("https://me-app.hf.space/gan?gan.data=moons&lang=zh"), "?page=gan&gan.data=moons&lang=zh");
  assert.equal(query("https://play.example/play/arena"), "?page=arena");
  assert.equal(query("https://play.example/?lesson=gan"), "?lesson=gan");
  assert.equal(query("https://play.example/play/"), "");
});

test("an origin is named by itself, its host, or its host with the port", () => {
  const origin = new URL("https://school.example:8443");
  for (const host of ["https://school.example:8443", "school.example:8443", "school.example"])
    assert.ok(names(host, origin), host);
  for (const host of ["http://school.example:8443", "school.example:80", "example", "evil.school.example"])
    assert.ok(!names(host, origin), host);
});
