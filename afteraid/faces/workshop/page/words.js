// Says the page in the language of the reader. The server translates: what it can't is marked, and stays in English.
const KEY = "afteraid-language";
const LANGUAGES = { en: "English", fr: "français", es: "español", ar: "العربية" };
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const OPEN = "\ue000", CLOSE = "\ue001"; // around what stays in English
const TEXT = /[A-Za-z]{2}|\d[.,]\d|\d%/; // words, or a number that languages write differently
const LINE = 17; // pixels from line to line of a label in a drawing
const CLOSE_LINE = 0.85 * LINE; // the same where there are many labels

const asked = new URLSearchParams(location.search).get("language") || localStorage.getItem(KEY) || (await ofRoom());
export const language = asked in LANGUAGES ? asked : "en";
const known = new Map(); // English -> said
const english = new WeakMap(); // node -> the English text that was last said there
let waiting = null;

// Returns the language of the room, for a reader who has chosen none.
async function ofRoom() {
  return fetch("/hello").then((answer) => answer.json()).then((found) => found.language).catch(() => "en");
}

// Returns the nodes of each text of the page: a label of a drawing has one for each of its lines.
function textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement || node.parentElement.closest("script, noscript, style, code, [data-own], .english")) continue;
    if (found.length && isBelow(node.parentElement, found.at(-1).at(-1).parentElement)) found.at(-1).push(node);
    else found.push([node]);
  }
  return found;
}

function textOf(nodes) {
  const joined = nodes.map((node) => node.data).join(" ");
  return plain(nodes.length > 1 ? joined.replaceAll("- ", "-") : joined);
}

function isBelow(line, above) {
  const same = (name) => line.getAttribute(name) === above.getAttribute(name);
  if (line.tagName !== "text" || line.previousElementSibling !== above || !same("class") || !same("x")) return false;
  const down = line.getAttribute("y") - above.getAttribute("y");
  return Math.min(Math.abs(down - LINE), Math.abs(down - CLOSE_LINE)) < 1;
}

// Writes a text on the lines of a label; one that is too wide for the drawing is made narrower.
function fold(nodes, said) {
  const words = said.split(" ");
  let lines = [];
  for (let most = Math.ceil(said.length / nodes.length); !lines.length || lines.length > nodes.length; most += 1) {
    lines = words.reduce((done, word) => {
      const last = done.at(-1);
      return last && last.length + word.length < most ? [...done.slice(0, -1), `${last} ${word}`] : [...done, word];
    }, []);
    if (most > said.length) break;
  }
  nodes.forEach((node, row) => {
    const line = node.parentElement;
    node.data = lines[row] || "";
    english.set(node, node.data);
    const room = line.ownerSVGElement.viewBox.baseVal.width - line.getAttribute("x");
    if (line.getComputedTextLength() > room) {
      line.setAttribute("textLength", room);
      line.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  });
}

function plain(text) {
  return text.trim().replace(/\s+/g, " ");
}

function bare(text) {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

function mark(element) {
  element.classList.add("english");
  element.setAttribute("lang", "en");
}

function show(nodes, said) {
  const [node] = nodes;
  const drawn = node.parentElement.closest("svg, option, title");
  if (said.includes(OPEN)) nodes.map((one) => one.parentElement).filter((one) => one.tagName === "text").forEach(mark);
  if (nodes.length > 1) {
    fold(nodes, bare(said));
    return;
  }
  said = /^\s*/.exec(node.data)[0] + said + /\s*$/.exec(node.data)[0]; // what stands beside stays apart
  if (drawn || !said.includes(OPEN)) {
    node.data = bare(said);
    english.set(node, node.data);
    return;
  }
  const parts = document.createDocumentFragment();
  for (const part of said.split(OPEN)) {
    const [inside, after] = part.includes(CLOSE) ? part.split(CLOSE) : ["", part];
    if (inside) {
      const left = document.createElement("span");
      left.textContent = inside;
      left.dir = "ltr";
      mark(left);
      parts.append(left);
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
  const texts = textsOf(document.documentElement).filter((nodes) => TEXT.test(textOf(nodes)) && nodes.some((node) => english.get(node) !== node.data));
  const named = [...document.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(", "))].flatMap((one) =>
    ATTRIBUTES.filter((name) => one.hasAttribute(name) && !one.closest("[data-own]")).map((name) => [one, name]),
  );
  const wanted = new Set([...texts.map(textOf), ...named.map(([one, name]) => plain(one.getAttribute(name)))]);
  const missing = [...wanted].filter((text) => TEXT.test(text) && !known.has(text));
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
  for (const nodes of texts) {
    const said = known.get(textOf(nodes));
    if (nodes.every((node) => node.isConnected) && said !== undefined) show(nodes, said);
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
  document.documentElement.dataset.said = "";
  if (waiting === null) waiting = setTimeout(() => say().then(done, () => {}), 0);
}

function done() {
  if (waiting === null) document.documentElement.dataset.said = language; // all that the page shows is said
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
