// The arrow keys lead to whoever stands before and after on the list. The links do so without this file.
(() => {
  "use strict";

  const nav = document.querySelector("[data-around]");
  if (!nav) return;
  nav.querySelector("[data-around-hint]").hidden = false;
  const ways = { ArrowLeft: "prev", ArrowRight: "next" };

  document.addEventListener("keydown", (event) => {
    const rel = ways[event.key];
    if (!rel || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    // Who writes, chooses or scrolls a wide table there keeps the key.
    if (event.target.closest("input, textarea, select, [contenteditable], [tabindex='0']")) return;
    nav.querySelector(`a[rel=${rel}]`)?.click();
  });
})();
