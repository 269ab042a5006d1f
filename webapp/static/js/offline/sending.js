/* Sends what was decided without a network: from a page, and from the service worker when none is open. As shelf.js it
   exports nothing and has one name, self.sending. One of them sends at a time; what is sent twice all the same counts
   once, since each decision has a key. */
self.sending ??= (() => {
  const { shelf } = self;
  class Over extends Error {}            // the log-in has ended, and everything kept here with it

  /* -> [status, body]. Throws Over, or TypeError where there is no network. */
  async function ask(path, token, sent) {
    const options = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" };
    if (sent) {
      options.method = "POST";
      Object.assign(options.headers, { "Content-Type": "application/json", "X-CSRFToken": token });
      options.body = JSON.stringify(sent);
    }
    const answer = await fetch(path, options);
    if (answer.type === "opaqueredirect") {
      await shelf.destroy();
      throw new Over();
    }
    return [answer.status, await answer.json().catch(() => ({}))];
  }

  /* Asked of somebody, or refused: whom one can choose is another now. The letter stays, and is fetched anew in time. */
  const outdate = async (id) => {
    const kept = await shelf.get("letters", id);
    if (kept) await shelf.put("letters", id, { ...kept, digest: "" });
  };

  /* -> null: it is done and gone. Else the decision, refused with a reason or waiting for the form at `url`, and what a
     notification would say. Throws what could not be sent now. */
  async function send(decision, token) {
    const { key, letter, kind, digest, text, to = 0, at } = decision;
    const sent = { key, kind, digest, text, to: String(to), age: String(Math.max(0, Date.now() - at)) };
    const [status, told] = await ask(`/offline/letters/${letter}/decisions`, token, sent);
    if (told.outcome === "done") {
      await Promise.all([shelf.remove("decisions", key), kind === "ask" ? outdate(letter) : shelf.forget(letter)]);
      return null;
    }
    const { url, notice } = told;
    if (told.outcome === "confirm") return { ...decision, url, notice };
    if (!told.refused && status !== 422) throw new Error(`decision: ${status}`);
    await outdate(letter);
    return { ...decision, refused: told.refused ?? told.error, notice };
  }

  async function each(token, tell) {
    const left = [];
    for (const decision of (await shelf.decisions()).filter((one) => !one.draft)) {
      try {
        const isJudged = decision.refused || (tell && decision.url);
        const now = isJudged ? decision : await send(decision, token);
        if (now && now !== decision) await shelf.change(now);
        if (now && !isJudged) await tell?.(now);
        if (now) left.push(now);
      } catch (error) {
        if (error instanceof Over) throw error;
        left.push(decision);                                 // another time
      }
    }
    return left;
  }

  /* -> the decisions that are still here. `tell`: asked of each that was judged now; what waits for a form already is
     then left to the page that has it. */
  const flush = (token, tell) => {
    const run = () => each(token, tell);
    return navigator.locks ? navigator.locks.request("sending", run) : run();
  };

  return { Over, ask, flush };
})();
