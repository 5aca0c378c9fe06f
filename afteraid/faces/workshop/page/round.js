// The round of teams: a team's choice of levers within its budget, and the board that compares all teams.

import { element, here, list, set, table } from "./parts.js";
import { controls } from "./levers.js";

const REST = 250; // milliseconds without a further move before a choice is sent
const percent = (share) => `${Math.round(share * 1000) / 10}%`;

// The levers of one team, which are sent as they are moved; `send` gets positions and whether they are final.
export class Choice {
  constructor(send) {
    this.send = send;
    this.key = "";
    this.waiting = null;
    here("lock").addEventListener("click", () => { clearTimeout(this.waiting); this.send(this.levers.read(), true); });
  }

  show(rivals, owner, positions, locked) {
    const key = `${rivals.key} ${owner}`;
    this.rivals = rivals;
    if (key !== this.key) {
      this.key = key;
      this.levers = controls(here("choices"), rivals.levers, () => {
        this.budget();
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => { if (this.spent() <= rivals.budget + 1e-9) this.send(this.levers.read(), false); }, REST);
      });
      this.levers.set(positions);
    }
    const closed = locked || rivals.closed;
    if (closed) this.levers.set(positions);
    for (const control of here("choices").querySelectorAll("input, select")) control.disabled = closed;
    this.closed = closed;
    set("chosen", locked ? "Your choice is final." : rivals.closed ? "The time is up." : "");
    this.budget();
  }

  spent() {
    const moved = this.levers.read();
    const base = Object.fromEntries(this.rivals.levers.map((lever) => [lever.name, lever.base]));
    return this.rivals.spend.reduce((sum, name) => sum + (moved[name] ?? base[name]), 0);
  }

  budget() {
    const spent = this.spent();
    const over = spent > this.rivals.budget + 1e-9;
    here("budget").hidden = !this.rivals.spend.length;
    here("spent").max = this.rivals.budget;
    here("spent").value = spent;
    here("spent-said").value = `${percent(spent)} of ${percent(this.rivals.budget)}${over ? ": too much" : ""}`;
    here("lock").disabled = this.closed || over;
  }
}

// Shows the board of all teams, or that it is being worked out.
export function board(rivals) {
  const found = rivals.board;
  here("board").hidden = !found;
  set("board-waits", rivals.shown && !found ? "The worlds of the teams are being worked out." : "");
  if (!found) return;
  if (here("board-drawing").dataset.key !== rivals.key) {
    here("board-drawing").innerHTML = found.svg;
    here("board-drawing").dataset.key = rivals.key;
    here("board-tables").replaceChildren(...found.tables.map((one, place) => {
      const made = element("table", { id: `board-table-${place}` });
      return element("div", { class: "wide-table", tabindex: "0", role: "region", "aria-label": one.caption }, made);
    }));
    found.tables.forEach((one, place) => table(`board-table-${place}`, one));
  }
  set("board-note", found.note);
  set("board-surprise", rivals.surprise);
  list("board-sentences", found.sentences);
  list("board-debrief", rivals.debrief);
}
