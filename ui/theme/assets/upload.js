/**
 * Sends a file to the server as the plain body of a request, with its progress in the element `.pw-upload` around the
 * field; a form would be held in memory. `posewrightUpload(input)` answers what the server said of it:
 * {upload, name, size}, or {message} where it did not take it. Choosing another file ends the one before.
 */
{
  const underway = new WeakMap();

  globalThis.posewrightUpload = (input) => new Promise((resolve) => {
    const place = input.closest(".pw-upload");
    const bar = place.querySelector("progress");
    const words = place.querySelector(".pw-upload-words");
    underway.get(input)?.abort();
    const [file] = input.files;
    if (!file) return resolve(null);
    if (file.size > Number(place.dataset.largest)) return resolve({ message: place.dataset.tooLarge });
    const request = new XMLHttpRequest();
    underway.set(input, request);
    const say = (done) => {
      bar.value = done / Math.max(file.size, 1);
      words.textContent = `${file.name} · ${Math.floor((100 * done) / Math.max(file.size, 1))} %`;
    };
    request.open("POST", `${place.dataset.address}?${new URLSearchParams({ name: file.name })}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => say(event.loaded);
    request.onload = () => resolve(request.response ?? { message: place.dataset.failed });
    request.onerror = () => resolve({ message: place.dataset.failed });
    request.onabort = () => resolve(null);
    bar.hidden = false;
    say(0);
    request.send(file);
  });

  // A file that is dropped anywhere on the field is taken as if it were chosen.
  addEventListener("dragover", (event) => {
    if (event.target instanceof Element && event.target.closest(".pw-upload")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const place = event.target instanceof Element && event.target.closest(".pw-upload");
    if (!place || !event.dataTransfer.files.length) return;
    event.preventDefault();
    const input = place.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
