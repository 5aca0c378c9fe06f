// Roles: which there are and who has them, the card of one's own role, and giving roles to teams.

import { ask } from "./access.js";
import { button, element, here, set } from "./parts.js";

// Returns what is shown of one role: its title, its team, how far it is, and its aims.
function row(role, own, take) {
  const made = element("li", own ? { class: "own", "aria-current": "true" } : {},
    element("strong", {}, role.title), role.team ? element("span", { class: "team", "data-own": "" }, role.team) : "",
    element("span", { class: "state" }, role.state), element("ul", {}, ...role.aims.map((aim) => element("li", {}, aim))));
  if (take && own) made.append(button("Give this role back", () => take("")));
  if (take && !own && !role.team) made.append(button("Take this role", () => take(role.title)));
  return made;
}

// Lists the roles; `take` is called with the title of a role that a team asks for, and left out where nobody can ask.
export function cast(round, take) {
  const list = here("round-cast");
  const shown = JSON.stringify([round.key, round.roles, round.part, Boolean(take)]);
  list.hidden = !round.roles;
  if (!round.roles || list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  const mine = round.part ? round.part.title : "";
  list.replaceChildren(...round.roles.map((role) => row(role, role.title === mine, mine && role.title !== mine ? null : take)));
}

// Shows the card of a role, or that a team has none yet; says whether there is something to choose.
export function card(round) {
  const part = round.part;
  here("part").hidden = !round.roles;
  here("choosing").hidden = Boolean(round.roles) && !part;
  if (!round.roles) return;
  set("part-title", part ? `Your role: ${part.title}` : "Take a role");
  set("part-card", part ? part.card : "Your team has no role yet. Choose one that is free.");
  set("part-aims", part ? part.aims.join("; ") : "");
  here("part-aim").hidden = !part;
}

// Fills the facilitator's form that gives a role to a team.
export function casting(round, teams, act, trouble) {
  const form = here("casting");
  form.hidden = !(round && round.roles) || round.shown;
  if (form.hidden) return;
  const filled = JSON.stringify([teams.map((one) => one.name), round.roles.map((role) => role.title)]);
  if (form.dataset.filled !== filled) {
    form.dataset.filled = filled;
    here("cast-team").replaceChildren(...teams.map((one) => element("option", { value: one.name }, one.name)));
    here("cast-role").replaceChildren(element("option", { value: "" }, "No role"),
      ...round.roles.map((role) => element("option", { value: role.title }, role.title)));
  }
  here("deal").onclick = () => act({ do: "deal" });
  form.onsubmit = async (event) => {
    event.preventDefault();
    await take({ team: here("cast-team").value, role: here("cast-role").value }, trouble);
  };
}

// Asks for a role.
export async function take(content, trouble) {
  try {
    await ask("/part", content);
    trouble("");
  } catch (problem) {
    trouble(problem.message);
  }
}
