// The time axis: a mark that is moved by hand, step by step, or by play; what comes later is veiled.

const NAMESPACE = "http://www.w3.org/2000/svg";
const BEAT = 700; // milliseconds of a step in play

// One drawing with a mark at a time, a veil over what comes later, and a triangle where something begins.
class Drawing {
  constructor(svg, marks) {
    this.svg = svg;
    this.frame = Object.fromEntries(Object.entries(svg.querySelector(".frame").dataset).map(([key, text]) => [key, Number(text)]));
    const { foot } = this.frame;
    for (const { at } of marks.filter(({ at }) => at >= this.frame.first && at <= this.frame.last)) this.add("path", { class: "event", d: `M${this.x(at)},${foot}l-5,8h10z` });
    this.veil = this.add("rect", { class: "later" });
    this.mark = this.add("line", { class: "now" });
  }

  x(time) {
    const { first, last, left, right } = this.frame;
    return left + (time - first) / (last - first) * (right - left);
  }

  add(name, attributes) {
    const made = document.createElementNS(NAMESPACE, name);
    set(made, attributes);
    this.svg.append(made);
    return made;
  }

  show(time) {
    const { right, top, foot } = this.frame;
    const x = this.x(time);
    set(this.mark, { x1: x, x2: x, y1: top, y2: foot });
    set(this.veil, { x: x + 1, y: top, width: Math.max(0, right - x), height: foot - top });
  }
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

  use(drawings, steps, marks, same) {
    const ended = !this.steps.length || Number(this.slider.value) === this.steps.length - 1;
    this.drawings = Array.from(drawings, (svg) => new Drawing(svg, marks));
    this.steps = steps;
    this.place.hidden = false;
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
    for (const drawing of this.drawings) drawing.show(step.at);
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
