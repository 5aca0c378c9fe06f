// Says the page in the language of the reader. The server translates: what it can't is marked, and stays in English.
const KEY = "afteraid-language";
const LANGUAGES = { en: "English", fr: "français", es: "español", ar: "العربية" };
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const OPEN = "\ue000", CLOSE = "\ue001"; // around what stays in English
const LETTERS = /[A-Za-z]{2}/;

const asked = new URLSearchParams(location.search).get("language") || localStorage.getItem(KEY) || (await ofRoom());
export const language = asked in LANGUAGES ? asked : "en";
const known = new Map(); // English -> said
const english = new WeakMap(); // node -> the English text that was last said there
let waiting = null;

// Returns the language of the room, for a reader who has chosen none.
async function ofRoom() {
  return fetch("/hello").then((answer) => answer.json()).then((found) => found.language).catch(() => "en");
}

function textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement && !node.parentElement.closest("script, style, code, [data-own], .english")) found.push(node);
  }
  return found;
}

function plain(text) {
  return text.trim().replace(/\s+/g, " ");
}

function bare(text) {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

function show(node, said) {
  const drawn = node.parentElement.closest("svg, option, title");
  if (drawn || !said.includes(OPEN)) {
    node.data = bare(said);
    english.set(node, node.data);
    return;
  }
  const parts = document.createDocumentFragment();
  for (const part of said.split(OPEN)) {
    const [inside, after] = part.includes(CLOSE) ? part.split(CLOSE) : ["", part];
    if (inside) {
      const mark = document.createElement("span");
      Object.assign(mark, { className: "english", lang: "en", dir: "ltr", textContent: inside });
      parts.append(mark);
    }
    if (after) {
      const text = document.createTextNode(after);
      english.set(text, after);
      parts.append(text);
    }
  }
  node.replaceWith(parts);
}

async function say() {
  waiting = null;
  const nodes = textsOf(document.documentElement).filter((node) => LETTERS.test(node.data) && english.get(node) !== node.data);
  const named = [...document.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(", "))].flatMap((one) =>
    ATTRIBUTES.filter((name) => one.hasAttribute(name) && !one.closest("[data-own]")).map((name) => [one, name]),
  );
  const wanted = new Set([...nodes.map((node) => plain(node.data)), ...named.map(([one, name]) => plain(one.getAttribute(name)))]);
  const missing = [...wanted].filter((text) => LETTERS.test(text) && !known.has(text));
  if (missing.length) {
    const answer = await fetch("/say", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ language, texts: missing.slice(0, 200) }),
    });
    if (!answer.ok) return;
    (await answer.json()).said.forEach((said, place) => known.set(missing[place], said));
    if (missing.length > 200) soon();
  }
  for (const node of nodes) {
    const said = known.get(plain(node.data));
    if (node.isConnected && said !== undefined) show(node, said);
  }
  for (const [one, name] of named) {
    const said = known.get(plain(one.getAttribute(name)));
    if (said !== undefined && bare(said) !== one.getAttribute(name)) {
      known.set(plain(bare(said)), bare(said));
      one.setAttribute(name, bare(said));
    }
  }
}

function soon() {
  if (waiting === null) waiting = setTimeout(() => say().catch(() => {}), 0);
}

function choice() {
  const label = document.createElement("label");
  const select = document.createElement("select");
  label.className = "language";
  label.append("Language ", select);
  for (const [code, name] of Object.entries(LANGUAGES)) {
    const option = new Option(name, code, false, code === language);
    select.append(option);
  }
  select.dataset.own = "";
  select.addEventListener("change", () => {
    localStorage.setItem(KEY, select.value);
    const address = new URL(location.href);
    address.searchParams.delete("language");
    location.replace(address);
    if (address.href === location.href) location.reload();
  });
  (document.querySelector("header") || document.body).append(label);
}

function notice() {
  const said = document.createElement("p");
  said.className = "notice";
  said.textContent = "Translated by the authors' program; no native speaker has read this translation yet. English texts are underlined.";
  (document.querySelector("header") || document.body).append(said);
}

choice();
if (language !== "en") {
  notice();
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  new MutationObserver(soon).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  soon();
}
