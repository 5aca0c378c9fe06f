// A step or the session as one file to take home: made beside the room, and saved when it is ready.

import { ask, withToken } from "./access.js";
import { here, set } from "./parts.js";

const REST = 1000; // milliseconds until the server is asked again how far the page is
let named = { session: "", step: "" };
let chosen = "";
let waiting = null;

export function show(session, step) {
  here("home").hidden = !session;
  here("home-step").disabled = !step;
  named = { session: session ? session.name : "", step: step ? step.key : "" };
}

const SAID = {
  nothing: () => "",
  "under way": ({ done, of }) => `The page is being made: ${done} of ${of} runs.`,
  ready: () => "The page is ready.",
  failed: () => "The page could not be made. Try again.",
};

async function look() {
  clearTimeout(waiting);
  const asked = chosen;
  try {
    const found = await ask(`/take-home.json?of=${encodeURIComponent(asked)}`);
    if (asked !== chosen) return;
    set("home-said", SAID[found.state](found));
    here("home-stop").hidden = found.state !== "under way";
    here("home-save").hidden = found.state !== "ready";
    here("home-save").href = withToken(`/take-home.html?of=${encodeURIComponent(asked)}&language=${document.documentElement.lang}`);
    if (found.state === "under way") waiting = setTimeout(look, REST);
  } catch (problem) { set("home-said", problem.message); }
}

async function send(content) {
  try {
    await ask("/take-home", { of: chosen, ...content });
    look();
  } catch (problem) { set("home-said", problem.message); }
}

for (const one of ["step", "session"]) {
  here(`home-${one}`).addEventListener("click", () => { chosen = named[one]; send({}); });
}
here("home-stop").addEventListener("click", () => send({ stop: true }));
