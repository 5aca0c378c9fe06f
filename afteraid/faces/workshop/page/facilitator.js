// The facilitator's window: the script of the step, what to do next, guesses without a device, and the teams.

import { ask, withToken } from "./access.js";
import { bars, button, clock, counted, element, health, here, list, lost, set } from "./parts.js";
import * as stream from "./stream.js";

const CLOCK = 120; // seconds for a guess
let shown = "";

async function act(content) {
  try {
    await ask("/act", content);
    set("trouble", "");
  } catch (problem) {
    set("trouble", problem.message);
  }
}

function card(one) {
  return element("li", {}, element("h3", {}, `${one.title} (${one.minutes} minutes)`), element("p", {}, one.summary),
    paper(one, "guide", "Guide to print"), " ", paper(one, "sheet", "Sheet to print"), " ", button("Open", () => act({ do: "session", name: one.name })));
}

function paper(one, kind, text) {
  return element("a", { href: withToken(`/paper/${kind}?session=${encodeURIComponent(one.name)}`), target: "_blank", rel: "noopener" }, text);
}

function team(one) {
  return element("li", {}, `${one.name}: ${one.guessed ? "has guessed" : "no guess yet"} `,
    button("Remove", () => act({ do: "remove", team: one.name })));
}

function show(found) {
  const { session, step, script } = found;
  const last = session && found.page === found.pages - 1;
  set("title", session ? session.title : "The facilitator");
  set("script-title", step ? `Step ${found.page}: ${step.title} (${step.minutes} minutes)` : last ? "The end" : session ? "The opening" : "Choose a session");
  clock(found.left);
  const now = JSON.stringify([found.sessions, session && session.name, step && step.key, found.teams, step && step.positions]);
  if (now !== shown) {
    here("sessions").replaceChildren(...(session ? [] : found.sessions.map(card)));
    here("teams").replaceChildren(...found.teams.map(team));
    here("place").replaceChildren(...(step ? step.positions.map((text, place) => element("option", { value: place }, text)) : []));
    shown = now;
  }
  here("no-teams").hidden = found.teams.length > 0;
  here("talk").hidden = !session || found.page !== 0;
  here("end").hidden = !last;
  set("opening", found.opening);
  list("aims", found.aims);
  list("bring", found.bring);
  list("closing", found.closing);
  here("step").hidden = here("guessing").hidden = !step;
  here("back").disabled = !session || found.page === 0;
  here("next").disabled = !session || last;
  here("reveal").disabled = !step || step.shown;
  here("undo").disabled = !found.undo;
  here("clock-start").disabled = !step;
  here("clock-stop").disabled = found.left === null;
  here("to-levers").href = step ? `/#v=1&step=${step.key}` : "/";
  if (!step) return;
  for (const id of ["say", "usual", "happens"]) set(id, script[id]);
  set("question", step.question);
  list("debrief", script.debrief);
  set("ready", script.ready < script.needed ? `The answer needs ${script.needed} runs; ${script.ready} are ready.` : "The answer is ready.");
  here("enter").hidden = step.shown;
  set("count", counted(found.guessed, step.unit));
  bars(found.guesses, step.answer ? step.answer.place : null);
}

let busy = false;
let again = false;
async function look() {
  if (busy) { again = true; return; }
  busy = true;
  try { show(await ask("/room.json")); } catch (problem) { set("trouble", problem.message); }
  busy = false;
  if (again) { again = false; look(); }
}

for (const action of ["back", "next", "reveal", "undo", "reset"]) here(action).addEventListener("click", () => act({ do: action }));
here("clock-start").addEventListener("click", () => act({ do: "clock", seconds: CLOCK }));
here("clock-stop").addEventListener("click", () => act({ do: "clock", seconds: 0 }));
here("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  try { await ask("/guess", { place: Number(here("place").value) }); } catch (problem) { set("trouble", problem.message); }
});
stream.open({ room: look, health: (found) => { health(found); look(); }, lost }, look);
