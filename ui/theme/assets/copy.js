/** Buttons with `data-copy` copy the text before them; what became of it is said in the place after them. */
{
  const SAID_MS = 4000;

  /** Browsers give the clipboard to secure pages only; the older way works on the others too. */
  async function copied(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(source);
      return document.execCommand("copy");
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const said = button.nextElementSibling;
    said.textContent = "";
    const done = await copied(button.previousElementSibling);
    said.textContent = done ? button.dataset.copied : button.dataset.selected;
    clearTimeout(said.timer);
    said.timer = setTimeout(() => { said.textContent = ""; }, SAID_MS);
  });
}
