/** Moments as the pages write them (`ui/words.py`): in the page's language, at the clock of whoever reads. */

const language = document.documentElement.lang || undefined;
const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

/** A moment without the year, for what is recent. @param {string} at */
export function timeOf(at) {
  return `${day.format(new Date(at))} ${clockOf(at)}`;
}

/** @param {string} at */
export function clockOf(at) {
  return clock.format(new Date(at));
}

/** Of today the hour alone, else the day too. @param {string} at */
export function recentOf(at) {
  return new Date(at).toDateString() === new Date().toDateString() ? clockOf(at) : timeOf(at);
}

/** A day that was set, the same everywhere. @param {string} at */
export function dateOf(at) {
  return date.format(new Date(at));
}
