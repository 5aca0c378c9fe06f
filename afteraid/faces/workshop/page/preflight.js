// The page before people arrive: what to check, and how devices join.

import { ask } from "./access.js";

const AGAIN = 2000; // milliseconds between two looks
const here = (id) => document.getElementById(id);
let shown = "";

function line(check) {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  item.className = check.state;
  title.textContent = `${check.state === "ok" ? "Ready" : "Look at this"}: ${check.title}.`;
  item.append(title, ` ${check.says}`);
  return item;
}

async function look() {
  try {
    const found = await ask("/checks.json");
    here("trouble").textContent = "";
    const now = JSON.stringify(found);
    if (now !== shown) {
      here("checks").replaceChildren(...found.checks.map(line));
      here("inviting").hidden = !found.address;
      here("address").textContent = found.address;
      here("code").textContent = found.code;
      here("qr").innerHTML = found.qr;
      here("wifi-figure").hidden = !found.wifi;
      here("wifi-qr").innerHTML = found.wifi;
      here("wifi-name").textContent = found.network;
      shown = now;
    }
  } catch (problem) {
    here("trouble").textContent = problem.status ? problem.message : "The server does not answer; the page tries again.";
  }
  setTimeout(look, AGAIN);
}

here("wifi").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("/wifi", { name: here("network").value, password: here("password").value });
    here("password").value = "";
  } catch (problem) {
    here("trouble").textContent = problem.message;
  }
});

look();
