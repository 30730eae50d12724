// After an erasure nothing of the sitting stays in this browser either, not even answers that wait.
(() => {
  "use strict";
  const NOTE = "makings-erasing";
  const [, asked] = window.location.pathname.match(/^\/sitting\/([0-9a-f-]{36})\/erase$/) || [];
  const form = asked && document.querySelector("main form[method=post]");
  if (form) form.addEventListener("submit", () => sessionStorage.setItem(NOTE, asked));

  const erase = async (sitting) => {
    indexedDB.deleteDatabase(`makings-sitting-${sitting}`);
    for (const name of await caches.keys()) if (name.includes(`/sitting/${sitting}/`)) await caches.delete(name);
    const found = await navigator.serviceWorker.getRegistration(`/sitting/${sitting}/`);
    if (found) await found.unregister();
    sessionStorage.removeItem(NOTE);
  };
  const sitting = window.location.pathname.startsWith("/sitting/") ? "" : sessionStorage.getItem(NOTE);
  if (sitting) erase(sitting).catch((error) => console.warn("not all was erased here:", error));
})();
