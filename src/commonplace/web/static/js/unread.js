// The number of unread notifications in the masthead, as it changes while the page is open.
import { asking } from "./asking.js";

const MOST = 99;
const mark = document.querySelector("[data-unread]");
const announcer = document.createElement("p");
announcer.className = "visually-hidden";
announcer.setAttribute("aria-live", "polite");
document.body.append(announcer);

// some may have come, been read elsewhere or be no longer shown, also while there was no connection
const ask = asking(mark.dataset.unread, 150, ({ unread }) => show(unread));
for (const event of ["live:unread", "live:connected"]) document.addEventListener(event, ask);

function show(unread) {
  const number = unread > MOST ? `${MOST}+` : String(unread);
  const count = mark.firstElementChild;
  if (mark.hidden ? unread === 0 : count.textContent === number) return;
  mark.hidden = unread === 0;
  count.textContent = number;
  announcer.textContent = `${number} unread ${unread === 1 ? "notification" : "notifications"}`;
}
