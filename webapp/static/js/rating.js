// Each rating is sent the moment it is chosen. Without this file the button at the end sends them all.
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const said = form.dataset;
  const token = form.querySelector("input[name=csrf_token]").value;
  const waiting = new Map();
  let sending = false;
  let pause = 0;

  const tell = (name, words, late) => {
    const card = form.querySelector(`[data-rating="${CSS.escape(name)}"]`);
    card.classList.toggle("rating--waiting", late);
    card.querySelector(".rating__state").textContent = words;
  };

  const count = (reply) => {
    const line = document.querySelector("[data-count]");
    line.textContent = line.dataset.count.replace("{done}", reply.done).replace("{total}", reply.total);
    const bar = document.querySelector(".way progress");
    if (bar) bar.value = reply.done;
  };

  const post = (name, value) =>
    fetch(said.autosave, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ name, value }),
    });

  const acknowledge = (name, value, reply) => {
    if (waiting.get(name) === value) waiting.delete(name);
    form.querySelector(`input[name="${CSS.escape(`was:${name}`)}"]`).value = value;
    if (!waiting.has(name)) tell(name, said.saidSaved, false);
    count(reply);
  };

  const refuse = async (name, answer) => {
    waiting.delete(name);
    const reply = await answer.json().catch(() => ({}));
    tell(name, reply.message || said.saidRefused, true);
  };

  const sendNext = async () => {
    const next = waiting.entries().next();
    if (sending || next.done) return;
    const [name, value] = next.value;
    sending = true;
    try {
      const answer = await post(name, value);
      if (answer.ok) acknowledge(name, value, await answer.json());
      else if (answer.status >= 500 || answer.status === 429) throw new Error("later");
      else await refuse(name, answer);
      pause = 0;
    } catch {
      for (const each of waiting.keys()) tell(each, said.saidWaiting, true);
      pause = Math.min(30, pause * 2 || 2);
    }
    sending = false;
    window.setTimeout(sendNext, pause * 1000);
  };

  form.addEventListener("change", (event) => {
    const name = event.target.name.replace(/^rate:/, "");
    if (name === event.target.name) return;
    waiting.set(name, event.target.value);
    tell(name, said.saidSaving, false);
    sendNext();
  });
  form.addEventListener("submit", () => waiting.clear());
  window.addEventListener("online", sendNext);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
})();
