// The number of unread notifications in the masthead, as it changes while the page is open.
const MOST = 99;
const mark = document.querySelector("[data-unread]");
const announcer = document.createElement("p");
let hasConnected = false;
announcer.className = "visually-hidden";
announcer.setAttribute("aria-live", "polite");
document.body.append(announcer);

document.addEventListener("live:notified", ({ detail }) => show(detail.unread));
document.addEventListener("live:unread", ask); // some were read elsewhere, or are no longer shown
document.addEventListener("live:connected", () => {
  // at first the page itself is new enough; later some may have been missed
  if (hasConnected) ask();
  hasConnected = true;
});

async function ask() {
  const answer = await fetch(mark.dataset.unread, { headers: { Accept: "application/json" } });
  if (answer.ok && !answer.redirected) show((await answer.json()).unread);
}

function show(unread) {
  const number = unread > MOST ? `${MOST}+` : String(unread);
  const count = mark.firstElementChild;
  if (mark.hidden ? unread === 0 : count.textContent === number) return;
  mark.hidden = unread === 0;
  count.textContent = number;
  announcer.textContent = `${number} unread ${unread === 1 ? "notification" : "notifications"}`;
}
