// The time axis: a mark that is moved by hand, step by step, or by play; what comes later is veiled.

const NAMESPACE = "http://www.w3.org/2000/svg";
const BEAT = 700; // milliseconds of a step in play

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

  use(svg, steps, same) {
    const ended = !this.steps.length || Number(this.slider.value) === this.steps.length - 1;
    this.svg = svg;
    this.steps = steps;
    this.place.hidden = false;
    this.slider.max = steps.length - 1;
    if (!same || ended) this.slider.value = steps.length - 1;
    this.veil = this.add("rect", "later");
    this.mark = this.add("line", "now");
    this.show();
  }

  add(name, kind) {
    const made = document.createElementNS(NAMESPACE, name);
    made.setAttribute("class", kind);
    this.svg.append(made);
    return made;
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
    const { first, last, left, right, top, foot } = this.svg.dataset;
    const x = Number(left) + (step.at - first) / (last - first) * (right - left);
    const marks = { x1: x, x2: x, y1: top, y2: foot };
    for (const [key, value] of Object.entries(marks)) this.mark.setAttribute(key, value);
    const veil = { x: x + 1, y: top, width: Math.max(0, right - x), height: foot - top };
    for (const [key, value] of Object.entries(veil)) this.veil.setAttribute(key, value);
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
