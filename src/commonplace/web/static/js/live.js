// Live updates: while somebody may be looking, one connection stays open, and what comes becomes an event of the
// document, such as `live:unread`. Each `live:connected` means that some may have been missed before.
import { io } from "./vendor/socket.io.esm.min.js";

const HIDDEN_FOR = 60_000;
const RENEWED_AFTER = 500;
const socket = io({
  path: document.querySelector("meta[name=live]").content,
  transports: ["websocket"],
  autoConnect: false,
  reconnectionAttempts: 6,
  reconnectionDelay: 2_000,
  reconnectionDelayMax: 60_000,
});
let hiding;
let renewing;
let isDismissed = false;

socket.onAny(announce);
socket.on("renew", () => {
  clearTimeout(renewing); // several changes in a row are one
  renewing = setTimeout(() => socket.disconnect() && follow(), RENEWED_AFTER);
});
socket.on("connect", () => (renewing = undefined));
socket.on("connect_error", () => {
  if (renewing === undefined) return;
  isDismissed = true; // it is let in no more
  socket.disconnect();
});
socket.on("connect", () => announce("connected"));
socket.on("disconnect", (reason) => {
  isDismissed = reason === "io server disconnect";
});
document.addEventListener("visibilitychange", follow);
addEventListener("pageshow", follow);
addEventListener("online", follow);
addEventListener("pagehide", () => socket.disconnect());
follow();

function announce(name, facts = {}) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail: facts }));
}

function follow() {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => socket.disconnect(), HIDDEN_FOR);
  else if (!isDismissed) socket.connect();
}
