/* What this device keeps to be read and decided without a network: ciphertext (AES-256-GCM) in IndexedDB, and the
   log-in's keys, which no script can read out. Letters and decisions have a key each. Pages take this as a module, the
   service worker by importScripts: so it exports nothing and has one name, self.shelf.
   Stores: keys (letters, decisions, meta), letters by id, pages by [id, number], decisions by their key. */
self.shelf ??= (() => {
  const [NAME, STORES] = ["offline", ["keys", "letters", "pages", "decisions"]];
  const coded = (text) => new TextEncoder().encode(text);
  let opened = null;

  const settled = (request) => {
    const made = new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    made.catch(() => {});                                    // its transaction tells of it, also where nobody waits for this one
    return made;
  };

  /* A page that destroys the shelf must not wait for the others: they let go at once. */
  function database() {
    if (opened) return opened;
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => { for (const store of STORES) asked.result.createObjectStore(store); };
    opened = settled(asked).then((made) => {
      made.onversionchange = () => { made.close(); opened = null; };
      made.onclose = () => { opened = null; };
      return made;
    });
    opened.catch(() => { opened = null; });
    return opened;
  }

  /* One transaction; `task` may await nothing but its own requests. A full disk rejects with QuotaExceededError. */
  async function inside(stores, mode, task) {
    const transaction = (await database()).transaction(stores, mode);
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error ?? new DOMException("aborted", "AbortError"));
    });
    ended.catch(() => {});
    try {
      const result = await task(...stores.map((name) => transaction.objectStore(name)));
      await ended;
      return result;
    } catch (error) {
      try { transaction.abort(); } catch { /* it has ended by itself */ }
      throw error;
    }
  }

  const get = (store, key) => inside([store], "readonly", (kept) => settled(kept.get(key)));
  const all = (store) => inside([store], "readonly", (kept) => settled(kept.getAll()));
  const put = (store, key, value) => inside([store], "readwrite", (kept) => settled(kept.put(value, key)));
  const remove = (store, key) => inside([store], "readwrite", (kept) => settled(kept.delete(key)));
  const pagesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

  async function key(purpose) {
    const found = await get("keys", purpose);
    if (!found) throw new DOMException("no key on this device", "InvalidStateError");
    return found;
  }

  /* The context is authenticated: a ciphertext cannot stand in another one's place. */
  async function seal(purpose, context, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: coded(context) };
    return { iv, data: await crypto.subtle.encrypt(how, await key(purpose), bytes) };
  }

  async function unseal(purpose, context, sealed) {
    const how = { name: "AES-GCM", iv: sealed.iv, additionalData: coded(context) };
    return crypto.subtle.decrypt(how, await key(purpose), sealed.data);
  }

  const sealJson = (purpose, context, value) => seal(purpose, context, coded(JSON.stringify(value)));
  const unsealJson = async (purpose, context, sealed) =>
    JSON.parse(new TextDecoder().decode(await unseal(purpose, context, sealed)));

  /* Keys as the server spells them (base64). Not extractable: no script, ours or another's, reads them out again. */
  async function take(keys, meta) {
    for (const [purpose, text] of Object.entries(keys)) {
      const raw = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      await put("keys", purpose, await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    await put("keys", "meta", meta);
  }

  const meta = () => get("keys", "meta");
  const letter = async (id) => {
    const kept = await get("letters", id);
    return kept ? { ...kept, ...await unsealJson("letters", `letter ${id}`, kept.sealed) } : null;
  };
  /* `path` holds letter, file and number: a page of another file is no longer found. */
  const page = async (id, number, path) => {
    const kept = await get("pages", [id, number]);
    return kept ? unseal("letters", `page ${path}`, kept) : null;
  };

  const forget = (id) => inside(["letters", "pages"], "readwrite", (letters, pages) =>
    Promise.all([settled(letters.delete(id)), settled(pages.delete(pagesOf(id)))]));

  /* All or nothing; what was kept of the letter before goes with it. */
  const store = (record, images) => inside(["letters", "pages"], "readwrite", (letters, pages) => Promise.all([
    settled(letters.put(record, record.id)), settled(pages.delete(pagesOf(record.id))),
    ...images.map((image, index) => settled(pages.put(image, [record.id, index + 1]))),
  ]));

  /* After a week without contact: letters and their key go; what was typed waits on under its own. */
  const destroyLetters = () => inside(["keys", "letters", "pages"], "readwrite", (keys, letters, pages) =>
    Promise.all([settled(keys.delete("letters")), settled(letters.clear()), settled(pages.clear())]));

  const isThere = async () => !indexedDB.databases || (await indexedDB.databases()).some((one) => one.name === NAME);

  /* Everything, and the keys first, should anything be in the way of removing the rest. */
  async function destroy() {
    if (!await isThere()) return;
    await inside(STORES, "readwrite", (...stores) => Promise.all(stores.map((store) => settled(store.clear()))));
    (await database()).close();
    opened = null;
    await new Promise((done) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = asked.onerror = asked.onblocked = done;
    });
  }

  const decisions = async () => {
    const kept = await inside(["decisions"], "readonly", async (store) => {
      const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
      return keys.map((name, index) => [name, values[index]]);
    });
    const read = await Promise.all(kept.map(async ([name, sealed]) =>
      ({ ...await unsealJson("decisions", `decision ${name}`, sealed), key: name })));
    return read.sort((a, b) => a.at - b.at);
  };
  const sealed = ({ key: name, ...decision }) => sealJson("decisions", `decision ${name}`, decision);
  const decide = async (decision) => put("decisions", decision.key, await sealed(decision));

  /* What was learnt of a decision; one that was taken back meanwhile stays away. */
  const change = async (decision) => {
    const made = await sealed(decision);
    await inside(["decisions"], "readwrite", async (kept) => {
      if (await settled(kept.count(decision.key))) await settled(kept.put(made, decision.key));
    });
  };

  return {
    all, change, decide, decisions, destroy, destroyLetters, forget, get, isThere, letter, meta, page, put, remove, seal, sealJson,
    store, take,
  };
})();
