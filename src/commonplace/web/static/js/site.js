// What every page has is loaded with it; the rest only where the page has a use for it.
import "./keyboard.js";
import "./menus.js";
import "./tabs.js";
import "./times.js";

const MODULES = {
  "meta[name=live]": "./live.js",
  "[data-copy]": "./copy.js",
  "[data-lines-of]": "./lines.js",
  "[data-code-input]": "./code-input.js",
  "[data-feed-offer]": "./offers.js",
  "[data-like]": "./likes.js",
  "[data-composer]": "./composer.js",
  "[data-unread]": "./unread.js",
};

for (const [selector, module] of Object.entries(MODULES)) {
  if (document.querySelector(selector)) import(module);
}
