// The facilitator's window: the script of the step, what to do next, guesses without a device, and the teams.

import { ask, withToken } from "./access.js";
import { bars, button, clock, counted, element, health, here, list, lost, oneAtATime, set } from "./parts.js";
import * as home from "./home.js";
import * as quiz from "./quiz.js";
import { cast, casting } from "./roles.js";
import { Choice, board } from "./round.js";
import * as stream from "./stream.js";
import { language } from "./words.js";

const CLOCK = 120; // seconds for a guess
let shown = "";
let seconds = CLOCK;
let roles = false; // are played now

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
  return element("a", { href: withToken(`/paper/${kind}?session=${encodeURIComponent(one.name)}&language=${language}`), target: "_blank", rel: "noopener" }, text);
}

function team(one, asks) {
  const chosen = one.locked ? "final" : one.chosen ? "chooses" : "no choice yet";
  const state = one.chosen === undefined ? (one.guessed ? "has guessed" : "no guess yet") : chosen;
  const row = element("li", {}, asks ? `${one.role ? `${one.name}, ${one.role}` : one.name}: ${state} ` : `${one.name} `, button("Remove", () => act({ do: "remove", team: one.name })));
  if (one.locked && !one.role) row.append(" ", button("Open again", () => act({ do: "unlock", team: one.name })));
  return row;
}

const choice = new Choice(async (positions, lock) => {
  try {
    await ask("/choose", { [roles ? "role" : "team"]: here("for-team").value, positions, lock });
    set("trouble", "");
  } catch (problem) {
    set("trouble", problem.message);
  }
});

function play(round, teams, script) {
  here("round").hidden = !round;
  casting(round, teams, act, (reason) => set("trouble", reason));
  if (!round) return;
  roles = Boolean(round.roles);
  set("round-say", script.say);
  set("round-question", round.question);
  set("round-secret", script.surprise ? `The teams do not know: ${script.surprise}` : "");
  board(round);
  cast(round);
  const cards = script.cards.filter((one) => !one.device);
  here("cards").hidden = !cards.length || round.shown;
  set("cards-title", roles ? "Enter the choice of a role without a device" : "Enter the choice of a team without a device");
  set("for-label", roles ? "Role" : "Team");
  const names = cards.map((one) => one.name);
  const select = here("for-team");
  if (JSON.stringify(Array.from(select.options, (option) => option.value)) !== JSON.stringify(names)) {
    const before = select.value;
    select.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    if (names.includes(before)) select.value = before;
  }
  const chosen = cards.find((one) => one.name === select.value);
  if (chosen) choice.show({ ...round, ...chosen }, chosen.name, chosen.mine, chosen.locked);
  here("open-again").hidden = !(chosen && chosen.locked && roles);
}

function show(found) {
  const { session, step, round, script } = found;
  seconds = round ? round.seconds : CLOCK;
  const last = session && found.page === found.pages - 1;
  set("title", session ? session.title : "The facilitator");
  set("script-title", step ? `Step ${found.page}: ${step.title} (${step.minutes} minutes)` : round ? `${round.roles ? "Roles" : "Teams"}: ${round.title} (${round.minutes} minutes)` : last ? "The end" : session ? "The opening" : "Choose a session");
  clock(found.left);
  const now = JSON.stringify([found.sessions, session && session.name, step && step.key, found.teams, step && step.positions, Boolean(round)]);
  if (now !== shown) {
    here("sessions").replaceChildren(...(session ? [] : found.sessions.map(card)));
    here("teams").replaceChildren(...found.teams.map((one) => team(one, Boolean(step || round))));
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
  here("quizzing").hidden = !found.quiz;
  quiz.count(found.quiz);
  quiz.questions(found.quiz, null);
  quiz.results(found.quiz);
  here("quiz-file").hidden = !last;
  here("quiz-csv").href = withToken("/quiz.csv");
  here("step").hidden = here("guessing").hidden = !step;
  here("back").disabled = !session || found.page === 0;
  here("next").disabled = !session || last;
  const subject = step || round || (last ? found.quiz : null);
  here("reveal").disabled = !subject || subject.shown;
  here("undo").disabled = !found.undo;
  here("clock-start").disabled = !(step || round) || (step || round).shown;
  here("clock-stop").disabled = found.left === null;
  here("to-levers").href = step ? `/#v=1&step=${step.key}` : "/";
  home.show(session, step);
  play(round, found.teams, script);
  if (!step) return;
  for (const id of ["say", "usual", "happens"]) set(id, script[id]);
  set("question", step.question);
  list("debrief", script.debrief);
  set("ready", script.ready < script.needed ? `The answer needs ${script.needed} runs; ${script.ready} are ready.` : "The answer is ready.");
  here("enter").hidden = step.shown;
  set("count", counted(found.guessed, step.unit));
  bars(found.guesses, step.answer ? step.answer.place : null);
}

const look = oneAtATime(async () => {
  try { show(await ask("/room.json")); } catch (problem) { set("trouble", problem.message); }
});

for (const action of ["back", "next", "reveal", "undo", "reset"]) here(action).addEventListener("click", () => act({ do: action }));
here("clock-start").addEventListener("click", () => act({ do: "clock", seconds }));
here("clock-stop").addEventListener("click", () => act({ do: "clock", seconds: 0 }));
here("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  try { await ask("/guess", { place: Number(here("place").value) }); } catch (problem) { set("trouble", problem.message); }
});
here("quiz").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("/quiz", { answers: quiz.answers() });
    quiz.clear();
  } catch (problem) { set("trouble", problem.message); }
});
here("for-team").addEventListener("change", look);
here("open-again").addEventListener("click", () => act({ do: "reopen", role: here("for-team").value }));
here("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  await act({ do: "team", name: here("new-team").value });
  here("new-team").value = "";
});
await ask("/me.json").catch((problem) => set("trouble", problem.message)); // lets go of a token of another day
stream.open({ room: look, health: (found) => { health(found); look(); }, lost }, look);
