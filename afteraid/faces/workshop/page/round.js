// A round of teams: the choice of levers within a budget, and the board of rivals or of roles.

import { withToken } from "./access.js";
import { element, here, list, set, table } from "./parts.js";
import { controls } from "./levers.js";

const REST = 250; // milliseconds without a further move before a choice is sent
const MOST_HEADINGS = 4; // of a table that shares its row with another one
const percent = (share) => `${Math.round(share * 1000) / 10}%`;

// The levers of one team, which are sent as they are moved; `send` gets positions and whether they are final.
export class Choice {
  constructor(send) {
    this.send = send;
    this.key = "";
    this.waiting = null;
    here("lock").addEventListener("click", () => { clearTimeout(this.waiting); this.send(this.levers.read(), true); });
  }

  show(round, owner, positions, locked) {
    const key = `${round.key} ${owner}`;
    this.round = round;
    if (key !== this.key) {
      this.key = key;
      this.levers = controls(here("choices"), round.levers, () => {
        this.budget();
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => { if (this.spent() <= round.budget + 1e-9) this.send(this.levers.read(), false); }, REST);
      });
      this.levers.set(positions);
    }
    const closed = locked || round.closed;
    if (closed) this.levers.set(positions);
    for (const control of here("choices").querySelectorAll("input, select")) control.disabled = closed;
    this.closed = closed;
    set("chosen", locked ? "Your choice is final." : round.closed ? "The time is up." : "");
    this.budget();
  }

  spent() {
    const moved = this.levers.read();
    const base = Object.fromEntries(this.round.levers.map((lever) => [lever.name, lever.base]));
    return this.round.spend.reduce((sum, name) => sum + (moved[name] ?? base[name]), 0);
  }

  budget() {
    const spent = this.spent();
    const over = spent > this.round.budget + 1e-9;
    here("budget").hidden = !this.round.spend.length;
    here("spent").max = this.round.budget;
    here("spent").value = spent;
    here("spent-said").value = `${percent(spent)} of ${percent(this.round.budget)}${over ? ": too much" : ""}`;
    here("lock").disabled = this.closed || over;
  }
}

// Shows the board of all teams, or that it is being worked out.
export function board(round) {
  const found = round.board;
  set("round-surprise", round.surprise);
  here("board").hidden = !found;
  set("board-waits", round.shown && !found ? "The worlds of the teams are being worked out." : "");
  if (!found) return;
  const key = JSON.stringify([round.key, found.tables]);
  if (here("board-drawing").dataset.key !== key) {
    here("board-drawing").innerHTML = found.svg;
    here("board-drawing").parentElement.hidden = !found.svg;
    here("board-drawing").dataset.key = key;
    here("board-tables").replaceChildren(...found.tables.map((one, place) => {
      const made = element("table", { id: `board-table-${place}` });
      const whole = one.headings.length > MOST_HEADINGS ? " whole" : "";
      return element("div", { class: `wide-table${whole}`, tabindex: "0", role: "region", "aria-label": one.caption }, made);
    }));
    found.tables.forEach((one, place) => table(`board-table-${place}`, one));
  }
  set("board-note", found.note);
  here("board-file").hidden = !round.file;
  if (round.file) here("board-file-link").href = withToken(round.file);
  list("board-sentences", found.sentences);
  list("board-debrief", round.debrief);
}
