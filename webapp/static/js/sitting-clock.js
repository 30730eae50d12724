// The time that is left, by our clock: the browser's own clock is never asked what time it is.
// It can be hidden; it speaks only when the end comes near; at the end it sends what waits and hands in.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});
  const BEAT_SECONDS = 20;
  const HIDDEN = "makings-clock-hidden";

  const remembered = () => {
    try {
      return localStorage.getItem(HIDDEN) === "yes";
    } catch {
      return false;
    }
  };
  const remember = (hidden) => {
    try {
      localStorage.setItem(HIDDEN, hidden ? "yes" : "no");
    } catch {
      // it is shown again on the next page, which is all
    }
  };

  // Wall time as far as this browser knows it: only to measure how long ago something was, over several pages.
  const steady = () => (performance.timeOrigin + performance.now()) / 1000;
  const written = (seconds) => {
    const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
    return `${minutes}:${String(rest).padStart(2, "0")}`;
  };

  const draw = (clock) => {
    const text = clock.querySelector(".clock__text");
    const digits = M.make("span", { className: "clock__digits" });
    const label = M.make("span", {}, ...M.say("clock_left", { time: digits }));
    const button = M.make("button", { type: "button", className: "button button--quiet clock__toggle" });
    const warning = M.make("p", { className: "clock__warning" });
    warning.setAttribute("role", "status");
    text.replaceChildren(label, button);
    clock.append(warning);
    const toggle = (hidden) => {
      label.hidden = hidden;
      button.textContent = M.text(hidden ? "clock_show" : "clock_hide");
    };
    button.onclick = () => (remember(!label.hidden), toggle(!label.hidden));
    toggle(remembered());
    return { digits, warning };
  };

  M.startClock = async (store, queue, base, flush) => {
    const clock = document.querySelector(".clock[data-deadline]");
    if (!clock) return;
    const { digits, warning } = draw(clock);
    const { allowed, warnAt, heartbeat } = clock.dataset;
    const warnings = [...warnAt.split(",").map(Number), Math.round(Number(allowed || 0) * 15)].filter(Boolean);
    let end = 0; // on this page's own steady count of seconds
    let cut = false;
    let last = steady();
    let said = Infinity;
    let over = false;

    const left = () => end - performance.now() / 1000;
    // What the server said, and when: a page that was kept knows the time by this.
    const learn = (now, deadline) => {
      if (!deadline) return void clock.remove();
      const seconds = (Date.parse(deadline) - Date.parse(now)) / 1000;
      end = performance.now() / 1000 + seconds;
      return store.change("meta", "clock", () => ({ end: steady() + seconds }));
    };
    const fromKept = async () => {
      let known;
      await store.change("meta", "clock", (old) => (known = old));
      if (known) end = performance.now() / 1000 + (known.end - steady());
    };

    // --- how long we could not be reached, over reloads too
    const note = () => store.change("meta", "contact", () => ({ last, cut }));
    M.contact = (reached) => {
      if (reached && cut) return; // first the heartbeat tells how long it was
      if (!reached && cut) return;
      if (reached) last = steady();
      else cut = true;
      note().catch(() => {});
    };
    const resume = async () => {
      let known;
      await store.change("meta", "contact", (old) => (known = old));
      if (known && known.cut) [last, cut] = [known.last, true];
      else if ("kept" in document.documentElement.dataset) [last, cut] = [known ? known.last : last, true];
    };

    const beat = async () => {
      const offline_seconds = cut ? Math.max(0, Math.round(steady() - last)) : 0;
      const { status, said: reply } = await queue.ask(heartbeat, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": queue.state.csrf },
        body: JSON.stringify({ offline_seconds }),
      });
      if (status === 400 && reply && reply.error === "csrf") await queue.refresh();
      if (status !== 200 || !reply || !reply.now) return false;
      [cut, last] = [false, steady()];
      await note();
      if (reply.state !== "started") return leave();
      await learn(reply.now, reply.deadline_at);
      return true;
    };
    const leave = () => {
      window.location.assign(`${base}/receipt`);
      return false;
    };
    // After an outage the lost time is told before any answer goes out.
    M.beforeSending = async () => !cut || beat();

    const handIn = async () => {
      over = true;
      warning.textContent = M.text("clock_over");
      await flush();
      await queue.send();
      if (await beat()) return void (over = left() > 0 ? false : over);
      if (queue.state.reachable) return;
      warning.textContent = M.text("clock_over_waits");
      setTimeout(() => (over = false), 5000);
    };

    const warn = (seconds) => {
      const due = Math.min(...warnings.filter((each) => seconds <= each), Infinity);
      if (due >= said || due === Infinity) return;
      said = due;
      const minutes = Math.max(1, Math.ceil(seconds / 60));
      warning.textContent = M.text("clock_warning", { minutes }, minutes);
    };

    const tick = () => {
      if (!clock.isConnected) return clearInterval(timer);
      const seconds = Math.max(0, left());
      digits.textContent = written(seconds);
      if (seconds > 0) return warn(seconds);
      if (!over) handIn().catch((error) => console.warn("the end is asked for again", error));
    };

    await resume();
    if ("kept" in document.documentElement.dataset) await fromKept();
    else await learn(clock.dataset.now, clock.dataset.deadline);
    const timer = setInterval(tick, 500);
    tick();
    setInterval(() => !over && beat().catch(() => {}), BEAT_SECONDS * 1000);
    setTimeout(() => beat().catch(() => {}), 1500);
  };
})();
