/** What has to be said over the picture. */

import { fill } from "./words.js";

/** The most urgent last. @param {object} stage the component */
export function banners(stage) {
  const { ui, texts, held } = stage;
  const toTasks = { to: "/tasks", text: texts.to_tasks };
  const lacking = { prediction: !ui.item?.prediction, saved: !ui.saved }[held];
  return [
    held && { name: "hold", look: "hold", text: texts[`${lacking ? "no" : "showing"}_${held}`] },
    stage.finished && finished(stage, toTasks),
    ui.watching && ui.item && watching(stage),
    ui.item && !ui.item.canEdit && !ui.watching && readOnly(stage),
    ui.item?.canEdit && ui.item.state === "sent_back" && ui.review.talk?.decision?.unread && sentBack(stage),
    ui.review.pinning && { name: "pinning", look: "hold", text: texts.remark_pinning },
    ui.item && !ui.online && ui.ended === null && { name: "offline", look: "warn", text: ui.stale ? texts.offline_stale : texts.offline },
    ui.online && ui.unsent?.length > 0 && unsent(stage),
    ...(ui.troubled ?? []).map((trouble) => left(stage, trouble)),
    ui.outside && ui.item?.canEdit && { name: "outside", look: "plain", text: texts.outside, button: { text: texts.bring_back, act: () => stage.session.bringBack() } },
    ui.item?.forOlderBox && { name: "older-box", look: "warn", text: texts.older_box },
    ui.undrawn && { name: "undrawn", look: "error", text: `${fill(texts.undrawn, { n: ui.undrawn.cad_index })} ${ui.undrawn.message}` },
    stage.photoFailed && { name: "photo", look: "error", text: ui.item?.image.taken_down ? texts.photo_taken_down : texts.photo_failed },
    !ui.item && ui.notice && { name: "closed", look: "error", text: stage.noticeText, link: toTasks },
    ui.ended !== null && { name: "ended", look: "error", text: texts.session_ended, link: { to: logInAgain(), text: texts.log_in } },
  ].filter(Boolean);
}

/** The last open item is done; what was changed since its save is not yet. */
function finished({ ui, texts }, toTasks) {
  const { changed, first_changed_id: first } = ui.item?.progress ?? {};
  if (!changed && ui.item?.task.kind === "qualify") return { name: "finished", look: "done", text: texts.finished_test, link: { to: `/qualify/${ui.item.task.id}`, text: texts.told_result } };
  if (!changed) return { name: "finished", look: "done", text: texts.finished, link: toTasks };
  const link = { to: `/annotate/${first}`, text: texts.to_changed };
  return { name: "finished", look: "warn", text: fill(texts.finished_changed, { n: changed }), link };
}

/** What went wrong with an item that was left, and the way back to it. */
function left(stage, { assignment, position, notice }) {
  const { texts } = stage;
  const act = (event) => {
    event.preventDefault();
    stage.jump(assignment);
  };
  return {
    name: `left-${assignment}`,
    look: "error",
    text: `${fill(texts.left_trouble, { n: position })} ${stage.noticeWords(notice)}`,
    link: { to: `/annotate/${assignment}`, text: texts.back_to_it, act },
  };
}

/** A save of another item that an earlier page could not deliver: it is drawn and saved there. */
function unsent({ ui, texts }) {
  return { name: "unsent", look: "warn", text: texts.save_elsewhere, link: { to: `/annotate/${ui.unsent[0]}`, text: texts.back_to_it } };
}

/** Whom we look at, the way to say more than a remark, and the way back to their part of the photo. */
function watching({ ui, texts, followView }) {
  const { name, followsView } = ui.watching;
  const link = ui.review.talk?.can_review && { to: `/annotate/${ui.item.assignment}`, text: texts.to_proposing };
  if (!name) return { name: "watching", look: "plain", text: texts.watching_nobody, link };
  const button = !followsView && { text: texts.follow_view, act: () => followView(true) };
  return { name: "watching", look: "plain", text: fill(texts.watching, { name }), link, button };
}

/** Why nothing can be changed here, and for a reviewer what can be done about it. */
function readOnly({ ui, texts, session }) {
  const { review, item } = ui;
  const accepted = item.state === "accepted";
  if (review.suggestion) return null;
  if (accepted && item.task.kind === "qualify") return { name: "read-only", look: "plain", text: texts.read_only_test, link: { to: `/qualify/${item.task.id}`, text: texts.to_test } };
  if (!review.judging) return { name: "read-only", look: "plain", text: texts[accepted ? "read_only_accepted" : "read_only"] };
  const button = accepted && { text: texts.reopen, act: () => session.review.decide("reopen") };
  const text = accepted ? texts.state_accepted : fill(texts.read_only_review, { name: review.talk.owner ?? "–" });
  return { name: "read-only", look: accepted ? "done" : "plain", text, button };
}

/** It stays until somebody who works on the item says that they know. */
function sentBack({ ui, texts, session }) {
  const { reviewer, reason } = ui.review.talk.decision;
  const button = { text: texts.got_it, act: () => session.review.readDecision() };
  return { name: "sent-back", look: "warn", text: fill(texts.sent_back, { name: reviewer || "–", reason }), button };
}

function logInAgain() {
  return `/login?next=${encodeURIComponent(location.pathname)}&ended=1`;
}
