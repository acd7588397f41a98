/** The account's section of keys: choose one, press another; the server says whether it can be had. */

const section = document.getElementById("own-keys");
const { pressedKey, keyName } = await import(section.dataset.keysScript);

const buttons = [...section.querySelectorAll("[data-key]")];
const said = section.querySelector("[data-said]");
const reset = section.querySelector("[data-reset]");
/** Waits on: what is meant is the key that comes with these. */
const ALONE = ["Shift", "Control", "Alt", "Meta", "CapsLock", "Tab", "Dead", "Process", "Unidentified"];
/** @type {HTMLButtonElement | null} whose new key is awaited */
let asked = null;
/** The key that was just taken: its way up would press the button again. */
let taken = "";

function say(text, refusal = false) {
  said.textContent = text;
  said.classList.toggle("is-refusal", refusal);
}

function ask(button) {
  asked?.classList.remove("is-asked");
  asked = button;
  button?.classList.add("is-asked");
  button?.focus(); // not every browser does that with a button that is clicked
  say(button ? section.dataset.press.replace("{what}", button.dataset.what) : section.dataset.choose);
}

/** What is there, with one key changed. */
function keysWith(button, key) {
  return buttons.filter((one) => one.dataset.name === button.dataset.name).map((one) => (one === button ? key : one.dataset.key));
}

async function tell(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (answer.ok) show(told);
    else say(told.message, true);
  } catch {
    say(section.dataset.offline, true);
  }
}

function show({ keys, own }) {
  for (const button of buttons) {
    const key = keys[button.dataset.name][button.dataset.place];
    button.dataset.key = key;
    button.textContent = keyName(key);
    button.classList.toggle("is-own", own.includes(button.dataset.name));
    button.ariaLabel = `${button.dataset.what}: ${keyName(key)}`;
  }
  reset.hidden = own.length === 0;
  say(section.dataset.changed);
}

for (const button of buttons) button.addEventListener("click", () => ask(button));
section.addEventListener("keydown", (event) => {
  if (!asked || event.repeat || ALONE.includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const button = asked;
  taken = event.code;
  ask(null);
  if (event.key !== "Escape") tell("/account/keys", { name: button.dataset.name, keys: keysWith(button, pressedKey(event, button.dataset.kind)) });
});
section.addEventListener("keyup", (event) => {
  if (event.code === taken) event.preventDefault();
  taken = "";
});
section.addEventListener("focusout", ({ target }) => target === asked && ask(null));
reset.addEventListener("click", (event) => {
  event.preventDefault();
  tell("/account/keys/reset", {});
});
