// Newer entries are offered, never pushed under the reader's eyes: a link tells how many there are.
import { asking } from "./asking.js";

const offer = document.querySelector("[data-feed-offer]");
const number = offer.querySelector("[data-feed-count]");
const ask = asking(offer.dataset.feedOffer, 750, ({ count }) => {
  number.textContent = count > 98 ? "99 or more" : count;
  offer.hidden = count === 0;
});

// some may have been shared while there was no connection
for (const event of ["live:shared", "live:connected"]) document.addEventListener(event, ask);
