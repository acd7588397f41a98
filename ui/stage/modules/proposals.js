/**
 * Proposals: one that is being made has an editor of its own, which nobody but its author sees until it is sent; those
 * that were made are taken whole or in parts.
 */

import { difference, same } from "./answer.js";
import { Editor } from "./editor.js";
import { newId } from "./ids.js";
import { OFFER_COLOUR, STANDING_COLOUR } from "./offer.js";
import { canonical, rotation } from "./pose.js";

/** As in domain/proposal.py: beyond it a single angle means nothing. */
const LARGEST_ELEVATION = (60 * Math.PI) / 180;
const PART_GROUPS = { rotation: ["rotation"], centre: ["centre"], distance: ["distance"], model: ["model"], answers: ["quality", "density"] };
export const PARTS = Object.freeze(Object.keys(PART_GROUPS));
export const SINGLE_ANGLES = Object.freeze(["azimuth", "elevation", "theta"]);

export class Proposals {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** Of open proposals that are not shown for the moment. @type {Set<number>} */
    this.hidden = new Set();
  }

  /** The newest open one of the present item. */
  get newest() {
    return this.session.review.talk?.proposals.at(-1) ?? null;
  }

  /** Begins one, from the answer that stands; a fix, or an answer that is to stand before everybody's, from the one that is saved. */
  begin({ fix = false, adjudicates = false } = {}) {
    const { session } = this;
    const { job } = session;
    if (!job || job.suggestion) return;
    const answer = (fix && job.editor.saved?.answer) || job.editor.answer;
    const editor = new Editor({ answer, version: 0, saved: { answer }, undo: [], redo: [] });
    job.suggestion = { editor, fix, adjudicates, revision: session.review.talk?.revision ?? null };
    session.show("full");
  }

  /** Whether there is something that nobody has been sent. */
  get unsent() {
    const { job } = this.session;
    return Boolean(job?.suggestion) && !same(job.suggestion.editor.answer, job.editor.answer);
  }

  /** Gives up what was being proposed. */
  cancel() {
    const { session } = this;
    if (!session.job?.suggestion) return;
    session.job.suggestion = null;
    session.show("full");
  }

  /** Offers it to whoever works on the item. */
  send(comment) {
    const { session } = this;
    const { job } = session;
    if (!this.unsent) return;
    session.commit();
    const id = newId();
    const { answer } = job.suggestion.editor;
    session.review.say({ type: "propose", proposal_id: id, version: job.editor.version, answer, comment }, id, () => this.cancel());
  }

  /** Makes it the answer and accepts that. */
  fixAndAccept() {
    const { session } = this;
    const { suggestion } = session.job ?? {};
    if (!suggestion || suggestion.revision === null) return;
    session.commit();
    const { answer } = suggestion.editor;
    suggestion.saveId ??= newId();
    const { adjudicates, revision } = suggestion;
    const message = { type: "fix", save_id: suggestion.saveId, revision, answer, adjudicates };
    session.review.say(message, "", () => {
      this.cancel();
      session.listener.onDecided?.("fixed");
    });
  }

  /** A gesture that the server makes; everything before it is acknowledged first. @param {string[]} parts */
  take(proposal, parts) {
    const { session } = this;
    if (session.locked) return;
    session.commit();
    const id = newId();
    session.outbox.add("take", id, { type: "proposal_take", op_id: id, proposal: proposal.id, parts });
    session.listener.onChange();
  }

  end(proposal, type) {
    this.session.review.say({ type, proposal: proposal.id }, "");
  }

  /** What is shown beside the answer in hand. @returns {[import("./answer.js").Answer | null, string]} */
  get beside() {
    const { job, review } = this.session;
    if (job?.suggestion) return [job.editor.answer, STANDING_COLOUR];
    const proposal = this.newest;
    return proposal && review.talk.state !== "accepted" ? [proposal.answer, OFFER_COLOUR] : [null, OFFER_COLOUR];
  }

  /** The card of the newest proposal: what differs, and what of it can be taken. */
  card() {
    const { session } = this;
    const proposal = this.newest;
    if (!proposal || !session.item || session.job.suggestion) return null;
    const present = session.job.editor.answer;
    const changed = Object.keys(difference(present, proposal.answer));
    const separable = [present.pose, proposal.answer.pose].every((pose) => Math.abs(canonical(pose).elevation) <= LARGEST_ELEVATION);
    const parts = PARTS.filter((part) => PART_GROUPS[part].some((group) => changed.includes(group) && isGiven(proposal.answer, group)));
    return {
      proposal,
      mine: proposal.author_id === session.userId,
      parts,
      angles: parts.includes("rotation") ? SINGLE_ANGLES : [],
      separable,
      numbers: numbers(present.pose, proposal.answer.pose),
    };
  }
}

/** A question that the proposer left open is not offered. */
function isGiven(answer, group) {
  if (group === "quality") return answer.object_status !== null;
  return group !== "density" || answer.dense !== null;
}

function numbers(a, b) {
  return {
    turn: (turnBetween(a, b) * 180) / Math.PI,
    shift: Math.hypot(b.px - a.px, b.py - a.py),
    distance: 100 * (b.distance / a.distance - 1),
  };
}

/** The angle between two rotations in radians: chord and its complement keep it exact at 0 and at half a turn. */
export function turnBetween(a, b) {
  const A = rotation(a);
  const B = rotation(b);
  const apart = Math.sqrt(A.reduce((sum, value, place) => sum + (value - B[place]) ** 2, 0)) / Math.sqrt(8);
  const along = Math.sqrt(Math.max(0, 1 + A.reduce((sum, value, place) => sum + value * B[place], 0))) / 2;
  return 2 * Math.atan2(apart, along);
}
