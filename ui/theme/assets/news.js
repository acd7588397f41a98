/**
 * What others say to the person, over any page of theirs: a remark, a proposal, a decision. Each goes by itself, and
 * stays while somebody reads it; what it speaks of stays on the item until it is read there.
 */
{
  const PATH = "/ws/news";
  const STAYS_MS = 12_000;
  const MOST = 3;
  const FIRST_WAIT_MS = 1000;
  const LONGEST_WAIT_MS = 60_000;
  let failures = 0;

  const connect = () => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${PATH}`);
    let ended = false;
    socket.onopen = () => (failures = 0);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "news") show(message);
      ended ||= message.type === "ended";
    };
    socket.onclose = () => {
      if (ended) return;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      failures += 1;
      // Half of it by chance, so that a room full of people does not come back in one instant.
      setTimeout(connect, wait * (0.5 + Math.random() / 2));
    };
  };

  const show = ({ kind, by, excerpt, assignment }) => {
    const host = document.querySelector(".pw-news");
    if (!host) return;
    const texts = JSON.parse(host.dataset.texts);
    const words = made("span");
    words.append(made("b", (texts[kind] ?? texts.other).replaceAll("{name}", by)), ` ${excerpt}`);
    const way = made("a", texts.there);
    way.href = `/annotate/${assignment}`;
    const close = made("button", "×");
    close.type = "button";
    close.ariaLabel = texts.close;
    const toast = made("p");
    toast.className = "pw-toast";
    Object.assign(toast.dataset, { testid: "news", kind });
    toast.append(words, way, close);
    close.onclick = () => toast.remove();
    stay(toast);
    host.append(toast);
    while (host.children.length > MOST) host.firstElementChild.remove();
  };

  const made = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

  /** Counts anew when whoever reads it looks away. */
  const stay = (toast) => {
    let timer = setTimeout(() => toast.remove(), STAYS_MS);
    const hold = () => clearTimeout(timer);
    const release = () => {
      hold();
      timer = setTimeout(() => toast.remove(), STAYS_MS);
    };
    for (const [name, act] of [["pointerenter", hold], ["focusin", hold], ["pointerleave", release], ["focusout", release]]) {
      toast.addEventListener(name, act);
    }
  };

  connect();
}
