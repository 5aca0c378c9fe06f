// What the page shows, kept in its address, and the way back: which levers are on the page, and where they stand.

const VERSION = "1";

// The step of a session whose levers these are; none for the page on its own.
export const step = new URLSearchParams(location.hash.slice(1)).get("step") || "";

// Returns the levers on the page, where they stand, and what of the address could not be used. Names that have changed
// since the address was made are read as those of now.
export function read(about) {
  const said = new URLSearchParams(location.hash.slice(1));
  const version = said.get("v");
  if (version !== null && version !== VERSION) {
    return { levers: about.usual, positions: {}, refused: `The address is of version ${version} of this page, which is version ${VERSION}. The usual levers are shown.` };
  }
  const known = new Map(about.levers.map((lever) => [lever.name, lever]));
  const before = new Map(Object.entries(about.renamed).map(([old, now]) => [now, old]));
  const today = (name) => about.renamed[name] || name;
  const named = (said.get("levers") || "").split(",").filter(Boolean).map(today);
  const asked = named.filter((name) => known.has(name)).slice(0, about.most);
  const wrong = named.filter((name) => !asked.includes(name));
  const levers = asked.length ? asked : about.usual;
  const positions = {};
  for (const name of levers) {
    const lever = known.get(name);
    const given = said.get(`at.${name}`) ?? said.get(`at.${before.get(name)}`);
    if (given === null) continue;
    const value = lever.options.length ? today(given) : given;
    if (lever.options.length ? lever.options.some(([option]) => option === value) : Number.isFinite(Number(value))) {
      positions[name] = lever.options.length ? value : Number(value);
    } else {
      wrong.push(name);
    }
  }
  return { levers, positions, refused: wrong.length ? `The address has levers or positions that can't be used here: ${wrong.join(", ")}.` : "" };
}

export function address(levers, positions) {
  const said = new URLSearchParams({ v: VERSION, levers: levers.join(",") });
  if (step) said.set("step", step);
  for (const [name, value] of Object.entries(positions)) said.set(`at.${name}`, String(value));
  return `#${said}`;
}

// Returns where the server gives the scenario of these positions as a file.
export function file(positions) {
  const said = new URLSearchParams(step ? { step } : {});
  for (const [name, value] of Object.entries(positions)) said.set(`at.${name}`, String(value));
  return `/workshop.toml?${said}`;
}

export class History {
  constructor(positions) {
    this.now = { ...positions };
    this.before = [];
  }

  change(positions) {
    if (JSON.stringify(positions) === JSON.stringify(this.now)) return false;
    this.before.push(this.now);
    this.now = { ...positions };
    return true;
  }

  undo() {
    if (!this.before.length) return false;
    this.now = this.before.pop();
    return true;
  }
}
