// What this browser keeps of a sitting: answers that wait, and what we acknowledged last.
// In a database of the browser, or in memory where that is missing or refuses.
(() => {
  "use strict";
  const M = (window.makings = window.makings || {});
  const SHELVES = ["waiting", "known", "meta"];

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const open = (name) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => SHELVES.forEach((shelf) => request.result.createObjectStore(shelf));
    const patience = new Promise((_, reject) => setTimeout(() => reject(new Error("no database")), 4000));
    return Promise.race([asked(request), patience]);
  };

  // Written through to the disk before it counts: a browser that is killed keeps it.
  const inDatabase = (database) => ({
    lasting: true,
    all: (shelf) => asked(database.transaction(shelf).objectStore(shelf).getAll()),
    change: (shelf, key, fresh) =>
      new Promise((resolve, reject) => {
        const work = database.transaction(shelf, "readwrite", { durability: "strict" });
        const rows = work.objectStore(shelf);
        let next;
        work.oncomplete = () => resolve(next);
        work.onabort = work.onerror = () => reject(work.error || new Error("not written"));
        rows.get(key).onsuccess = ({ target }) => {
          next = fresh(target.result);
          if (next === undefined) rows.delete(key);
          else if (next !== target.result) rows.put(next, key);
        };
      }),
  });

  const inMemory = () => {
    const shelves = Object.fromEntries(SHELVES.map((shelf) => [shelf, new Map()]));
    const change = (shelf, key, fresh) => {
      const next = fresh(shelves[shelf].get(key));
      if (next === undefined) shelves[shelf].delete(key);
      else shelves[shelf].set(key, next);
      return next;
    };
    return {
      lasting: false,
      all: async (shelf) => [...shelves[shelf].values()],
      change: async (shelf, key, fresh) => change(shelf, key, fresh),
    };
  };

  // One failure of the database moves this page to memory, with what could still be read.
  M.openStore = async (sitting) => {
    const memory = inMemory();
    let place;
    try {
      const database = await open(`makings-sitting-${sitting}`);
      database.onversionchange = () => database.close();
      place = inDatabase(database);
    } catch {
      place = memory;
    }
    const fallBack = async () => {
      const broken = place;
      place = memory;
      for (const shelf of ["waiting", "known"]) {
        for (const row of await broken.all(shelf).catch(() => [])) await memory.change(shelf, row.item, () => row);
      }
    };
    const safely = async (act) => {
      if (place === memory) return act(memory);
      try {
        return await act(place);
      } catch {
        await fallBack();
        return act(memory);
      }
    };
    const all = (shelf) => safely((where) => where.all(shelf));
    const change = (shelf, key, fresh) => safely((where) => where.change(shelf, key, fresh));
    return {
      all,
      change,
      lasting: () => place.lasting,
      waiting: async () => (await all("waiting")).sort((one, other) => one.turn - other.turn),
      known: async (item) => (await all("known")).find((row) => row.item === item),
      nextTurn: () => change("meta", "turn", (turn = 0) => turn + 1),
      forgetKnown: async () => {
        for (const { item } of await all("known")) await change("known", item, () => undefined);
      },
    };
  };
})();
