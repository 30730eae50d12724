// The ways of answering. Everything works without this file: it tells of a mistake at once, moves and counts.
(() => {
  "use strict";

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  // Best and worst cannot be the same: say so at once. Both stay chosen until the person decides.
  const watchPair = (question) => {
    const problem = question.querySelector(".problem");
    const chosen = (name) => question.querySelector(`input[name$="${name}"]:checked`);
    question.addEventListener("change", () => {
      const [best, worst] = [chosen("best"), chosen("worst")];
      const same = best && worst && best.value === worst.value;
      if (!same) return say(problem, "");
      worst.closest(".reaction").append(problem);
      window.requestAnimationFrame(() => say(problem, question.dataset.samePair));
    });
  };

  // A ranking: cards stand in the order of their places, and each can be moved by its buttons.
  const watchRanking = (question) => {
    const list = question.querySelector("ol");
    const cards = [...list.children];
    const total = cards.length;
    let moving = false;
    const select = (card) => card.querySelector("select");
    const place = (card) => Number(select(card).value) || 0;
    const button = (card, move) => card.querySelector(`[data-move="${move}"]`);
    const places = () => cards.map(place).filter(Boolean);
    const free = () => cards.map((_card, index) => index + 1).filter((number) => !places().includes(number));

    // Whatever was pressed stays where it is on the screen, and keeps the focus.
    const arrange = (pressed, still) => {
      const wanted = [...cards].sort((a, b) => (place(a) || total + 1) - (place(b) || total + 1));
      if (wanted.every((card, index) => card === list.children[index])) return;
      const before = pressed?.getBoundingClientRect().top;
      list.append(...wanted);
      if (!pressed) return;
      pressed.focus({ preventScroll: true });
      if (still) window.scrollBy({ top: pressed.getBoundingClientRect().top - before, behavior: "instant" });
    };

    const showTools = () => {
      const [first] = free();
      for (const card of cards) {
        const [next, up, down] = ["next", "up", "down"].map((move) => button(card, move));
        next.hidden = Boolean(place(card)) || !first;
        next.textContent = filled(next.dataset.said, { place: first });
        up.hidden = down.hidden = !place(card);
        up.setAttribute("aria-disabled", String(place(card) === 1));
        down.setAttribute("aria-disabled", String(place(card) === total));
      }
    };

    const explain = () => {
      const twice = places().find((number, index, all) => all.indexOf(number) !== index);
      say(question.querySelector(".problem"), twice ? filled(question.dataset.saidTwice, { place: twice }) : "");
      const left = places().length ? free().join(", ") : "";
      say(question.querySelector("[data-count]"), left && filled(question.dataset.saidFree, { places: left }));
    };

    const announce = (card) => {
      const text = card.querySelector(".reaction__text").textContent.trim();
      say(question.querySelector("[data-ranking-status]"), filled(question.dataset.saidPlace, { place: place(card), total, text }));
    };

    const put = (card, to) => {
      if (!to || to > total) return;
      const from = place(card);
      for (const other of cards) if (from && other !== card && place(other) === to) select(other).value = from;
      select(card).value = to;
      moving = true;
      select(card).dispatchEvent(new Event("change", { bubbles: true }));
      moving = false;
      announce(card);
    };

    const moveBy = (event) => {
      const pressed = event.target.closest("[data-move]");
      if (!pressed) return;
      const card = pressed.closest(".ranked");
      const { move } = pressed.dataset;
      put(card, move === "next" ? free()[0] : place(card) + (move === "up" ? -1 : 1));
      if (move !== "next") return arrange(pressed, true);
      arrange(button(card, "up"), event.detail === 0);
      button(card, "up").focus({ preventScroll: true });
    };

    question.addEventListener("change", (event) => {
      showTools();
      explain();
      if (moving) return;
      const card = event.target.closest(".ranked");
      if (place(card)) announce(card);
      arrange(event.target, true);
    });
    list.addEventListener("click", moveBy);
    question.addEventListener("answer-shown", () => (showTools(), explain(), arrange()));
    showTools();
    arrange();
  };

  const watchRatings = (question) => {
    const rows = [...question.querySelectorAll(".rated")];
    const count = () => {
      const done = rows.filter((row) => row.querySelector("input:checked")).length;
      say(question.querySelector("[data-count]"), done ? filled(question.dataset.saidLeft, { done, total: rows.length }) : "");
    };
    question.addEventListener("change", () => (say(question.querySelector(".problem"), ""), count()));
    question.addEventListener("answer-shown", count);
    count();
  };

  // Characters left: always in sight, read out only near the end and only once the person pauses.
  const watchWords = (question) => {
    const [area, shown, said] = ["textarea", "[data-count]", "[data-count-said]"].map((each) => question.querySelector(each));
    const written = new Intl.NumberFormat(document.documentElement.lang);
    let pause = 0;
    const count = () => {
      const left = Number(question.dataset.words) - area.value.length;
      const text = left < 0 ? question.dataset.saidOver : question.dataset.saidLeft;
      say(shown, filled(text, { left: written.format(left), over: written.format(-left) }));
      shown.classList.toggle("question__count--over", left < 0);
      window.clearTimeout(pause);
      pause = window.setTimeout(() => say(said, left < 200 ? shown.textContent : ""), 1000);
    };
    area.addEventListener("input", count);
    question.addEventListener("answer-shown", count);
    count();
  };

  document.querySelectorAll("[data-same-pair]").forEach(watchPair);
  document.querySelectorAll("[data-ranking]").forEach(watchRanking);
  document.querySelectorAll("[data-rating]").forEach(watchRatings);
  document.querySelectorAll("[data-words]").forEach(watchWords);
})();
