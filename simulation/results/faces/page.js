"use strict";
// Tables of figures are built when a reader opens them, and saved as CSV on request. Nothing leaves the page.
const data = JSON.parse(document.getElementById("data").textContent);
for (const table of Object.values(data)) {
  const columns = table.values.map((one) => (Array.isArray(one) ? one : one.at.map((place) => one.of[place])));
  table.rows = (columns[0] || []).map((_, row) => columns.map((column) => column[row]));
}

function asText(value) {
  return value === null ? "" : String(value);
}

function asCell(value) {
  let text = asText(value);
  // a text that a spreadsheet would take for a formula is marked as text; a number stays a number
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function asCsv(table) {
  return [table.columns, ...table.rows].map((row) => row.map(asCell).join(",")).join("\r\n") + "\r\n";
}

function save(name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + asCsv(data[name])], { type: "text/csv" }));
  link.download = name + ".csv";
  link.click();
  URL.revokeObjectURL(link.href);
}

function fill(place) {
  const table = data[place.dataset.table];
  const shown = document.createElement("table");
  const caption = shown.createCaption();
  caption.textContent = place.dataset.caption;
  const head = shown.createTHead().insertRow();
  for (const name of table.columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = shown.createTBody();
  for (const row of table.rows) {
    const line = body.insertRow();
    for (const value of row) {
      const cell = line.insertCell();
      cell.textContent = asText(value);
      if (typeof value === "string") cell.className = "words";
    }
  }
  place.replaceChildren(shown);
}

for (const details of document.querySelectorAll("details.numbers")) {
  details.addEventListener("toggle", () => {
    const place = details.querySelector("[data-table]");
    if (details.open && !place.firstChild) fill(place);
  });
}
for (const button of document.querySelectorAll("button[data-csv]")) {
  button.addEventListener("click", () => save(button.dataset.csv));
}
const printing = document.getElementById("print");
if (printing) printing.addEventListener("click", () => window.print());
