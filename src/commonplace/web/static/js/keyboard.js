// Single keys: / searches, n makes something new, ? explains. Never while somebody types, and off where they say so.
import { isOn, remember } from "./preferences.js";

const SWITCHED_OFF = "shortcuts-off";
const help = document.getElementById("shortcuts");
const toggle = document.getElementById("shortcuts-on");

const actions = {
  "/": focusSearch,
  n: openNew,
  "?": () => help.showPopover(),
};

document.addEventListener("keydown", (event) => {
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (!toggle.checked) return;
  event.preventDefault();
  action();
});

toggle.checked = !isOn(SWITCHED_OFF);
toggle.parentElement.hidden = false;
toggle.addEventListener("change", () => remember(SWITCHED_OFF, !toggle.checked));

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function focusSearch() {
  const fields = [...document.querySelectorAll("[data-search]")];
  const field = fields.find((candidate) => candidate.checkVisibility());
  if (field) field.select();
  else document.querySelector("a[data-search-page]").click();
}

function openNew() {
  const target = document.getElementById("new-entry");
  if (!target) return;
  if (target.matches("details")) {
    target.open = true;
    target.querySelector("li a").focus();
  } else {
    target.click();
  }
}
