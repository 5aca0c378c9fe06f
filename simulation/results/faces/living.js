// Living levers: each combination of positions is a row of their table, and was run. Nothing is interpolated.
for (const living of JSON.parse(document.getElementById("living-data").textContent)) {
  const section = document.getElementById(living.table);
  const { rows } = data[living.table];
  const sliders = living.sizes.map((_, place) => document.getElementById(living.table + "-lever-" + place));
  const cards = section.querySelectorAll(".card");
  const back = section.querySelector(".living-back");

  function point() {
    return sliders.reduce((place, slider, lever) => place * living.sizes[lever] + Number(slider.value), 0);
  }

  function cells(row, outcome) {
    const first = living.sizes.length + 3 * outcome;
    return rows[row].slice(first, first + 3);
  }

  function line(values, drawing) {
    const along = (year) => {
      const [first, last] = [living.times[0], living.times[living.times.length - 1]];
      const [left, right] = [Number(drawing.dataset.left), Number(drawing.dataset.right)];
      return left + ((year - first) / (last - first)) * (right - left);
    };
    const up = (value) => {
      const [foot, top] = [Number(drawing.dataset.foot), Number(drawing.dataset.top)];
      return foot + (value / 1000) * (top - foot);
    };
    return values
      .map((value, place) => [value, along(living.times[place]), up(value)])
      .filter(([value]) => value >= 0)
      .map(([, x, y]) => x.toFixed(1) + "," + y.toFixed(1));
  }

  function draw(row) {
    const [low, middle, high] = living.curves[row];
    for (const drawing of section.querySelectorAll(".living-picture")) {
      const band = [...line(high, drawing), ...line(low, drawing).reverse()];
      drawing.querySelector(".living-range").setAttribute("d", "M" + band.join("L") + "Z");
      drawing.querySelector(".living-line").setAttribute("d", "M" + line(middle, drawing).join("L"));
    }
  }

  function show() {
    const row = point();
    sliders.forEach((slider, lever) => {
      const words = living.words[lever][Number(slider.value)];
      slider.setAttribute("aria-valuetext", words);
      document.getElementById(slider.id + "-said").textContent = words;
    });
    cards.forEach((card, outcome) => {
      const [value, change, verdict] = cells(row, outcome);
      card.querySelector(".value").textContent = value;
      card.querySelector(".change").textContent = change;
      card.querySelector(".verdict").textContent = verdict;
    });
    const said = cells(row, 0).filter((words) => words).join(", ");
    section.querySelector(".living-said").textContent = living.outcomes[0] + ": " + said;
    draw(row);
  }

  for (const slider of sliders) {
    slider.disabled = false;
    slider.addEventListener("input", show);
  }
  back.disabled = false;
  back.addEventListener("click", () => {
    sliders.forEach((slider, lever) => (slider.value = living.base[lever]));
    show();
  });
  show();
}
