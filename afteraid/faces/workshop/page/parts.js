// Parts that several windows of a room have: lists, bars of guesses, the answer of a step, and the clock.

export const here = (id) => document.getElementById(id);

export function set(id, text) {
  if (here(id).textContent !== text) here(id).textContent = text;
}

export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

// Makes an action that never overlaps itself, so that no older answer is shown after a newer one.
export function oneAtATime(action) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await action();
    }
    busy = false;
  };
}

export function list(id, texts) {
  here(id).replaceChildren(...texts.map((text) => element("li", {}, text)));
}

export function button(text, action) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", action);
  return made;
}

// Shows how many guessed what; where the answer is known, its bar is marked.
export function bars(found, answer) {
  const most = Math.max(1, ...found.map((bar) => bar.count));
  here("bars").replaceChildren(...found.map((bar) => {
    const right = answer !== null && answer >= bar.first && answer <= bar.last;
    const drawn = element("span", { class: "bar" });
    drawn.style.inlineSize = `${100 * bar.count / most}%`;
    const row = element("li", right ? { class: "right" } : {}, element("span", { class: "label" }, bar.label),
      element("span", { class: "track" }, drawn), element("span", { class: "count" }, String(bar.count)));
    if (right) row.append(element("span", { class: "mark" }, "the model's answer"));
    return row;
  }));
}

export function table(id, found) {
  const heads = element("tr", {}, ...found.headings.map((text) => element("th", { scope: "col" }, text)));
  const about = (place, row) => {
    const named = { "data-heading": found.headings[place] };
    return found.tones && found.tones[row][place] ? { ...named, class: found.tones[row][place] } : named;
  };
  const rows = found.rows.map((cells, row) => element("tr", {}, ...cells.map((cell, place) =>
    (place ? element("td", about(place, row), cell) : element("th", { scope: "row" }, cell)))));
  here(id).replaceChildren(element("caption", {}, found.caption), element("thead", {}, heads), element("tbody", {}, ...rows));
}

// Shows the answer of a step, or that it is being worked out.
export function answer(step) {
  const found = step.answer;
  here("answer").hidden = !found;
  if (!found) return;
  set("answer-number", found.number);
  set("answer-sentence", found.sentence);
  set("answer-note", found.note);
  if (here("answer-drawing").dataset.key !== step.key) {
    here("answer-drawing").innerHTML = found.svg;
    here("answer-drawing").dataset.key = step.key;
  }
  table("answer-table", found.table);
  set("usual", step.usual);
  set("happens", step.happens);
  list("debrief", step.debrief);
}

// Says how many have guessed, and in which unit.
export function counted(number, unit) {
  const guesses = number === 1 ? "1 guess" : `${number} guesses`;
  return unit ? `${guesses} (${unit})` : guesses;
}

let ends = null;
function tick() {
  here("clock").hidden = ends === null;
  if (ends === null) return;
  const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
  set("clock", left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Time is up");
}
setInterval(tick, 500);

export function clock(left) {
  ends = left === null ? null : performance.now() + 1000 * left;
  tick();
}

export function health(found) {
  set("health", found.ready < found.members ? `Runs are being prepared: ${found.ready} of ${found.members}.` : "Ready.");
}

export function lost() {
  set("health", "The server does not answer; the page tries again.");
}
