// What the page shows, kept in its address, and the way back: which levers are on the page, and where they stand.

const VERSION = "1";

// The step of a session whose levers these are; none for the page on its own.
export const step = new URLSearchParams(location.hash.slice(1)).get("step") || "";

export function read(about) {
  const said = new URLSearchParams(location.hash.slice(1));
  const known = new Map(about.levers.map((lever) => [lever.name, lever]));
  const asked = (said.get("levers") || "").split(",").filter((name) => known.has(name)).slice(0, about.most);
  const levers = said.get("v") === VERSION && asked.length ? asked : about.usual;
  const positions = {};
  for (const name of levers) {
    const value = said.get(`at.${name}`);
    if (value === null) continue;
    const lever = known.get(name);
    if (lever.options.length ? lever.options.some(([option]) => option === value) : Number.isFinite(Number(value))) {
      positions[name] = lever.options.length ? value : Number(value);
    }
  }
  return { levers, positions };
}

export function address(levers, positions) {
  const said = new URLSearchParams({ v: VERSION, levers: levers.join(",") });
  if (step) said.set("step", step);
  for (const [name, value] of Object.entries(positions)) said.set(`at.${name}`, String(value));
  return `#${said}`;
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
