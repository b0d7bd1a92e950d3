// Files for the visitor: downloads, and rows of values as CSV.

import { h } from "./dom.js";

const LIFETIME = 60_000; // ms: a large film may take a while to be saved

/** Save a Blob under a name, as if the visitor had clicked a link to it. */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), LIFETIME);
}

export function downloadCsv(rows, name) {
  download(new Blob([csv(rows)], { type: "text/csv" }), name);
}

/** Rows of values as CSV (RFC 4180), with a newline after each. */
export const csv = (rows) => rows.map((row) => `${row.map(quoted).join(",")}\n`).join("");

// Beginnings that a spreadsheet would take for a formula; numbers are none (playground/core/foreign_text.py).
const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const quoted = (value) => {
  const plain = String(value ?? "");
  const text = FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
