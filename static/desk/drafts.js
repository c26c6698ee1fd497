// Keep what is typed, tell who else is there, and give a draft back.
(() => {
  "use strict";
  const state = document.querySelector("[data-drafts]");
  const form = state && document.getElementById(state.dataset.form);
  if (!form) return;
  const { keep, beat, place } = state.dataset;
  const DEBOUNCE = 2000;
  const opened = form.elements.opened_version;
  const key = form.elements.draft_key;
  const others = document.querySelector("[data-drafts-others]");
  const newer = document.querySelector("[data-drafts-newer]");
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  const say = (text, kind = "") => {
    if (state.textContent !== text) state.textContent = text;
    state.dataset.kind = kind;
  };
  const tell = (line, text) => {
    if (line.textContent !== text) line.textContent = text;
  };

  // --- The form as fields by name ---

  const SKIPPED = new Set(["csrfmiddlewaretoken", "draft_key"]);
  const fields = () =>
    Object.fromEntries(
      [...new FormData(form)].filter(
        ([name, value]) =>
          typeof value === "string" && !SKIPPED.has(name) && !name.startsWith("_") && !name.includes("__prefix__"),
      ),
    );
  const same = (one, other) => {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    names.delete("opened_version");
    return [...names].every((name) => (one[name] ?? "").trim() === (other[name] ?? "").trim());
  };

  // --- The browser's own copy, until the house has it ---

  const KEPT_FOR = 60 * 24 * 3600 * 1000;
  const slot = () => `${place}:${key.value}`;
  const store = (data) => {
    try {
      localStorage.setItem(slot(), JSON.stringify({ key: key.value, at: Date.now(), data }));
      return true;
    } catch {
      return false;
    }
  };
  const forget = (name = slot()) => {
    try {
      localStorage.removeItem(name);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  };
  const stored = () => {
    try {
      return Object.entries(localStorage)
        .filter(([name]) => name.startsWith(`${place}:`))
        .map(([name, text]) => ({ name, ...JSON.parse(text) }));
    } catch {
      return [];
    }
  };

  // --- Talking to the house ---

  const token = () =>
    /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  const post = (url, data) =>
    fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams(data),
    });

  // A form that is shown again holds words the house has not.
  let kept = "unsaved" in state.dataset ? {} : fields();
  let timer = 0;
  let leaving = false;
  let running = null;
  let again = false;
  let retry = 0;

  const news = (answer) => {
    tell(others, answer.others ?? "");
    tell(newer, answer.newer ?? "");
  };

  const keepNow = async () => {
    clearTimeout(timer);
    clearTimeout(retry);
    const data = fields();
    if (leaving || same(data, kept)) return;
    if (running) {
      again = true;
      return;
    }
    const here = store(data);
    running = new AbortController();
    try {
      const response = await post(keep, { ...data, draft_key: key.value });
      if (response.type === "opaqueredirect") {
        say(here ? state.dataset.loggedOut : state.dataset.nowhere, "problem");
        retry = setTimeout(keepNow, 15000);
      } else if (response.ok) {
        const answer = await response.json();
        kept = data;
        if (same(fields(), data)) {
          forget();
          say(answer.kept, "kept");
        }
        news(answer);
      } else {
        const answer = await response.json().catch(() => ({}));
        say([answer.error, here ? state.dataset.offline : state.dataset.nowhere].filter(Boolean).join(" "), "problem");
        if (response.status >= 500 || !answer.error) retry = setTimeout(keepNow, 15000);
      }
    } catch {
      say(here ? state.dataset.offline : state.dataset.nowhere, "problem");
      retry = setTimeout(keepNow, 15000);
    }
    running = null;
    if (again) {
      again = false;
      timer = setTimeout(keepNow, DEBOUNCE);
    }
  };

  const typed = () => {
    const data = fields();
    if (same(data, kept)) return;
    store(data);
    if (state.dataset.kind !== "problem") say(state.dataset.writing);
    clearTimeout(timer);
    timer = setTimeout(keepNow, DEBOUNCE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  for (const name of ["formset:added", "formset:removed"]) document.addEventListener(name, typed);
  window.addEventListener("online", keepNow);
  document.addEventListener("visibilitychange", () => document.hidden && keepNow());

  form.addEventListener("submit", () => {
    // A session begun in another tab has another token; the text is not refused for that.
    form.elements.csrfmiddlewaretoken.value = token();
    store(fields());
    leaving = true;
    clearTimeout(timer);
    // Still here: the save did not get through.
    setTimeout(() => {
      leaving = false;
      keepNow();
    }, 20000);
  });

  if (beat) {
    const pulse = async () => {
      if (document.hidden) return;
      try {
        const response = await post(beat, { opened_version: opened?.value ?? "" });
        if (response.ok) news(await response.json());
      } catch {
        // The next beat, or the next draft, tells that the house cannot be reached.
      }
    };
    pulse();
    setInterval(pulse, Number(state.dataset.beatSeconds) * 1000);
    document.addEventListener("visibilitychange", pulse);
  }

  // --- Filling the form in ---

  const ROW = /^([a-z_]+)-(\d+)-(\w+)$/i;
  const set = (field, value) => {
    if (!field || field instanceof RadioNodeList) return;
    if (field.type === "checkbox") field.checked = Boolean(value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const count = (prefix) => Number(form.elements[`${prefix}-TOTAL_FORMS`]?.value ?? 0);
  const addRow = (prefix) => {
    const before = count(prefix);
    document.querySelector(`#${prefix}-group .add-row a, #${prefix}-group a.add-row`)?.click();
    return count(prefix) > before ? before : -1;
  };

  const fill = (data) => {
    const rows = {};
    for (const [name, value] of Object.entries(data)) {
      const row = ROW.exec(name);
      if (row) ((rows[row[1]] ??= {})[row[2]] ??= {})[row[3]] = value;
      else if (!name.endsWith("_FORMS")) set(form.elements[name], value);
    }
    for (const [prefix, byNumber] of Object.entries(rows)) {
      const places = new Map();
      for (let number = 0; number < count(prefix); number++) {
        const id = form.elements[`${prefix}-${number}-id`]?.value;
        if (id) places.set(id, number);
      }
      // New rows on this page are those of what it held before.
      let free = places.size;
      for (const number of Object.keys(byNumber).sort((a, b) => a - b)) {
        const row = byNumber[number];
        let target = places.get(row.id);
        if (target === undefined) {
          if (row.DELETE || !Object.entries(row).some(([name, value]) => value && !["id", "position", "section", "issue"].includes(name))) continue;
          target = free < count(prefix) ? free : addRow(prefix);
          if (target < 0) continue;
          free = target + 1;
        }
        for (const [name, value] of Object.entries(row)) {
          if (!["id", "section", "issue"].includes(name)) set(form.elements[`${prefix}-${target}-${name}`], value);
        }
        if (form.elements[`${prefix}-${target}-DELETE`] && !row.DELETE) set(form.elements[`${prefix}-${target}-DELETE`], "");
      }
    }
  };

  const restore = async (offered, card) => {
    // What this page holds so far is a draft of its own.
    await keepNow();
    key.value = offered.key;
    fill(offered.data);
    kept = {};
    forget(offered.name);
    card.remove();
    say(state.dataset.restored, "kept");
    for (let box = form.querySelector("textarea")?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    (form.elements.title ?? form).focus();
    form.scrollIntoView({ behavior: "smooth", block: "start" });
    keepNow();
  };

  for (const offered of read("drafts-rows")) {
    const card = document.querySelector(`[data-draft="${offered.key}"]`);
    card.querySelector("[data-draft-restore]")?.addEventListener("click", () => restore(offered, card));
    const discarding = card.querySelector("[data-draft-discard]");
    discarding.addEventListener("submit", async (event) => {
      // Sent behind the page, which may hold words by now.
      event.preventDefault();
      const response = await post(discarding.action, {}).catch(() => null);
      if (response?.ok) card.remove();
      else say(state.dataset.offline, "problem");
    });
  }

  for (const left of stored()) {
    const here = read("drafts-rows").some((offered) => offered.key === left.key && same(offered.data, left.data));
    const old = Date.now() - left.at > KEPT_FOR;
    if (here || old || read("drafts-saved").includes(left.key) || same(left.data, fields())) {
      forget(left.name);
      continue;
    }
    const card = document.getElementById("drafts-local").content.firstElementChild.cloneNode(true);
    const heading = card.querySelector("h2");
    heading.id = `drafts-local-${left.key}`;
    card.setAttribute("aria-labelledby", heading.id);
    card.querySelector("time").textContent = new Date(left.at).toLocaleString(document.documentElement.lang);
    card.querySelector(".drafts-text").textContent = ["title", "subject", "introduction", "body", "closing"]
      .map((name) => left.data[name])
      .filter(Boolean)
      .join("\n\n");
    card.querySelector("[data-draft-restore]").addEventListener("click", () => restore(left, card));
    card.querySelector("[data-draft-discard]").addEventListener("click", () => {
      forget(left.name);
      card.remove();
    });
    document.querySelector(".drafts-local-place").append(card);
  }
  keepNow();
})();
