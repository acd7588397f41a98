/**
 * What the server says of an item when it is opened, as the stage uses it.
 *
 * @typedef {{assignment: number, version: number, state: string, flag: {kind: string, reason: string} | null,
 *            canEdit: boolean, task: {id: number, name: string}, position: number, total: number,
 *            previous: number | null, next: number | null, nextOpen: number | null, all: number[],
 *            image: {id: number, width: number, height: number, name: string}, photoUrl: string,
 *            category: string, box: [number, number, number, number], viewport: number,
 *            rule: {ignored: string[], ignored_reason: string, note: string},
 *            models: {cad_index: number, name: string, readable: boolean, reason: string, thumbnail_url: string}[],
 *            answer: import("./answer.js").Answer, source: string, saved: object | null,
 *            prediction: {answer: import("./answer.js").Answer, model_version: string, score: number | null} | null,
 *            undo: object[], redo: object[], others: object[],
 *            progress: {saved: number, total: number}}} Opened
 */

import { readAnswer } from "./answer.js";

const withAnswer = (part) => (part?.answer ? { ...part, answer: readAnswer(part.answer) } : null);

/** @returns {Opened} */
export function readOpened(message) {
  return {
    assignment: message.assignment_id,
    version: message.version,
    state: message.state,
    flag: message.flag ?? null,
    canEdit: message.can_edit !== false,
    task: message.task,
    position: message.position,
    total: message.total,
    previous: message.prev_id ?? null,
    next: message.next_id ?? null,
    nextOpen: message.next_open_id ?? null,
    all: message.assignment_ids ?? [],
    image: message.image,
    photoUrl: message.photo_url,
    category: message.item.category,
    box: readBox(message.item.box ?? message.item.bbox, message.image),
    viewport: message.answer.pose.viewport ?? message.item.viewport,
    rule: { ignored: [], ignored_reason: "", note: "", ...message.rule },
    models: message.cad_models,
    answer: readAnswer(message.answer),
    source: message.answer_source,
    saved: withAnswer(message.saved),
    prediction: withAnswer(message.prediction),
    undo: message.undo ?? message.history?.undo ?? [],
    redo: message.redo ?? message.history?.redo ?? [],
    others: (message.others ?? []).map((other) => ({
      id: other.item_id,
      box: readBox(other.box ?? other.bbox, message.image),
      category: other.category,
      answer: other.answer ? readAnswer(other.answer) : null,
    })),
    progress: message.progress ?? { saved: 0, total: message.total },
  };
}

/** A box as x1, y1, x2, y2; the whole photo where there is none. */
function readBox(box, image) {
  if (!box) return [0, 0, image.width - 1, image.height - 1];
  return Array.isArray(box) ? box : [box.x1, box.y1, box.x2, box.y2];
}
