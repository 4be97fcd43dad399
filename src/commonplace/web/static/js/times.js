// Keeps "3 minutes ago" true while a page stays open. It counts as the server does, in web/rendering.py.
const DAY = 86_400;
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

setInterval(refresh, 30_000);
document.addEventListener("visibilitychange", refresh);

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[datetime$='Z']")) {
    const words = inWords((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (words !== time.textContent) time.textContent = words;
  }
}

function inWords(seconds) {
  const distance = Math.abs(seconds);
  const [unit, size] = UNITS.find(([, length]) => distance >= length || length === 1);
  const count = Math.floor(distance / size);
  if (count === 0) return "now";
  const article = unit === "hour" ? "an" : "a";
  const amount = count === 1 ? `${article} ${unit}` : `${count} ${unit}s`;
  return seconds > 0 ? `${amount} ago` : `${amount} from now`;
}
