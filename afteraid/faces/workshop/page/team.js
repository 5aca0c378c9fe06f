// The page of a team: it joins with the code of the room, guesses, and finds its way back by its token.

import { ask, keep, known } from "./access.js";
import { answer, clock, element, health, here, lost, oneAtATime, set } from "./parts.js";
import { card, cast, take } from "./roles.js";
import { Choice, board } from "./round.js";
import * as quiz from "./quiz.js";
import * as stream from "./stream.js";

const said = new URLSearchParams(location.hash.slice(1));
let asked = "";
let waits = false; // for the answer, which is being worked out

const choice = new Choice(async (positions, lock) => {
  try {
    await ask("/choose", { positions, lock });
    set("trouble", "");
  } catch (problem) {
    set("trouble", problem.message);
  }
});

function play(round) {
  here("round").hidden = !round;
  if (!round) return;
  set("round-title", round.title);
  set("round-question", round.question);
  card(round);
  cast(round, round.closed || round.locked ? null : (role) => take({ role }, (reason) => set("trouble", reason)));
  choice.show(round, round.part ? round.part.title : "", round.mine, round.locked);
  waits = round.shown && !round.complete;
  board(round);
}

function show(found) {
  const { step, round } = found;
  if (found.session) set("title", found.session.title);
  clock(found.left);
  here("waiting").hidden = Boolean(step || round || found.quiz);
  quiz.questions(found.quiz, found.quiz && found.quiz.mine);
  quiz.results(found.quiz);
  set("quiz-sent", found.quiz && found.quiz.mine ? "Sent." : "");
  play(round);
  here("step").hidden = !step;
  here("to-levers").href = step ? `/#token=${known()}&v=1&step=${step.key}` : `/#token=${known()}`;
  if (!step) return;
  set("step-title", step.title);
  set("question", step.question);
  here("guess").hidden = step.shown;
  here("number-guess").hidden = !step.unit;
  here("choice-guess").hidden = !here("number-guess").hidden;
  if (asked !== step.key) {
    asked = step.key;
    here("slider").max = step.positions.length - 1;
    here("slider").value = found.mine ?? Math.floor(step.positions.length / 2);
    here("choice").replaceChildren(...step.positions.map((text, place) => element("option", { value: place }, text)));
    if (found.mine !== null) here("choice").value = found.mine;
    here("slider").oninput = () => { here("said").value = `${step.positions[Number(here("slider").value)]} ${step.unit}`; };
    here("slider").oninput();
  }
  waits = step.shown && !step.answer;
  set("sent", found.mine === null ? "" : `Sent: ${step.positions[found.mine]}`);
  answer(step);
}

const look = oneAtATime(async () => {
  try {
    show(await ask("/room.json"));
    set("trouble", "");
  } catch (problem) {
    if (problem.status === 401) enter(null);
    else set("trouble", problem.message);
  }
});

let following = false;
function enter(me) {
  here("joining").hidden = Boolean(me);
  here("joined").hidden = !me;
  if (!me) return;
  set("team-name", `Team ${me.name}`);
  history.replaceState(null, "", `#token=${known()}`);
  if (following) look();
  else stream.open({ room: look, health: (found) => { health(found); if (waits) look(); }, lost }, look);
  following = true;
}

here("guess").addEventListener("submit", async (event) => {
  event.preventDefault();
  const control = here("number-guess").hidden ? "choice" : "slider";
  try { await ask("/guess", { place: Number(here(control).value) }); } catch (problem) { set("trouble", problem.message); }
});

here("quiz").addEventListener("submit", async (event) => {
  event.preventDefault();
  try { await ask("/quiz", { answers: quiz.answers() }); } catch (problem) { set("trouble", problem.message); }
});

here("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const found = await ask("/join", { code: here("join-code").value, name: here("name").value });
    keep(found.token);
    set("trouble", "");
    enter(found);
  } catch (problem) {
    set("trouble", problem.message);
  }
});

here("join-code").value = said.get("code") || "";
const me = await ask("/me.json").catch(() => null);
enter(me && me.role === "team" ? me : null);
