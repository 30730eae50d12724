// Sends what waits: in order, one tab at a time, again and again until we have acknowledged it.
// Each entry has its own key, so that sending it twice is harmless. One entry's error never holds up the next.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});
  const REPLY_SECONDS = 20;
  const LONGEST_PAUSE = 60;
  const LEASE_MS = 30000;

  const key = () => {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  M.newKey = key;

  const sorted = (value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]))
      : value;
  const same = (one, other) => JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
  M.same = same;

  // A request that ends: with a status and what was said, or with status 0 where nothing came.
  const ask = async (address, options) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), REPLY_SECONDS * 1000);
    try {
      const reply = await fetch(address, { ...options, signal: stop.signal, redirect: "error", cache: "no-store" });
      const said = await reply.json().catch(() => null);
      if (M.contact) M.contact(true);
      return { status: reply.status, said, after: Number(reply.headers.get("Retry-After")) || 0 };
    } catch {
      if (M.contact) M.contact(false);
      return { status: 0, said: null, after: 0 };
    } finally {
      clearTimeout(timer);
    }
  };

  M.openQueue = (store, sitting, csrf, tell) => {
    const base = `/sitting/${sitting}`;
    const me = key();
    const others = "BroadcastChannel" in window ? new BroadcastChannel(`makings-sitting-${sitting}`) : null;
    const state = { csrf, held: true, closed: "", resting: false, reachable: true, stuck: false, pause: 0, timer: 0 };

    const show = (event) => {
      try {
        tell(event);
      } catch (error) {
        console.warn("the page could not show this:", error); // what is sent does not wait for what is shown
      }
    };
    const say = (event, shared = true) => {
      show(event);
      if (shared && others) others.postMessage(event);
    };
    if (others) others.onmessage = ({ data }) => show({ ...data, elsewhere: true });

    // --- one tab at a time
    const withLease = async (work) => {
      const now = Date.now();
      const free = (lease) => !lease || lease.owner === me || lease.until < now || lease.until > now + 2 * LEASE_MS;
      const lease = await store.change("meta", "lease", (old) => (free(old) ? { owner: me, until: now + LEASE_MS } : old));
      if (lease.owner !== me) return later(2);
      try {
        return await work();
      } finally {
        await store.change("meta", "lease", (old) => (old && old.owner === me ? undefined : old));
      }
    };
    const alone = (work) =>
      navigator.locks ? navigator.locks.request(`makings-sitting-${sitting}`, work) : withLease(work);

    // --- pauses that grow, each a little different from the others'
    const later = (atLeast = 0) => {
      state.pause = Math.min(LONGEST_PAUSE, state.pause * 2 || 1);
      const seconds = Math.max(atLeast, state.pause * (0.5 + Math.random() / 2)) + (atLeast ? Math.random() : 0);
      clearTimeout(state.timer);
      state.timer = setTimeout(send, seconds * 1000);
    };

    const refresh = async () => {
      const { status, said } = await ask(`${base}/state`);
      state.reachable = status !== 0;
      if (status === 200 && said && said.csrf) {
        Object.assign(state, { csrf: said.csrf, held: true, closed: "" });
        return said;
      }
      if (status === 403 || status === 404) state.held = false;
      return null;
    };

    const post = (entry) => {
      const { item, value, revision, order, seconds, away } = entry;
      return ask(`${base}/answers`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": state.csrf },
        body: JSON.stringify({ item, value, revision, order, seconds, away, key: entry.key }),
      });
    };

    // --- what each answer of the server means. "next": go on, "again": the same once more, "stop": not now
    const accepted = async (entry, said) => {
      if (!said || said.item !== entry.item || !said.code) return "stop"; // somebody else's page, such as a hotel's
      const { revision, code, saved_at } = said;
      const { item, number, value } = entry;
      await store.change("known", item, () => ({ item, number, value, revision, code, saved_at }));
      await store.change("waiting", item, (old) => (!old || old.key === entry.key ? undefined : { ...old, revision }));
      state.closed = "";
      say({ kind: "saved", entry, reply: said });
      return "next";
    };

    const setAside = async (entry, why) => {
      await store.change("waiting", entry.item, (old) => (old && old.key === entry.key ? { ...old, aside: why } : old));
      say({ kind: "aside", entry });
      return "next";
    };

    const stale = async (entry, { saved }) => {
      // An earlier try of ours arrived although its reply did not: this answer follows it.
      const ours = !saved || [entry.value, ...entry.tried].some((value) => same(value, saved.value));
      const revision = saved ? saved.revision : 0;
      if (!ours || revision === entry.revision) return setAside(entry, { kind: "stale", saved });
      await store.change("waiting", entry.item, (old) => (old && old.key === entry.key ? { ...old, revision } : old));
      return "again";
    };

    const refused = async (entry, said) => {
      if (said && said.error === "csrf") return (await refresh()) ? "again" : notHeld();
      if (!said || said.error !== "invalid") return "skip";
      return setAside(entry, { kind: "invalid", messages: said.messages || [] });
    };

    const notHeld = () => {
      state.held = false;
      return "stop";
    };

    const closed = (said) => {
      state.closed = (said && said.reason) || "closed";
      return "stop";
    };

    const deliver = async (entry) => {
      const { status, said, after } = await post(entry);
      state.reachable = status !== 0;
      state.resting = status === 403 && Boolean(said) && said.error === "resting";
      state.after = Math.max(after, Number(said && said.retry_after) || 0);
      if (status === 200) return accepted(entry, said);
      if (status === 400 || status === 413) return refused(entry, said);
      if (status === 403 || status === 404) return said && ["not_ready", "resting"].includes(said.error) ? "stop" : notHeld();
      if (status === 409 && said) return stale(entry, said);
      if (status === 410) return closed(said);
      return status === 0 || status === 429 || status === 503 ? "stop" : "skip";
    };

    const ready = async (passed) =>
      (await store.waiting()).find((entry) => !entry.aside && (passed.get(entry.key) || 0) < 2);

    const round = async () => {
      if (M.beforeSending && !(await M.beforeSending())) return false;
      const passed = new Map(); // entries with an error of their own wait for the next round
      for (let entry; (entry = await ready(passed)); ) {
        let verdict = "skip";
        try {
          verdict = await deliver(entry);
        } catch (error) {
          console.warn("one answer waits for the next round", error);
        }
        if (verdict === "stop") return false;
        if (verdict === "next") state.pause = 0;
        else passed.set(entry.key, (passed.get(entry.key) || 0) + (verdict === "again" ? 1 : 2));
      }
      return passed.size === 0;
    };

    let running = null;
    let once = false; // somebody asked for another round meanwhile
    const send = () => {
      once = true;
      running =
        running ||
        (async () => {
          while (once) {
            once = false;
            clearTimeout(state.timer);
            const done = await alone(round).catch(() => false);
            state.stuck = !done;
            if (!done && !state.closed) later(state.after);
          }
        })().finally(() => {
          running = null;
          say({ kind: "round" }, false);
        });
      return running;
    };

    const wake = () => {
      if (document.visibilityState !== "visible") return;
      state.pause = 0;
      send();
    };
    window.addEventListener("online", wake);
    window.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);

    // A newer answer takes the place of one that waits, and remembers what may have been tried already.
    const put = async (fresh) => {
      const turn = await store.nextTurn();
      const entry = await store.change("waiting", fresh.item, (old) => ({
        ...fresh,
        key: key(),
        turn,
        revision: old && !old.aside ? Math.max(old.revision, fresh.revision) : fresh.revision,
        tried: old && !old.aside ? [...old.tried, old.value].slice(-20) : [],
      }));
      say({ kind: "waiting", entry });
      return entry;
    };

    const drop = async (item) => {
      await store.change("waiting", item, () => undefined);
      say({ kind: "dropped", entry: { item } });
    };

    return { state, put, drop, send, refresh, ask, wake };
  };
})();
