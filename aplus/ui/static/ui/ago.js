// « il y a 5 minutes » stays true while a page stays open: counted on from what the server said, never by the clock of
// this computer, which may be wrong. The words are those of aplus/ui/dates.py.
const EVERY = 30_000;
const MINUTE = 60;
const HOUR = 3600;
const LAST_HOURS = 12 * HOUR;
const met = new WeakMap();

const some = (number, unit) => `il y a ${number}\u00a0${unit}${number > 1 ? "s" : ""}`;

function words(seconds) {
  if (seconds < MINUTE) return "à l’instant";
  return seconds < HOUR ? some(Math.floor(seconds / MINUTE), "minute") : some(Math.floor(seconds / HOUR), "heure");
}

function countOn() {
  for (const place of document.querySelectorAll("time[data-ago]")) {
    if (!met.has(place)) met.set(place, Date.now());
    const seconds = Number(place.dataset.ago) + (Date.now() - met.get(place)) / 1000;
    // Beyond, days are counted, which only the server does.
    if (seconds < LAST_HOURS && place.textContent !== words(seconds)) place.textContent = words(seconds);
  }
}

countOn();
setInterval(countOn, EVERY);
document.addEventListener("visibilitychange", countOn);
