// A number that the server knows: asked for soon after it may have changed, however often it did; the newest answer
// counts, though an older one may come later.
export function asking(address, pauseMs, show) {
  let waiting;
  let number = 0;

  async function ask() {
    waiting = undefined;
    const own = ++number;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return; // signed out meanwhile: it leads to the page for that
      const facts = await answer.json();
      if (own === number) show(facts);
    } catch (error) {
      console.debug(error); // no connection: the next one asks again
    }
  }

  // not all open pages at the same moment
  return () => (waiting ??= setTimeout(ask, pauseMs * (1 + Math.random())));
}
