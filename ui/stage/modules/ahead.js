/**
 * What will probably be opened next is fetched before it is asked for: next, next open and previous item, with
 * photo, thumbnails and first frame. A state fetched ahead may be old when it is shown; `opened` puts it right.
 */

import { Overlay } from "./overlay.js";
import { Job } from "./job.js";

export class Ahead {
  /** @param {import("./session.js").Session} session @param {object} means of new jobs */
  constructor(session, means) {
    this.session = session;
    this.means = means;
    this.asked = "";
  }

  /** Asks for what is not at hand, once the present item is there. */
  wish() {
    const { session } = this;
    const { item, shelf } = session;
    if (!session.settled || session.watch) return;
    const near = [...new Set([item.nextOpen, item.next, item.previous])].filter((id) => id && id !== item.assignment);
    const lacking = near.filter((id) => !shelf.get(id) || (shelf.get(id).frame === null && !shelf.get(id).undrawn));
    const key = `${item.assignment}:${lacking}`;
    if (lacking.length === 0 || key === this.asked) return;
    this.asked = key;
    this.#ask(lacking);
  }

  /** Where the present item stands among the others has changed. */
  askForPlace() {
    const { item } = this.session;
    this.asked = "";
    this.#ask([item.assignment]);
  }

  /** A new connection, other canvases: what was asked for may not have come. */
  forget() {
    this.asked = "";
  }

  /** @param {object} message `prefetched` */
  receive(message) {
    const { session } = this;
    const assignment = message.assignment_id;
    const known = session.shelf.get(assignment);
    if (known && known === session.job) {
      known.replace(message);
      this.wish();
    } else if (known) {
      if (known.idle) known.refresh(message);
    } else {
      const job = new Job(message, this.means);
      session.shelf.keep(job, session.job);
      session.listener.onFetched(job);
    }
  }

  /** A first frame. */
  async drawn(header, payload) {
    const overlay = await Overlay.decode(header, payload).catch(() => null);
    const job = this.session.shelf.get(header.assignment);
    if (job && overlay && job !== this.session.job) job.keepFrame(overlay);
    else overlay?.close();
  }

  #ask(assignments) {
    const { session } = this;
    const { screen, settings } = session.picture;
    session.send({ type: "prefetch", assignments, width: screen.width, height: screen.height, mode: settings.mode, room: settings.room });
  }
}
