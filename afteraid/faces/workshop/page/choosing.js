// The page of all levers: at most a few are chosen, and the way back takes them along.

import { ask } from "./access.js";
import { address, read, step } from "./state.js";

const about = await ask(`/workshop.json${step ? `?step=${encodeURIComponent(step)}` : ""}`);
const start = read(about);
const form = document.getElementById("all");

for (const lever of about.levers) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = lever.name;
  box.checked = start.levers.includes(lever.name);
  const words = document.createElement("span");
  const title = document.createElement("strong");
  title.textContent = `${lever.title}. `;
  words.append(title, lever.words);
  label.append(box, words);
  form.append(label);
}

function show() {
  const boxes = [...form.querySelectorAll("input")];
  const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
  for (const box of boxes) box.disabled = !box.checked && chosen.length >= about.most;
  document.getElementById("chosen").textContent = `${chosen.length} of at most ${about.most} are chosen.`;
  const kept = Object.fromEntries(Object.entries(start.positions).filter(([name]) => chosen.includes(name)));
  document.getElementById("use").href = `/${chosen.length ? address(chosen, kept) : ""}`;
}

form.addEventListener("change", show);
show();
