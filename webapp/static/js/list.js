// The ranked list by keyboard, and choices that hold from page to page. Everything works without this file.
(() => {
  "use strict";

  const OFF = "list-keys-off";
  const list = document.querySelector("[data-list]");
  const search = document.getElementById("search");
  const help = document.querySelector("[data-help]");
  const links = list ? [...list.querySelectorAll("th[scope=row] a")] : [];

  // A browser that keeps nothing gives errors here; then nothing is kept.
  const kept = (store, key) => {
    try { return store.getItem(key); } catch { return null; }
  };
  const keep = (store, key, value) => {
    try { value ? store.setItem(key, value) : store.removeItem(key); } catch { /* not kept */ }
  };

  // --- keys

  const standing = () => {
    const row = document.activeElement?.closest?.("[data-list] tr");
    return row ? links.findIndex((link) => row.contains(link)) : -1;
  };
  const go = (step) => {
    if (!links.length) return;
    const from = standing();
    const to = from < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(from + step, 0), links.length - 1);
    links[to].focus();
    links[to].closest("tr").scrollIntoView({ block: "nearest" });
  };
  const tick = () => {
    const box = links[standing()]?.closest("tr").querySelector("input[name=person]");
    box?.click();
  };
  const askHelp = () => help && !help.open && help.showModal();
  const single = { j: () => go(1), k: () => go(-1), x: tick, "/": () => { search?.focus(); search?.select(); }, "?": askHelp };
  const arrows = { ArrowDown: () => go(1), ArrowUp: () => go(-1) };

  const isField = (element) => element.isContentEditable ||
    (element.matches("input, select, textarea") && !element.matches("[name=person]"));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isField(event.target) || help?.open) return;
    const act = (standing() >= 0 && arrows[event.key]) || (!kept(localStorage, OFF) && single[event.key]);
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = !help;
    button.addEventListener("click", askHelp);
  });
  const on = document.querySelector("[data-keys-on]");
  if (on) {
    on.checked = !kept(localStorage, OFF);
    on.addEventListener("change", () => keep(localStorage, OFF, on.checked ? "" : "yes"));
  }

  // --- choices

  const form = document.querySelector("form[data-choosing]");
  const bar = document.querySelector("[data-chosen-bar]");
  if (!form || !bar) return;
  const key = `chosen:${form.dataset.choosing}`;
  const boxes = [...document.querySelectorAll("input[name=person]")];
  const here = new Set(boxes.map((box) => box.value));
  const chosen = new Set((kept(sessionStorage, key) || "").split(" ").filter(Boolean));
  const words = JSON.parse(document.getElementById("choosing-words").textContent);
  const number = bar.querySelector("[data-chosen-number]");
  const none = bar.querySelector("[data-choose-none]");

  const tell = () => {
    keep(sessionStorage, key, [...chosen].join(" "));
    const elsewhere = [...chosen].filter((code) => !here.has(code)).length;
    number.textContent = words.chosen.replace("{n}", chosen.size) +
      (elsewhere ? ` (${words.elsewhere.replace("{n}", elsewhere)})` : "");
    none.hidden = !chosen.size;
    bar.classList.toggle("choosing--on", chosen.size > 0);
  };
  const take = (box) => {
    if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
    box.closest("tr").classList.toggle("is-chosen", box.checked);
  };

  for (const box of boxes) {
    box.checked = box.checked || chosen.has(box.value);
    take(box);
    box.addEventListener("change", () => { take(box); tell(); });
  }
  document.querySelectorAll("[data-choose-all]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const own = [...button.closest("tbody").querySelectorAll("input[name=person]")];
      const all = own.every((box) => box.checked);
      for (const box of own) { box.checked = !all; take(box); }
      tell();
    });
  });
  none.addEventListener("click", () => {
    chosen.clear();
    for (const box of boxes) { box.checked = false; take(box); }
    tell();
    number.closest("p").focus?.();
  });
  bar.querySelector("[data-without-script]").hidden = true;

  // Whoever is chosen on other pages goes along; a decision once begun does not sweep them a second time.
  form.addEventListener("submit", (event) => {
    form.querySelectorAll("[data-carried]").forEach((field) => field.remove());
    for (const value of chosen) {
      if (here.has(value)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "person", value });
      field.dataset.carried = "yes";
      form.append(field);
    }
    if (event.submitter?.dataset.action !== "compare") keep(sessionStorage, key, "");
  });
  tell();
})();
