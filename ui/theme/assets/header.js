/**
 * What the header does by itself, on every page: it tells the server the reader's time zone, its menu closes with Esc
 * and with a click elsewhere, and a page whose session was ended elsewhere goes to the log-in, says why, and comes back.
 */
{
  const openMenu = () => document.querySelector("details.pw-user[open]");

  // While capturing, because what is below may keep its events for itself.
  addEventListener("pointerdown", ({ target }) => {
    const menu = openMenu();
    if (menu && !menu.contains(target)) menu.open = false;
  }, true);
  addEventListener("keydown", (event) => {
    const menu = openMenu();
    if (!menu || event.key !== "Escape") return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  }, true);
  addEventListener("focusin", ({ target }) => {
    const menu = openMenu();
    if (menu && target instanceof Element && target !== document.body && !menu.contains(target)) menu.open = false;
  });

  // Pages that the server writes show times at the reader's clock (ui/zone.py).
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone && !document.cookie.split("; ").includes(`posewright_zone=${timeZone}`)) {
    document.cookie = `posewright_zone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
  }

  let leaving = false;
  addEventListener("submit", ({ target }) => {
    leaving = new URL(target.action).pathname === "/logout";
    // The stage goes from item to item without a new page; a plain page may be the answer to a form, and has no address.
    const back = target.closest(".pw-header-host")?.querySelector("[name=back]");
    if (back) back.value = location.pathname + location.search;
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
  // Told by the server (ui/theme/shell.py). The page that logs out is on its way to the log-in already.
  addEventListener("posewright-signed-out", () => {
    if (leaving) return;
    location.assign(`/login?${new URLSearchParams({ next: location.pathname + location.search, ended: "1" })}`);
  });

  // A server that has restarted cannot tell a page whose session it does not know any more: its socket is refused like
  // any stranger's. So the page asks; a page itself answers no HEAD, but the door in front of it does.
  let asking = false;
  addEventListener("load", () => globalThis.socket?.on("connect_error", async () => {
    if (asking) return;
    asking = true;
    try {
      const { status } = await fetch(location.href, { method: "HEAD", headers: { Accept: "application/json" } });
      if (status === 401) dispatchEvent(new Event("posewright-signed-out"));
    } catch {
      // The server is not back yet; the socket tries again, and so does this.
    } finally {
      asking = false;
    }
  }));
}
