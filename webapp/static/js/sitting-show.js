// What a page says about saving: the line above the buttons, the banner of what waits, two answers to choose between.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});
  const data = document.getElementById("sitting");
  const WORDS = data ? JSON.parse(data.textContent) : {};
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // dates as the server writes them

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  M.make = make;

  // A sentence with its places filled by texts or elements; where the number decides the form, `count` tells it.
  M.say = (name, values = {}, count) => {
    const found = WORDS[name];
    const form = typeof found === "object" ? found[new Intl.PluralRules(language).select(count)] || found.other : found;
    return (form || "").split(/(%\(\w+\)s)/).map((part) => {
      const place = part.match(/^%\((\w+)\)s$/);
      return place ? values[place[1]] : part;
    });
  };
  const text = (name, values, count) => M.say(name, values, count).join("");
  M.text = text;

  const clock = (iso) => {
    const shown = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(iso));
    return make("time", { dateTime: iso }, shown);
  };

  // --- the line: a new one for each change, so that it is read out
  const icon = (name) => {
    const known = document.getElementById(`sitting-${name}`);
    return known ? known.content.cloneNode(true) : "";
  };
  M.line = (place, kind, reply, ownNumber) => {
    if (!place) return;
    const line = make("p", { className: `saved saved--${kind}` });
    if (kind === "saved") {
      const values = { number: reply.number, time: clock(reply.saved_at), code: make("span", { className: "code nowrap" }, reply.code) };
      const name = `${reply.skipped ? "skipped" : "saved"}_${reply.number === ownNumber ? "here" : "there"}`;
      line.append(icon("check"), make("span", {}, ...M.say(name, values)));
    } else line.append(kind === "waiting" ? icon("waits") : "", make("span", {}, text(kind)));
    place.replaceChildren(line);
  };

  // --- the banner
  const link = (base, number, words) => make("a", { href: `${base}/question/${number}` }, words);
  const questions = (base, entries) => {
    const line = make("p", {}, `${text("questions")} `);
    entries.forEach(({ number }, index) => line.append(index ? ", " : "", link(base, number, String(number))));
    return line;
  };
  const asideLine = (base, { number, aside }) => {
    const words = [text(`aside_${aside.kind}`, { number }), ...(aside.messages || [])].join(" ");
    return make("li", {}, words, " ", link(base, number, text("open", { number })));
  };
  const reason = (state, store, count) => {
    const why = () => {
      if (state.closed) return state.closed === "submitted" ? "late_submitted" : "late";
      if (!state.held) return "not_held";
      if (state.resting) return "resting";
      if (!store.lasting()) return "memory";
      return state.reachable ? "tried_again" : "goes_out";
    };
    return text(why(), {}, count);
  };

  M.banner = (place, { base, state, store, entries, kept, retry }) => {
    const waiting = entries.filter(({ aside }) => !aside);
    const aside = entries.filter((entry) => entry.aside);
    const body = make("div", { className: "banner__text" });
    if (waiting.length) {
      const again = make("button", { type: "button", className: "button button--quiet", onclick: retry }, text("try_now"));
      const title = text("waiting_title", { answers: waiting.length }, waiting.length);
      body.append(make("p", { className: "banner__title" }, title), make("p", {}, reason(state, store, waiting.length)), questions(base, waiting));
      if (state.resting && !state.closed) body.append(make("p", {}, make("a", { href: `${base}/break` }, text("to_the_break"))));
      else if (!state.closed) body.append(again);
    } else if (kept) body.append(make("p", {}, text("kept")));
    if (aside.length) body.append(make("ul", {}, ...aside.map((entry) => asideLine(base, entry))));
    const banner = make("div", { className: "banner banner--attention", id: "waiting" }, body);
    const before = place.textContent;
    if (before === banner.textContent) return;
    place.replaceChildren(...(body.childNodes.length ? [banner] : []));
  };

  // --- two answers, one of which stays
  const panel = (title, lines) => {
    const list = lines.length ? make("ul", {}, ...lines.map((line) => make("li", {}, line))) : make("p", {}, text("no_answer"));
    return make("section", { className: "panel" }, make("h3", { className: "panel__label" }, title), list);
  };
  M.choice = (place, { saved, mine, keep, take }) => {
    const button = (kind, words, onclick) => make("button", { type: "button", className: `button button--${kind}`, onclick }, words);
    const heading = make("h2", { tabIndex: -1 }, text("stale_title"));
    place.replaceChildren(
      heading,
      make("p", {}, text("stale_lead")),
      panel(text("stale_saved"), saved),
      panel(text("stale_mine"), mine),
      make("div", { className: "buttons" }, button("first", text("stale_keep"), keep), button("second", text("stale_take"), take))
    );
    heading.focus();
  };
})();
