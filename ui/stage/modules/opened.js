/**
 * What the server says of an item when it is opened, as the stage uses it.
 *
 * @typedef {{assignment: number, version: number, state: string, flag: {kind: string, reason: string} | null,
 *            canEdit: boolean, task: {id: number, name: string, is_pool: boolean}, position: number, total: number,
 *            previous: number | null, next: number | null, nextOpen: number | null, all: number[],
 *            image: {id: number, width: number, height: number, name: string, taken_down: boolean}, photoUrl: string,
 *            category: string, box: [number, number, number, number], viewport: number,
 *            forOlderBox: boolean, rule: {ignored: string[], ignored_reason: string, note: string},
 *            models: {cad_index: number, name: string, readable: boolean, reason: string, thumbnail_url: string}[],
 *            answer: import("./answer.js").Answer, source: string, saved: object | null,
 *            prediction: {answer: import("./answer.js").Answer, model_version: string, score: number | null} | null,
 *            undo: object[], redo: object[], others: object[],
 *            progress: {saved: number, total: number}}} Opened
 */

import { readAnswer } from "./answer.js";

const withAnswer = (part) => (part ? { ...part, answer: readAnswer(part.answer) } : null);

/** The answer that is saved, with its revision; null where there is none. */
export const readSaved = withAnswer;

/** @returns {Opened} */
export function readOpened(message) {
  return {
    assignment: message.assignment_id,
    version: message.version,
    state: message.state,
    flag: message.flag,
    canEdit: message.can_edit,
    task: message.task,
    position: message.position,
    total: message.total,
    previous: message.prev_id,
    next: message.next_id,
    nextOpen: message.next_open_id,
    all: message.assignment_ids,
    image: message.image,
    photoUrl: message.photo_url,
    category: message.item.category,
    box: message.item.bbox,
    viewport: message.item.viewport,
    forOlderBox: message.item.for_older_box,
    rule: message.rule,
    models: message.cad_models,
    answer: readAnswer(message.answer),
    source: message.answer_source,
    saved: withAnswer(message.saved),
    prediction: withAnswer(message.prediction),
    ofOthers: message.of_others,
    undo: message.history.undo,
    redo: message.history.redo,
    others: message.others.map((other) => ({
      id: other.item_id,
      box: other.bbox,
      category: other.category,
      answer: other.answer ? readAnswer(other.answer) : null,
    })),
    progress: message.progress,
  };
}
