// One question's form: what was chosen in it, whether that is a whole answer, and how to show another one.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});

  const each = (form, pattern) =>
    [...form.elements].filter((control) => pattern.test(control.name) && control.type !== "hidden");
  const chosen = (form, name) => (form.querySelector(`[name="${CSS.escape(name)}"]:checked`) || {}).value;
  const optionOf = (control) => control.name.replace(/^[a-z]+[-_.:]/, "");
  const given = (control) => (control.type === "radio" ? control.checked : true) && control.value !== "";

  const numbers = (form, pattern) =>
    Object.fromEntries(each(form, pattern).filter(given).map((control) => [optionOf(control), Number(control.value)]));
  const asked = (form, pattern) => new Set(each(form, pattern).map((control) => control.name)).size;

  const RATING = /^ratings?[-_.:]/;
  const RANK = /^ranks?[-_.:]/;
  const whole = (form, pattern, value) => Object.keys(value).length === asked(form, pattern);

  const check = (form, name, value) => {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      control.checked = value !== undefined && control.value === String(value);
    }
  };
  const fill = (form, pattern, value) => {
    for (const control of each(form, pattern)) {
      const wanted = value[optionOf(control)];
      if (control.type === "radio") control.checked = wanted !== undefined && control.value === String(wanted);
      else control.value = wanted === undefined ? "" : String(wanted);
    }
  };

  // For each format: the answer as it is sent, whether it is whole, and how a value is shown in the form.
  const FORMATS = {
    best_worst: {
      read: (form) => ({ best: chosen(form, "best"), worst: chosen(form, "worst") }),
      whole: (form, { best, worst }) => Boolean(best && worst && best !== worst),
      show: (form, value) => ["best", "worst"].forEach((name) => check(form, name, value[name])),
    },
    pick_one: {
      read: (form) => ({ choice: chosen(form, "choice") }),
      whole: (form, { choice }) => Boolean(choice),
      show: (form, { choice }) => check(form, "choice", choice),
    },
    likert: {
      read: (form) => {
        const value = chosen(form, "value");
        if (value === undefined) return {};
        return /^-?\d+$/.test(value) ? { value: Number(value) } : { [value]: true }; // "could not observe"
      },
      whole: (form, value) => Object.keys(value).length > 0,
      show: (form, value) => check(form, "value", "value" in value ? value.value : Object.keys(value)[0]),
    },
    rate_each: {
      read: (form) => ({ ratings: numbers(form, RATING) }),
      whole: (form, { ratings }) => whole(form, RATING, ratings),
      show: (form, { ratings = {} }) => fill(form, RATING, ratings),
    },
    rank: {
      read: (form) => ({ ranks: numbers(form, RANK) }),
      whole: (form, { ranks }) => whole(form, RANK, ranks) && new Set(Object.values(ranks)).size === asked(form, RANK),
      show: (form, { ranks = {} }) => fill(form, RANK, ranks),
    },
    open_text: {
      read: (form) => ({ text: form.elements.text.value }),
      whole: (form, { text }) => text.trim() !== "",
      show: (form, { text = "" }) => (form.elements.text.value = text),
    },
  };

  // The words beside a control; an option's own text stands in #text-<option> where its controls share it.
  const wordsOf = (control) => {
    const label = (control.labels && control.labels[0] ? control.labels[0].textContent : control.value).trim();
    const shared = document.getElementById(`text-${control.type === "radio" ? control.value : optionOf(control)}`);
    const text = shared || document.getElementById(`text-${optionOf(control)}`);
    return text ? `${label}: ${text.textContent.trim()}` : label;
  };

  const placed = (control) => `${control.value}. ${document.getElementById(`text-${optionOf(control)}`).textContent.trim()}`;

  const described = (form, format) => {
    if (format === "open_text") return [form.elements.text.value];
    if (format === "rank") {
      return each(form, RANK).filter(given).sort((one, other) => one.value - other.value).map(placed);
    }
    return [...form.elements].filter((control) => control.checked).map(wordsOf);
  };

  M.answerOf = (form) => {
    const { format } = form.dataset;
    const handler = FORMATS[format];
    if (!handler) return null; // a kind of question that this script does not know is sent by the form itself
    const put = (value) => handler.show(form, value || {});
    return {
      read: () => handler.read(form),
      whole: () => handler.whole(form, handler.read(form)),
      show: (value) => {
        put(value);
        form.querySelector(".question").dispatchEvent(new Event("answer-shown"));
      },
      // In words, without leaving a trace in the form.
      words: (value) => {
        const before = handler.read(form);
        put(value);
        const lines = value ? described(form, format) : [];
        put(before);
        return lines;
      },
    };
  };
})();
