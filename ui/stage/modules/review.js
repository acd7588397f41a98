/**
 * What is said about an item besides its answer: the server's word of remarks, proposals and decisions, and ours.
 *
 * Every change brings everything that is said anew (`talk`): there is little of it, and nothing can be missed.
 */

import { readAnswer } from "./answer.js";
import { newId } from "./ids.js";
import { Proposals } from "./proposals.js";
import { Remarks } from "./remarks.js";

const NEWS_STAY_MS = 9000;

export class Review {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<number, object>} what is said, by assignment */
    this.talks = new Map();
    this.remarks = new Remarks(session);
    this.proposals = new Proposals(session);
    /** @type {{id: string, assignment: number, kind: string, by: string, excerpt: string}[]} toasts */
    this.news = [];
    /** What waits for the server's word, by id. @type {Map<string, () => void>} */
    this.waiting = new Map();
    /** @type {{level: "error", key: string, detail?: string} | null} why the last word was refused */
    this.refusal = null;
  }

  get talk() {
    return this.talks.get(this.session.item?.assignment) ?? null;
  }

  /** Whether this person judges the item on the screen and does not work on it. */
  get judging() {
    const { item, watch } = this.session;
    return Boolean(item && this.talk?.can_review && !item.canEdit && !watch);
  }

  /** @param {object} message `talk` */
  receive(message) {
    const { session } = this;
    const proposals = message.proposals.map((proposal) => ({ ...proposal, answer: readAnswer(proposal.answer) }));
    this.talks.set(message.assignment, { ...message, proposals });
    const job = session.shelf.get(message.assignment);
    if (job && job.item.state !== message.state) job.enter(message.state);
    if (message.assignment !== session.item?.assignment) return;
    this.remarks.read();
    this.news = this.news.filter((each) => each.assignment !== message.assignment || isStillNews(each, message));
    if (message.reload) session.route.again();
  }

  /** @param {object} message `news` */
  hear({ assignment, kind, by, excerpt }) {
    const { session } = this;
    const id = newId();
    this.news = [...this.news, { id, assignment, kind, by, excerpt }].slice(-4);
    setTimeout(() => this.dismiss(id), NEWS_STAY_MS);
    if (session.item && assignment !== session.item.assignment) session.ahead.askForPlace();
  }

  dismiss(id) {
    this.news = this.news.filter((each) => each.id !== id);
    this.session.listener.onChange();
  }

  /**
   * Says something about the present item. @param {string} id under which the server answers
   * @param {() => void} [done] once it is on disk @returns {boolean} whether it went out
   */
  say(message, id, done) {
    const { session } = this;
    this.refusal = null;
    if (done) this.waiting.set(`${message.type}:${id}`, done);
    const sent = session.send({ ...message, assignment: session.item.assignment });
    if (!sent) {
      this.waiting.delete(`${message.type}:${id}`);
      this.refusal = { level: "error", key: "needs_connection" };
    }
    session.listener.onChange();
    return sent;
  }

  /** @param {object} message `review_done` */
  done({ of, id }) {
    const key = `${of}:${id}`;
    this.waiting.get(key)?.();
    this.waiting.delete(key);
  }

  /** @param {object} message `review_refused` */
  refused({ of, id, message }) {
    this.waiting.delete(`${of}:${id}`);
    this.refusal = { level: "error", key: "failed", detail: message };
  }

  /** @param {object} message `proposal_taken`: a gesture of ours, made by the server */
  taken({ assignment, op_id: opId, version, answer, state, changes }) {
    const { session } = this;
    const job = session.shelf.get(assignment);
    if (!job?.outbox.settle(opId)) return;
    job.editor.markTaken(opId, changes, readAnswer(answer), version);
    job.enter(state);
    if (job === session.job) session.show("full");
  }

  // ---- decisions -----------------------------------------------------------------------------------------------

  decide(decision, reason = "") {
    const { talk } = this;
    if (talk) this.say({ type: "decide", decision, revision: talk.revision ?? 0, reason }, "", () => this.session.listener.onDecided?.(decision));
  }

  readDecision() {
    this.say({ type: "decision_read" }, "");
  }

  /** What the page shows of it. */
  snapshot() {
    const { session, talk, remarks, proposals } = this;
    if (!session.item) return { news: this.news };
    return {
      news: this.news,
      talk,
      judging: this.judging,
      refusal: this.refusal,
      suggestion: session.job.suggestion && { fix: session.job.suggestion.fix, adjudicates: session.job.suggestion.adjudicates, revision: session.job.suggestion.revision },
      card: proposals.card(),
      open: remarks.open,
      pinning: remarks.pinning,
      chosen: remarks.chosen,
      draft: remarks.draft && { ...remarks.draft },
      unread: remarks.unread,
    };
  }
}

/** A remark is none once it is read, a proposal none once it is answered. */
function isStillNews({ kind }, { threads, proposals }) {
  if (kind.startsWith("remark_")) return threads.some(({ unread }) => unread);
  return kind !== "proposal_added" || proposals.length > 0;
}
