// The page: a lever moves, the server is asked, and what it answers is shown.

import { ask as askServer, withToken } from "./access.js";
import { Axis } from "./axis.js";
import { controls } from "./levers.js";
import { History, address, file, read, step } from "./state.js";
import * as stream from "./stream.js";

const REST = 120; // milliseconds without a further move before the server is asked
const here = (id) => document.getElementById(id);
const axis = new Axis(here("axis"));
let number = 0;
let waiting = null;

const about = await askServer(`/workshop.json${step ? `?step=${encodeURIComponent(step)}` : ""}`).catch((problem) => {
  if (problem.status === 401) location.replace("/team.html"); // a device of the room joins first
  here("note").textContent = problem.message;
  throw problem;
});
const start = read(about);
const shown = { picture: about.opens, view: "difference" };
const onPage = start.levers.map((name) => about.levers.find((lever) => lever.name === name));
const history = new History(start.positions);
const levers = controls(here("levers"), onPage, () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (history.change(levers.read())) ask(); }, REST);
});
levers.set(history.now);
here("refused").textContent = start.refused;
here("base").textContent = `Base: ${about.title}, ${about.start} to ${about.end}`;

async function ask() {
  number += 1;
  here("figure").setAttribute("aria-busy", "true");
  here("undo").disabled = !history.before.length;
  here("reset").disabled = !Object.keys(history.now).length;
  window.history.replaceState(null, "", address(start.levers, history.now));
  here("take").href = withToken(file(history.now));
  here("choose").href = `/levers.html${address(start.levers, history.now)}`;
  const mine = number;
  const refused = await stream.move({ move: mine, positions: history.now, step, ...shown }).catch(() => null);
  if (refused && mine === number) trouble(refused);
}

function trouble(reason) {
  here("figure").setAttribute("aria-busy", "false");
  here("note").textContent = reason;
}

function set(id, text) {
  if (here(id).textContent !== text) here(id).textContent = text;
}

function rows(body, lines, headings) {
  body.replaceChildren(...lines.map((cells) => {
    const row = document.createElement("tr");
    row.append(...cells.map((cell, place) => {
      const made = document.createElement(place ? "td" : "th");
      if (!place) made.scope = "row";
      made.textContent = cell;
      if (headings[place]) made.dataset.heading = headings[place];
      return made;
    }));
    return row;
  }));
}

const HEADINGS = ["", "Base", "With these levers", "Change", "Verdict"];
let last = "";
function picture(found) {
  if (found.move !== number) return;
  const { picture: drawn, number: main } = found;
  here("figure").setAttribute("aria-busy", "false");
  here("figure").dataset.runs = found.runs;
  here("drawing").innerHTML = drawn.svg;
  set("finding", drawn.title);
  set("note", [found.note, drawn.note].filter(Boolean).join(" "));
  set("number-value", main.now || main.base);
  set("number-change", main.change);
  set("number-words", main.words);
  set("unchanged", found.unchanged);
  rows(here("outcomes"), found.outcomes.map((one) => [one.words, one.base, one.now, one.change, one.verdict]), HEADINGS);
  numbers(drawn.table);
  axis.use(here("drawing").querySelectorAll("svg"), drawn, drawn.name === last);
  last = drawn.name;
  here("figure").dataset.scene = !drawn.view; // a scene has one view
  for (const button of views) button.disabled = !drawn.view;
  marks(drawn.marks);
}

function numbers(table) {
  const caption = document.createElement("caption");
  caption.textContent = table.caption;
  const head = document.createElement("thead");
  const body = document.createElement("tbody");
  const row = document.createElement("tr");
  row.append(...table.headings.map((text) => {
    const made = document.createElement(text ? "th" : "td");
    if (text) made.scope = "col";
    made.textContent = text;
    return made;
  }));
  head.append(row);
  rows(body, table.rows, []);
  here("numbers").replaceChildren(caption, head, body);
}

function span(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}

let marked = "";
function marks(found) {
  if (JSON.stringify(found) === marked) return; // a button that is being pressed stays
  marked = JSON.stringify(found);
  here("marks").replaceChildren(...found.map(({ at, words, parts }) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    if (parts) button.append(...parts.flatMap((text) => [span(text), " "])); // each is said by itself
    else button.textContent = `${at}: ${words}`;
    button.addEventListener("click", () => axis.at(at));
    item.append(button);
    return item;
  }));
}

function health(found) {
  const ready = found.ready < found.members ? `Runs are being prepared: ${found.ready} of ${found.members}.` : "Ready.";
  here("health").textContent = ready;
}

function press(group, pressed) {
  for (const button of group) button.setAttribute("aria-pressed", String(button === pressed));
}

const buttons = about.pictures.map(({ name, title }) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = title;
  made.addEventListener("click", () => { shown.picture = name; press(buttons, made); ask(); });
  return made;
});
here("pictures").append(...buttons);
press(buttons, buttons[about.pictures.findIndex(({ name }) => name === about.opens)]);
const views = [here("view-difference"), here("view-level")];
views[0].addEventListener("click", () => { shown.view = "difference"; press(views, views[0]); ask(); });
views[1].addEventListener("click", () => { shown.view = "level"; press(views, views[1]); ask(); });

function undo() { if (history.undo()) { levers.set(history.now); ask(); } }
function reset() { if (history.change({})) { levers.set({}); ask(); } }
here("undo").addEventListener("click", undo);
here("reset").addEventListener("click", reset);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, summary, a")) return;
  const key = event.key.toLowerCase();
  const keys = { u: undo, r: reset, c: () => views[0].click(), l: () => views[1].click() };
  if (key === " " && !event.target.closest("button")) { event.preventDefault(); axis.toggle(); }
  else if (keys[key]) keys[key]();
});

stream.open({ picture, health, trouble: (found) => { if (found.move === number) trouble(found.reason); },
  lost: () => { here("health").textContent = "The server does not answer; the page tries again."; } }, ask);
