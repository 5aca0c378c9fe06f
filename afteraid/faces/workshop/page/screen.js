// The screen of the room: how to join, the question, the guesses, and then the answer.

import { ask } from "./access.js";
import { answer, bars, clock, counted, health, here, list, lost, oneAtATime, set } from "./parts.js";
import * as quiz from "./quiz.js";
import { cast } from "./roles.js";
import { board } from "./round.js";
import * as stream from "./stream.js";

let waits = false; // for the answer, which is being worked out

function show(found) {
  const { session, step, round } = found;
  set("title", session ? session.title : "What is left when the donor has gone?");
  clock(found.left);
  here("inviting").hidden = !found.join.address || Boolean(step || round) || found.closing.length > 0;
  set("address", found.join.address);
  set("code", found.join.code);
  if (here("qr").innerHTML !== found.join.qr) here("qr").innerHTML = found.join.qr;
  here("wifi-figure").hidden = !found.join.wifi;
  set("wifi-name", found.join.network);
  if (here("wifi-qr").innerHTML !== found.join.wifi) here("wifi-qr").innerHTML = found.join.wifi;
  here("waiting").hidden = Boolean(session);
  here("talk").hidden = !session || Boolean(step || round);
  set("opening", found.opening);
  list("closing", found.closing);
  quiz.count(found.quiz);
  quiz.results(found.quiz);
  here("round").hidden = !round;
  if (round) {
    waits = round.shown && !round.complete;
    set("round-title", round.title);
    set("round-question", round.question);
    cast(round.shown ? { ...round, roles: null } : round);
    list("round-teams", round.shown || round.roles ? [] : found.teams.map((team) => `${team.name}: ${team.locked ? "final" : team.chosen ? "chooses" : "no choice yet"}`));
    board(round);
  }
  here("step").hidden = !step;
  if (!step) return;
  set("step-title", step.title);
  set("question", step.question);
  waits = step.shown && !step.answer;
  set("count", waits ? "The answer is being worked out." : counted(found.guessed, step.unit));
  bars(found.guesses, step.answer ? step.answer.place : null);
  answer(step);
}

const look = oneAtATime(async () => {
  try { show(await ask("/room.json")); } catch (problem) { set("waiting", problem.message); }
});

await ask("/me.json").catch((problem) => set("waiting", problem.message)); // lets go of a token of another day
stream.open({ room: look, health: (found) => { health(found); if (waits) look(); }, lost }, look);
