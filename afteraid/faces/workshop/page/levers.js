// The levers as controls, made from their declarations.

export function said(lever, value) {
  if (lever.unit === "share" && lever.high <= 1) return `${Math.round(value * 1000) / 10}%`;
  if (lever.unit === "share") return `× ${Math.round(value * 100) / 100}`;
  if (lever.unit === "years") return `${value} ${value === 1 ? "year" : "years"}`;
  if (lever.unit === "year") return `${value}`;
  return `${value}${lever.unit ? ` ${lever.unit}` : ""}`;
}

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

export function controls(form, levers, moved) {
  const readers = new Map();
  form.replaceChildren();
  for (const lever of levers) {
    const id = `lever-${lever.name}`;
    const output = element("output", { for: id });
    const label = element("label", { for: id }, lever.title, output);
    const words = element("p", { class: "quiet", id: `${id}-words` }, lever.words);
    const about = { id, name: lever.name, "aria-describedby": `${id}-words` };
    const control = lever.options.length ? choice(lever, about) : slider(lever, about);
    form.append(element("div", { class: "lever" }, label, control, words));
    const show = () => { output.value = lever.options.length ? "" : said(lever, Number(control.value)); };
    control.addEventListener("input", () => { show(); moved(); });
    readers.set(lever.name, { lever, control, show });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    read() {
      const positions = {};
      for (const [name, { lever, control }] of readers) {
        const value = lever.options.length ? control.value : Number(control.value);
        if (lever.options.length ? value !== "" : Math.abs(value - lever.base) > 1e-9) positions[name] = value;
      }
      return positions;
    },
    set(positions) {
      for (const [name, { lever, control, show }] of readers) {
        control.value = name in positions ? positions[name] : lever.options.length ? "" : lever.base;
        show();
      }
    },
  };
}

function choice(lever, about) {
  const options = lever.options.map(([name, title]) => element("option", { value: name }, lever.mix ? `All: ${title}` : title));
  const base = lever.mix ? "Mixed, as in the base" : "As in the base";
  return element("select", about, element("option", { value: "" }, base), ...options);
}

function slider(lever, about) {
  return element("input", { ...about, type: "range", min: lever.low, max: lever.high, step: lever.step });
}
