/** What the page's address says, and what is written there: which item is shown, and what somebody came for. */

const ITEM = /\/(?:annotate|watch)\/(\d+)$/;

/** @returns {number | null} the item's assignment */
export function itemInAddress() {
  const [, assignment] = location.pathname.match(ITEM) ?? [];
  return assignment ? Number(assignment) : null;
}

/** Writes the item into the address and the window's title; going back leads to the one before. */
export function showInAddress(item, watching) {
  const address = `/${watching ? "watch" : "annotate"}/${item.assignment}`;
  if (!location.pathname.endsWith(address)) history.pushState(null, "", address);
  document.title = `${item.position} · ${item.category.replaceAll("_", " ")} · ${item.task.name} · Posewright`;
}

/**
 * Whether somebody came to put an answer right, or to decide between several people's.
 * @returns {{fixing: boolean, adjudicating: boolean, back: string}} back: where they go when that is done, or ""
 */
export function errand() {
  const query = new URLSearchParams(location.search);
  if (query.has("adjudicate")) return { fixing: true, adjudicating: true, back: `/adjudicate?${query.get("adjudicate")}` };
  if (!query.has("fix")) return { fixing: false, adjudicating: false, back: "" };
  return { fixing: true, adjudicating: false, back: document.referrer.includes("/review") ? document.referrer : "/review" };
}
