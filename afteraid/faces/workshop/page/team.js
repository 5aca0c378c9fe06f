// The page of a team: it joins with the code of the room, and finds its way back by its token.

import { ask, keep, known } from "./access.js";

const here = (id) => document.getElementById(id);
const said = new URLSearchParams(location.hash.slice(1));

function show(me) {
  here("joining").hidden = Boolean(me);
  here("joined").hidden = !me;
  if (!me) return;
  here("team-name").textContent = `Team ${me.name}`;
  const token = known();
  history.replaceState(null, "", `#token=${token}`);
  here("to-levers").href = `/#token=${token}`;
}

here("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const found = await ask("/join", { code: here("code").value, name: here("name").value });
    keep(found.token);
    here("trouble").textContent = "";
    show(found);
  } catch (problem) {
    here("trouble").textContent = problem.message;
  }
});

here("code").value = said.get("code") || "";
const me = await ask("/me.json").catch(() => null);
show(me && me.role === "team" ? me : null);
