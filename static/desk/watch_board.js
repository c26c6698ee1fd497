// The board moves by itself while somebody looks; cards are dragged from one rubric to another.
(() => {
  "use strict";
  const EVERY_MILLISECONDS = 2000;
  const FIELDS = "input:not([type=hidden]), select, textarea";
  const FOCUSABLE = "a, button, summary, input:not([type=hidden]), select";

  // What a person sees change: where each card stands, and in which state.
  const shape = (live) =>
    new Map(
      [...live.querySelectorAll(".wb-card")].map((card) => [
        card.id,
        `${card.closest("[data-place]").dataset.place} ${card.querySelector(".wb-state").className} ${card.querySelector(".wb-who")?.innerText ?? ""}`,
      ]),
    );

  const isDirty = (field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.value)
      : field.value !== field.defaultValue;

  // Somebody types or chooses there: it is left as it is.
  const isBusy = (card) =>
    [...card.querySelectorAll(FIELDS)].some((field) => field === document.activeElement || isDirty(field));

  const sameAs = (element, card) => {
    const mark = (one) => `${one.tagName} ${one.name ?? ""} ${one.value ?? ""} ${one.getAttribute("href") ?? ""}`;
    const all = [...card.querySelectorAll(FOCUSABLE)];
    return all.find((one) => mark(one) === mark(element)) ?? all[0];
  };

  const follow = (root) => {
    const status = root.querySelector("[data-status]");
    const said = root.querySelector("[data-announce]");
    let etag = root.dataset.etag;
    // Answers to what was asked before a move of one's own say nothing of it.
    let asked = 0;

    const announce = (text) => {
      said.textContent = text;
    };

    const tell = (before, live, known) => {
      const after = shape(live);
      const changed = [...after].filter(([id, words]) => before.get(id) !== words).map(([id]) => id);
      for (const id of changed) document.getElementById(id).classList.add("wb-fresh");
      const latest = live.querySelector("[data-latest]");
      if (latest && Number(latest.dataset.latest) > known) {
        if (!latest.dataset.actor) announce(latest.textContent.trim().replace(/\s+/g, " "));
      } else if (changed.length || before.size !== after.size) announce(root.dataset.changed);
    };

    // False: somebody works on a card that is there no more, so all stays until she is done.
    const show = (fresh) => {
      const live = root.querySelector("[data-live]");
      const cards = [...live.querySelectorAll(".wb-card")];
      const kept = cards.filter(isBusy);
      if (kept.some((card) => !fresh.querySelector(`#${card.id}`))) return false;
      const before = shape(live);
      const known = Number(live.querySelector("[data-latest]")?.dataset.latest ?? 0);
      const open = cards.filter((card) => card.querySelector("details[open]")).map((card) => card.id);
      const focused = live.contains(document.activeElement) ? document.activeElement : null;
      const focusedCard = focused?.closest(".wb-card")?.id;
      const selection = focused?.matches("input") ? [focused.selectionStart, focused.selectionEnd] : null;
      live.replaceWith(fresh);
      for (const card of kept) document.getElementById(card.id).replaceWith(card);
      for (const id of open) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
      if (focused) {
        const card = focusedCard && document.getElementById(focusedCard);
        const target = focused.isConnected ? focused : card && sameAs(focused, card);
        target?.focus({ preventScroll: true });
        // Fields of addresses know no selection.
        if (target === focused && selection?.[0] != null) focused.setSelectionRange(...selection);
      }
      tell(before, fresh, known);
      if (kept.length) etag = "";
      return true;
    };

    const look = async () => {
      if (document.hidden || document.body.classList.contains("sorting")) return;
      const now = ++asked;
      try {
        const response = await fetch(root.dataset.now, { headers: { "If-None-Match": etag } });
        const dragged = document.body.classList.contains("sorting");
        if (now !== asked || dragged) return;
        if (response.status !== 304) {
          if (!response.ok || response.redirected) throw new Error(response.statusText);
          const page = new DOMParser().parseFromString(await response.text(), "text/html");
          if (now !== asked) return;
          const last = etag;
          etag = response.headers.get("ETag");
          if (!show(page.querySelector("[data-live]"))) etag = last;
        }
        status.textContent = "";
      } catch {
        // The network, the site or the session is away: say so, and look again.
        if (now === asked) status.textContent = root.dataset.stale;
      }
    };

    const moved = async (key) => {
      const card = document.getElementById(`subject-${key}`);
      let next = card.nextElementSibling;
      while (next && !next.dataset.move) next = next.nextElementSibling;
      const body = new FormData();
      body.set("csrfmiddlewaretoken", card.querySelector("[name=csrfmiddlewaretoken]").value);
      body.set("place", card.closest("[data-place]").dataset.place);
      body.set("before", next?.dataset.subject ?? "");
      ++asked;
      try {
        const response = await fetch(card.dataset.move, { method: "POST", headers: { "X-Board": "1" }, body });
        if (response.status === 204) announce(root.dataset.moved);
        else if (response.status === 409) announce(await response.text());
        else throw new Error(response.statusText);
        // A refusal is to be seen, too.
        const refused = response.status === 409 ? said.textContent : "";
        etag = "";
        await look();
        status.textContent = refused;
      } catch {
        status.textContent = root.dataset.stale;
      }
    };

    setInterval(look, EVERY_MILLISECONDS);
    document.addEventListener("visibilitychange", look);
    return moved;
  };

  const openForm = (root, place) => {
    const form = root.querySelector("#new-subject");
    if (!form) return false;
    form.open = true;
    if (place) form.querySelector("[name=place]").value = place;
    form.scrollIntoView({ block: "center" });
    form.querySelector("[name=title]").focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("alpine:init", () => {
    window.Alpine.data("watchBoard", () => ({
      sorting: { handle: ".wb-handle", animation: 150 },
      moved: () => {},
      init() {
        this.moved = follow(this.$root);
        this.$root.dataset.ready = "";
        this.$root.addEventListener("click", (event) => {
          const link = event.target.closest("[data-add], [data-new-subject]");
          if (link && openForm(this.$root, link.dataset.add)) event.preventDefault();
        });
      },
    }));
  });
})();
