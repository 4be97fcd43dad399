// Line numbers of a listing: a click marks a line, with Shift a range, and the address says which (#L3, #L3-L9).
import { isOn, remember } from "./preferences.js";

const RANGE = /^#?L?(\d+)(?:-L?(\d+))?$/;
const WRAP = "wrap-lines";

for (const form of document.querySelectorAll("[data-lines-of]")) prepare(form);

function prepare(form) {
  const listing = document.querySelector(form.dataset.linesOf);
  const field = form.querySelector("input");
  let anchor = null;

  listing.dataset.live = "";
  form.hidden = false;
  rememberWrap(form.parentElement.querySelector("[type=checkbox]"));
  follow();
  addEventListener("hashchange", follow);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const range = parse(field.value);
    if (range) choose(range, true);
  });

  listing.addEventListener("click", (event) => {
    const line = event.target.closest("code > [id]");
    if (!line || !isOnNumber(event, line)) return;
    const number = Number(line.id.slice(1));
    const first = event.shiftKey && anchor ? anchor : number;
    choose([Math.min(first, number), Math.max(first, number)], false);
    anchor = first;
  });

  listing.addEventListener("mousedown", (event) => {
    // Shift and a click would select the text between
    if (event.shiftKey && event.target.matches("code > [id]")) event.preventDefault();
  });

  function follow() {
    const range = parse(location.hash);
    if (range) mark(range, true);
  }

  function choose(range, scrolls) {
    const [first, last] = range;
    history.replaceState(null, "", first === last ? `#L${first}` : `#L${first}-L${last}`);
    mark(range, scrolls);
  }

  function mark([first, last], scrolls) {
    anchor = first;
    for (const line of listing.querySelectorAll(".is-marked")) line.classList.remove("is-marked");
    for (let number = first; number <= last; number += 1) {
      const line = document.getElementById(`L${number}`);
      if (!line) break;
      line.classList.add("is-marked");
    }
    if (scrolls) document.getElementById(`L${first}`)?.scrollIntoView({ block: "start" });
  }
}

function parse(text) {
  const match = RANGE.exec(text.trim());
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  return [Math.min(first, last), Math.max(first, last)];
}

function isOnNumber(event, line) {
  const number = getComputedStyle(line, "::before");
  return event.clientX < line.closest("pre").getBoundingClientRect().left + Number.parseFloat(number.width);
}

function rememberWrap(checkbox) {
  checkbox.checked = isOn(WRAP);
  checkbox.addEventListener("change", () => remember(WRAP, checkbox.checked));
}
