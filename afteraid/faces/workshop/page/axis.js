// The time axis: a mark that is moved by hand, step by step, or by play; what comes later is veiled.

const NAMESPACE = "http://www.w3.org/2000/svg";
const BEAT = 700; // milliseconds of a step in play

// One drawing with a mark at a time on each of its axes, a veil over what comes later, and a triangle where something begins.
class Drawing {
  constructor(svg, marks) {
    this.axes = Array.from(svg.querySelectorAll(".frame"), ({ dataset }) => {
      const frame = Object.fromEntries(Object.entries(dataset).map(([key, text]) => [key, Number(text)]));
      for (const { at, parts } of marks) {
        if (parts || at < frame.first || at > frame.last) continue;
        add(svg, "path", { class: "event", d: `M${x(frame, at)},${frame.foot}l-5,8h10z` });
      }
      return { frame, veil: add(svg, "rect", { class: "later" }), mark: add(svg, "line", { class: "now" }) };
    });
  }

  show(time) {
    for (const { frame, veil, mark } of this.axes) {
      const { right, top, foot } = frame;
      const here = x(frame, time);
      set(mark, { x1: here, x2: here, y1: top, y2: foot });
      set(veil, { x: here + 1, y: top, width: Math.max(0, right - here), height: foot - top });
    }
  }
}

// One drawing of bubbles, which show the people of a year.
class Bubbles {
  constructor(svg, found) {
    const group = svg.querySelector(".bubbles");
    this.found = found;
    this.scale = Number(group.dataset.scale);
    this.circles = Array.from(group.querySelectorAll("circle"), (circle) => ({ circle, title: circle.firstElementChild,
      name: circle.firstElementChild.textContent.split(":")[0] }));
    this.names = Array.from(group.querySelectorAll("text"), (text) => ({ text, place: found.codes.indexOf(text.dataset.code) }));
  }

  show(time, step) {
    const { codes, values, looks, signs, least } = this.found;
    const radius = (place) => this.scale * Math.sqrt(values[step][place]);
    this.circles.forEach(({ circle, title, name }, place) => {
      set(circle, { r: radius(place).toFixed(1), class: `bubble ${looks[step][place]}` });
      title.textContent = `${name}: ${values[step][place].toLocaleString("en")}`;
    });
    for (const { text, place } of this.names) {
      text.textContent = codes[place] + signs[looks[step][place]];
      text.style.display = radius(place) >= least ? "inline" : "none";
    }
  }
}

function x({ first, last, left, right }, time) {
  return left + (time - first) / (last - first) * (right - left);
}

function add(svg, name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  set(made, attributes);
  svg.append(made);
  return made;
}

function set(made, attributes) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
}

export class Axis {
  constructor(place) {
    this.place = place;
    this.steps = [];
    this.timer = null;
    this.slider = document.getElementById("time");
    this.says = document.getElementById("says");
    this.button = document.getElementById("play");
    this.slider.addEventListener("input", () => { this.pause(); this.show(); });
    document.getElementById("back").addEventListener("click", () => { this.pause(); this.go(-1); });
    document.getElementById("forward").addEventListener("click", () => { this.pause(); this.go(1); });
    this.button.addEventListener("click", () => this.toggle());
  }

  use(drawings, { steps, marks, bubbles }, same) {
    const ended = !this.steps.length || Number(this.slider.value) === this.steps.length - 1;
    this.drawings = Array.from(drawings, (svg) => (bubbles ? new Bubbles(svg, bubbles) : new Drawing(svg, marks)));
    this.steps = steps;
    this.place.hidden = !steps.length; // a picture without a time axis
    if (!steps.length) this.pause();
    this.slider.max = steps.length - 1;
    if (!same || ended) this.slider.value = steps.length - 1;
    this.show();
  }

  at(time) {
    this.pause();
    const place = this.steps.findIndex((step) => step.at >= time);
    this.slider.value = place < 0 ? this.steps.length - 1 : place;
    this.show();
  }

  go(by) {
    const before = Number(this.slider.value);
    this.slider.value = before + by;
    this.show();
    return Number(this.slider.value) !== before;
  }

  show() {
    const step = this.steps[Number(this.slider.value)];
    if (!step) return;
    for (const drawing of this.drawings) drawing.show(step.at, Number(this.slider.value));
    this.says.value = step.says;
    this.slider.setAttribute("aria-valuetext", step.says);
  }

  toggle() {
    if (this.timer) return this.pause();
    if (Number(this.slider.value) === this.steps.length - 1) this.slider.value = 0;
    this.show();
    this.button.setAttribute("aria-pressed", "true");
    this.button.textContent = "Pause";
    this.timer = setInterval(() => { if (!this.go(1)) this.pause(); }, BEAT);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.button.setAttribute("aria-pressed", "false");
    this.button.textContent = "Play";
  }
}
