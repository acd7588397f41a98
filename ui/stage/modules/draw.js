/** Drawing the next item of a pool: the one thing that the stage asks for outside its socket. */

/**
 * @param {number} task
 * @param {number} passing the assignment that is left
 * @returns {Promise<{assignment?: number, refusal?: {code: string, message: string}}>}
 */
export async function drawNext(task, passing) {
  try {
    const answer = await fetch(`/task/${task}/draw?passing=${passing}`, { method: "POST", headers: { Accept: "application/json" } });
    const body = await answer.json();
    return answer.ok ? body : { refusal: body };
  } catch {
    return { refusal: { code: "offline", message: "" } };
  }
}
