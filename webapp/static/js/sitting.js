// The pages of a sitting, where JavaScript runs: each whole answer is saved when it is given, and waits here while we
// cannot be reached. Without this file, or where it fails, the form of the page does all of this by itself.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});
  const data = document.getElementById("sitting");
  const [, sitting] = window.location.pathname.match(/^\/sitting\/([0-9a-f-]{36})/) || [];
  if (!data || !sitting || !M.openStore) return;
  const base = `/sitting/${sitting}`;
  const form = document.querySelector("form[data-answer]");
  const answer = form && M.answerOf(form);
  const place = document.querySelector("[data-waiting]") || document.createElement("div");
  const kept = "kept" in document.documentElement.dataset; // this page is a copy: the network did not give it
  const complain = (error) => console.warn("saving went on without this:", error);
  const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const TYPING_SECONDS = 1.5;
  const REPLY_PATIENCE = 2.5;
  const BANNER_PATIENCE = 4; // a short trouble passes without a word

  // --- seconds on the screen and away from it: by a clock that nobody can set
  const watch = (() => {
    const away = { count: 0, seconds: 0 };
    let [shown, since, left] = [0, performance.now(), null];
    const here = () => document.visibilityState === "visible" && document.hasFocus();
    const look = () => {
      const now = performance.now();
      if (document.visibilityState !== "visible" && since !== null) [shown, since] = [shown + now - since, null];
      if (document.visibilityState === "visible" && since === null) since = now;
      if (!here() && left === null) [left, away.count] = [now, away.count + 1];
      if (here() && left !== null) [left, away.seconds] = [null, away.seconds + (now - left) / 1000];
    };
    document.addEventListener("visibilitychange", look);
    ["focus", "blur"].forEach((name) => window.addEventListener(name, look));
    const round = (seconds) => Math.round(seconds * 10) / 10;
    return () => ({
      seconds: round((shown + (since === null ? 0 : performance.now() - since)) / 1000),
      away: { count: away.count, seconds: round(away.seconds) },
    });
  })();

  // --- the worker that keeps the pages: from the consent until the end
  const withWorker = async (message) => {
    const found = await navigator.serviceWorker.getRegistration(`${base}/`);
    const worker = found && (found.active || found.waiting || found.installing);
    if (worker) worker.postMessage(message);
    return found;
  };
  const forget = async (store) => {
    await store.forgetKnown();
    if (!navigator.serviceWorker) return;
    const names = window.caches ? await caches.keys() : [];
    await Promise.all(names.filter((name) => name.startsWith(`makings:${base}/`)).map((name) => caches.delete(name)));
    const found = await withWorker({ kind: "forget" });
    if (found) await found.unregister();
  };
  const keepPages = async () => {
    const total = Number(data.dataset.total);
    if (!navigator.serviceWorker || !total) return;
    await navigator.serviceWorker.register("/sitting/worker.js", { scope: `${base}/` });
    const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
    const numbers = Array.from({ length: total }, (_, index) => index + 1);
    const here = Math.max(Number(form && form.dataset.number), 1);
    const ahead = [...numbers.slice(here - 1), ...numbers.slice(0, here - 1)];
    await sleep(1);
    await withWorker({
      kind: "keep",
      version: `${document.documentElement.lang}|${data.dataset.version}`,
      files: [...new Set(files.filter((file) => file.pathname.startsWith("/static/")).map((file) => file.pathname + file.search))],
      pages: [...ahead.map((number) => `${base}/question/${number}`), `${base}/review`, `${base}/send`],
    });
  };

  const start = async () => {
    const store = await M.openStore(sitting);
    const token = document.querySelector("input[name=csrf_token]");
    const queue = M.openQueue(store, sitting, token ? token.value : "", (event) => heard(event));
    const mine = new Set();
    const linePlace = document.querySelector("[data-save-line]");
    let touched = false;
    let reached = false;
    let stuckSince = null; // when the first try failed; a try that only takes long is none
    let insist = false; // somebody waits for it: it is told at once
    M.sitting = { base, store, queue, place };

    const waitingHere = async () => (await store.waiting()).find(({ item }) => form && item === form.dataset.item);

    const draw = () => drawNow().catch(complain);
    const drawNow = async () => {
      const entries = await store.waiting();
      const shown = trulyWaits(entries.length) ? entries : entries.filter(({ aside }) => aside);
      M.banner(place, { base, state: queue.state, store, entries: shown, kept: kept && !reached, retry: queue.wake });
      await markReview(entries);
    };

    // Nothing came back, or we were refused for now, and that for a while; what will not change by waiting is told at once.
    const trulyWaits = (some) => {
      const { stuck, closed, held, resting } = queue.state;
      if (!stuck || !some) stuckSince = null;
      else if (stuckSince === null) {
        stuckSince = performance.now();
        sleep(BANNER_PATIENCE).then(draw);
      }
      const long = stuckSince !== null && performance.now() - stuckSince >= BANNER_PATIENCE * 1000 - 50;
      return closed || !held || resting || insist || (stuck && (long || (kept && !reached)));
    };

    // --- the review that was kept, or that is older than what waits
    const markReview = async (entries) => {
      const rows = document.querySelectorAll(".answers a[href*='/question/']");
      if (!rows.length) return;
      const notes = new Map((kept ? await store.all("known") : []).map(({ number }) => [number, "answered_here"]));
      entries.forEach(({ number }) => notes.set(number, "waits_here"));
      for (const row of rows) {
        const [, number] = row.pathname.match(/\/question\/(\d+)$/) || [];
        const words = row.closest("li").querySelector(".answers__words");
        if (!words) continue;
        words.querySelectorAll("[data-waits]").forEach((note) => note.remove());
        if (!notes.has(Number(number))) continue;
        const note = M.make("span", { className: "answers__detail" }, M.text(notes.get(Number(number))));
        note.dataset.waits = "";
        words.append(note);
      }
    };

    // --- this page's question
    const setRevision = (revision) => {
      if (revision > Number(form.elements.revision.value)) form.elements.revision.value = revision;
    };
    const lineOf = (reply, value) =>
      M.line(linePlace, "saved", { ...reply, skipped: value === null }, form ? Number(form.dataset.number) : 0);

    const heard = ({ kind, entry, reply, elsewhere }) => {
      reached = reached || kind === "saved";
      const here = form && entry && entry.item === form.dataset.item;
      if (kind === "saved" && here) savedHere(entry, reply, elsewhere && !mine.has(entry.key));
      else if (kind === "saved" && !elsewhere && form) lineOf({ ...reply, number: entry.number }, entry.value);
      if (kind === "aside" && here) offerChoice();
      if (kind === "round" && queue.state.stuck) waitsHere().catch(complain);
      draw();
    };

    // A slow save turned out to have failed: from here on the line says so.
    const waitsHere = async () => {
      const left = await waitingHere();
      if (left && !left.aside) M.line(linePlace, "waiting");
    };

    const savedHere = (entry, reply, byAnother) => {
      if (byAnother && touched) return; // what is chosen here meanwhile is asked about when it is saved
      setRevision(reply.revision);
      if (byAnother) answer.show(entry.value);
      if (!M.same(answer.read(), entry.value) && entry.value !== null && !byAnother) return;
      touched = false;
      lineOf({ ...reply, number: entry.number }, entry.value);
    };

    // What happened in this browser since the page was made is laid over it.
    const lay = async () => {
      const entry = await waitingHere();
      const known = await store.known(form.dataset.item);
      if (known && known.revision > Number(form.elements.revision.value)) {
        answer.show(known.value);
        setRevision(known.revision);
        lineOf(known, known.value);
      }
      if (!entry) return;
      answer.show(entry.value);
      M.line(linePlace, "waiting");
      if (entry.aside) offerChoice();
    };

    const offerChoice = async () => {
      const entry = await waitingHere();
      if (!entry || !entry.aside || entry.aside.kind !== "stale") return;
      const { saved } = entry.aside;
      const choice = document.querySelector("[data-choice]") || M.make("div");
      choice.dataset.choice = "";
      form.before(choice);
      const done = () => choice.remove();
      M.choice(choice, {
        saved: answer.words(saved.value),
        mine: answer.words(entry.value),
        keep: async () => {
          const { item, number } = entry;
          await queue.drop(item);
          await store.change("known", item, () => ({ ...saved, item, number }));
          answer.show(saved.value);
          setRevision(saved.revision);
          lineOf({ ...saved, number }, saved.value);
          touched = false;
          done();
        },
        take: async () => {
          setRevision(saved.revision);
          await save(entry.value);
          done();
        },
      });
    };

    const save = async (value) => {
      const { item, number, order } = form.dataset;
      const revision = Number(form.elements.revision.value);
      M.line(linePlace, queue.state.reachable ? "saving" : "waiting");
      const entry = await queue.put({ item, number: Number(number), value, revision, order: JSON.parse(order || "[]"), ...watch() });
      mine.add(entry.key);
      await Promise.race([queue.send(), sleep(REPLY_PATIENCE)]);
      const left = await waitingHere();
      if (!left || left.key !== entry.key || left.aside) return;
      if (queue.state.stuck) M.line(linePlace, "waiting");
      await draw();
    };

    const autosave = () => {
      let timer = 0;
      let last = null;
      const now = async () => {
        const value = answer.read();
        if (!answer.whole()) return M.line(linePlace, "unsaved");
        if (!M.same(last, value)) await save((last = value));
      };
      const soon = (seconds) => {
        touched = true;
        clearTimeout(timer);
        timer = setTimeout(() => now().catch(complain), seconds * 1000);
      };
      form.addEventListener("input", (event) => soon(event.target.type === "radio" ? 0 : TYPING_SECONDS));
      form.addEventListener("change", () => soon(0));
      M.flush = () => (clearTimeout(timer), touched && answer.whole() ? now() : undefined);
      return () => clearTimeout(timer);
    };

    const onwards = () => {
      const toReview = new URLSearchParams(window.location.search).get("from") === "review";
      window.location.assign(toReview ? `${base}/review` : form.dataset.next);
    };

    const byItself = (submitter) => {
      if (submitter && submitter.name) {
        const { name, value } = submitter;
        form.append(M.make("input", { type: "hidden", name, value }));
      }
      HTMLFormElement.prototype.submit.call(form);
    };

    const saveAndGoOn = (quiet) => async (event) => {
      const { submitter } = event;
      const skipped = Boolean(submitter && submitter.value === "skip");
      if (form.dataset.going) event.preventDefault();
      if (event.defaultPrevented || (!skipped && !answer.whole())) return; // the server says what is missing
      event.preventDefault();
      form.dataset.going = "yes";
      try {
        quiet();
        const value = skipped ? null : answer.read();
        const before = await store.known(form.dataset.item);
        const unchanged = before && !(await waitingHere()) && M.same(before.value, value);
        if (!unchanged || before.revision !== Number(form.elements.revision.value)) {
          await save(value);
        }
        const left = await waitingHere();
        delete form.dataset.sent;
        delete form.dataset.going;
        insist = Boolean(left) && !store.lasting();
        if (left && (left.aside || insist)) return void (await draw());
        onwards();
      } catch (error) {
        complain(error);
        byItself(submitter);
      }
    };

    const alarm = (place, words) => {
      const note = place.querySelector(".problem") || M.make("p", { className: "problem" });
      note.setAttribute("role", "alert");
      note.replaceChildren(words);
      place.append(note);
    };

    // --- handing in: never without what still waits
    const mayHandIn = async () => {
      await Promise.race([queue.send(), sleep(REPLY_PATIENCE * 2)]);
      const { length } = await store.waiting();
      if (length) return M.text("hand_in_waits", { answers: length }, length);
      await queue.refresh();
      return queue.state.reachable ? "" : M.text("hand_in_offline");
    };
    const guardHandIn = (hand) => {
      hand.addEventListener("submit", async (event) => {
        if (event.defaultPrevented) return;
        event.preventDefault();
        const obstacle = await mayHandIn().catch(complain);
        if (!obstacle) return HTMLFormElement.prototype.submit.call(hand);
        delete hand.dataset.sent;
        insist = true;
        await draw();
        alarm(hand, obstacle);
      });
    };

    // --- leaving a shared computer: what was given goes out first, where it can; then what is kept here goes, at once
    const guardLeaving = (leaving) => {
      leaving.addEventListener("submit", async (event) => {
        event.preventDefault();
        const sendAll = async () => (M.flush && (await M.flush()), queue.send(), queue.refresh());
        const reached = await Promise.race([sendAll(), sleep(REPLY_PATIENCE)]).catch(complain);
        await Promise.race([forget(store), sleep(REPLY_PATIENCE)]).catch(complain);
        if (reached || queue.state.reachable) return HTMLFormElement.prototype.submit.call(leaving);
        alarm(leaving, M.text("leave_offline"));
      });
    };

    const { state } = data.dataset;
    if ("letGo" in data.dataset) await forget(store).catch(complain);
    if (state && state !== "started") {
      queue.state.closed = state;
      await forget(store).catch(complain);
    }
    if (form && answer) {
      await lay().catch(complain);
      form.addEventListener("submit", saveAndGoOn(autosave()));
      window.addEventListener("pageshow", (event) => event.persisted && lay().catch(complain));
    }
    document.querySelectorAll("form[data-hand-in]").forEach(guardHandIn);
    document.querySelectorAll(".leave form").forEach(guardLeaving);
    if (M.startClock) await M.startClock(store, queue, base, async () => M.flush && M.flush()).catch(complain);
    await draw();
    queue.send();
    if (kept) queue.refresh().then((found) => ((reached = reached || Boolean(found)), draw()));
    if ("resting" in data.dataset) await withWorker({ kind: "forget" });
    else if (state === "started" && "consented" in data.dataset) await keepPages();
  };

  start().catch(complain);
})();
