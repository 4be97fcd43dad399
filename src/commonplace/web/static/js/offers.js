// Newer entries are offered, never pushed under the reader's eyes: a link tells how many there are.
const PAUSE_MS = 1000;
const offer = document.querySelector("[data-feed-offer]");
const count = offer.querySelector("[data-feed-count]");
let waiting;

async function ask() {
  waiting = undefined;
  const answer = await fetch(offer.dataset.feedOffer, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return; // signed out meanwhile: it leads to the page for that
  const newer = (await answer.json()).count;
  count.textContent = newer > 98 ? "99 or more" : newer;
  offer.hidden = newer === 0;
}

// several may be shared at once: they are asked for together; and some while there was no connection
for (const event of ["live:shared", "live:connected"]) {
  document.addEventListener(event, () => {
    waiting ??= setTimeout(ask, PAUSE_MS);
  });
}
