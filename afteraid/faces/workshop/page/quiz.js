// The quiz before and after: its questions on a device or for a sheet of paper, and how many were right.

import { element, here, set } from "./parts.js";

let shown = "";

// Shows the questions; `mine` are answers that were given before.
export function questions(quiz, mine) {
  here("quiz").hidden = !quiz || quiz.shown;
  if (!quiz || quiz.shown) return;
  const key = `${quiz.when} ${quiz.questions.map((one) => one.question).join()}`;
  if (key === shown) return;
  shown = key;
  here("quiz-questions").replaceChildren(...quiz.questions.map((one, number) => {
    const name = `quiz-${number}`;
    const rows = one.choices.map((choice, place) => {
      const box = element("input", { type: "radio", name, value: place, id: `${name}-${place}` });
      box.checked = Boolean(mine) && mine[number] === place;
      return element("label", { for: `${name}-${place}`, class: "answer" }, box, element("span", {}, choice));
    });
    return element("fieldset", {}, element("legend", {}, one.question), ...rows);
  }));
}

// Returns the number of the choice for each question, or -1.
export function answers() {
  return Array.from(here("quiz-questions").children, (field) => {
    const chosen = field.querySelector("input:checked");
    return chosen ? Number(chosen.value) : -1;
  });
}

export function clear() {
  for (const box of here("quiz-questions").querySelectorAll("input")) box.checked = false;
}

// Shows how many were right before and after.
export function results(quiz) {
  here("quiz-results").hidden = !quiz || !quiz.shown;
  if (!quiz || !quiz.shown) return;
  here("quiz-list").replaceChildren(...quiz.results.map((one) => element("li", {}, element("strong", {}, one.question),
    element("p", {}, `Right: ${one.right}`),
    element("p", {}, `Before: ${one.before.right} of ${one.before.of}. After: ${one.after.right} of ${one.after.of}.`))));
}

export function count(quiz) {
  set("quiz-count", quiz ? `${quiz.answered} ${quiz.answered === 1 ? "answer" : "answers"} to the quiz` : "");
}
