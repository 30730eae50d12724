// Everything works without this file. It only spares a round trip, or a click.
(() => {
  "use strict";

  const focusErrorSummary = () => document.querySelector("[data-focus]")?.focus();

  // A menu closes on Escape and on a click elsewhere.
  const closeMenus = () => {
    const menus = [...document.querySelectorAll("details.menu")];
    document.addEventListener("click", (event) => {
      for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const menu of menus.filter((each) => each.open)) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  };

  // One press is one save: later presses wait for the answer to the first.
  const sendOnce = (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  };

  // Changing the language takes along what is chosen on this page and not saved yet.
  const carryChoices = (menu) => {
    menu.addEventListener("submit", () => {
      for (const { name, value } of document.querySelectorAll("main form[data-once] :is(input[type=radio]:checked, select, [name=revision])")) {
        menu.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
    });
  };

  // A job's progress, fetched again while it runs.
  const refresh = (part) => {
    const seconds = Number(part.dataset.refresh);
    if (!seconds) return;
    window.setTimeout(async () => {
      try {
        const reply = await fetch(window.location.href, { headers: { "X-Requested-With": "refresh" } });
        const page = new DOMParser().parseFromString(await reply.text(), "text/html");
        const fresh = page.getElementById(part.id);
        if (!fresh) return;
        // Who stands on a button inside stays on it.
        const held = part.contains(document.activeElement) && document.activeElement.textContent;
        part.replaceWith(fresh);
        if (held) [...fresh.querySelectorAll("a, button")].find((each) => each.textContent === held)?.focus();
        refresh(fresh);
      } catch {
        refresh(part);
      }
    }, seconds * 1000);
  };

  // Times come in UTC; where the script runs they are told in the reader's own zone.
  const localTime = (element) => {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const full = element.dataset.localTime === "full" ? { dateStyle: "medium" } : {};
    // English pages write dates as most of Europe does, as the server does.
    const locale = document.documentElement.lang.replace(/^en$/, "en-GB");
    element.textContent = new Intl.DateTimeFormat(locale, { ...full, timeStyle: "short" }).format(at);
  };

  focusErrorSummary();
  document.querySelectorAll("time[data-local-time]").forEach(localTime);
  closeMenus();
  document.querySelectorAll("form[data-once]").forEach(sendOnce);
  document.querySelectorAll("form.menu__list[method=post]").forEach(carryChoices);
  document.querySelectorAll("[data-refresh][id]").forEach(refresh);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
