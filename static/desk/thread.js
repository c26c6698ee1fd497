// The thread beside the text: quote a passage, find it again, resolve without leaving, say what was seen.
(() => {
  "use strict";
  const thread = document.getElementById("thread");
  if (!thread) return;
  const comment = document.getElementById("desk-comment-form");
  const status = thread.querySelector("[data-thread-status]");
  const editors = [...document.querySelectorAll(".desk-editor textarea")];
  const locked = [...document.querySelectorAll("[data-quotable]")];

  const say = (text) => {
    status.textContent = text;
  };

  // --- Quoting ---

  const quote = (text) => {
    const figure = comment.querySelector("[data-thread-quoting]");
    comment.elements.quote.value = text;
    figure.hidden = !text;
    figure.querySelector("blockquote").textContent = text;
  };

  const selectionIn = (place) => {
    if (place.matches("textarea")) return place.value.substring(place.selectionStart, place.selectionEnd);
    const selection = window.getSelection();
    return selection.rangeCount && place.contains(selection.getRangeAt(0).commonAncestorContainer) ? String(selection) : "";
  };

  const addQuoteButton = (place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "desk-button";
    button.innerHTML = '<span class="material-symbols-outlined" aria-hidden="true">format_quote</span>';
    button.append(thread.dataset.quote);
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const tool = document.createElement("p");
    tool.className = "thread-tool";
    tool.append(button, said);
    // A press of the mouse would take the selection away from a text that is no field.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const text = selectionIn(place).trim();
      said.textContent = text ? "" : thread.dataset.selectFirst;
      if (!text) return;
      quote(text);
      comment.elements.comment.focus();
      comment.scrollIntoView({ block: "center" });
    });
    place.after(tool);
  };
  if (comment) [...editors, ...locked].forEach(addQuoteButton);

  // --- Finding the passage again ---

  const patternOf = (text) =>
    new RegExp(text.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"));

  const selectInField = (field, start, end) => {
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    field.focus({ preventScroll: true });
    // The browser scrolls to the caret of a field that gets the focus with it.
    field.setSelectionRange(start, start);
    field.blur();
    field.focus();
    field.setSelectionRange(start, end);
  };

  const selectInText = (place, start, end) => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(), passed = 0; node; passed += node.length, node = walker.nextNode()) {
      if (start >= passed && start < passed + node.length) range.setStart(node, start - passed);
      if (end > passed && end <= passed + node.length) range.setEnd(node, end - passed);
    }
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
  };

  const find = (text) => {
    const pattern = patternOf(text);
    for (const field of editors) {
      const match = pattern.exec(field.value);
      if (match) return selectInField(field, match.index, match.index + match[0].length) ?? true;
    }
    for (const place of locked) {
      const match = pattern.exec(place.textContent);
      if (match) return selectInText(place, match.index, match.index + match[0].length) ?? true;
    }
    return false;
  };

  // --- In place ---

  const dress = () => {
    for (const button of thread.querySelectorAll("[data-thread-find]")) {
      button.hidden = !editors.length && !locked.length;
    }
  };

  const send = async (form) => {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Thread": "1" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("thread");
    if (!response.ok || !fresh) throw new Error(response.statusText);
    return fresh;
  };

  thread.addEventListener("submit", async (event) => {
    const form = event.target;
    // A change of state loads the page anew: its buttons and its text change with it.
    if (!form.matches("[data-thread-form]") || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (thread.ariaBusy === "true") return;
    thread.ariaBusy = "true";
    const entry = form.closest("li")?.id;
    try {
      const fresh = await send(form);
      for (const part of ["[data-thread-head]", "[data-thread-list]"]) {
        thread.querySelector(part).replaceWith(fresh.querySelector(part));
      }
      const refused = fresh.querySelector("[data-thread-status]").textContent.trim();
      say(refused);
      dress();
      if (form === comment && !refused) {
        form.reset();
        quote("");
      }
      (entry ? document.getElementById(entry) : thread.querySelector("[data-thread-list] > :last-child"))?.focus();
    } catch {
      say(thread.dataset.failed);
    } finally {
      thread.ariaBusy = "false";
    }
  });

  thread.addEventListener("click", (event) => {
    if (event.target.closest("[data-thread-unquote]")) {
      quote("");
      comment.elements.comment.focus();
    }
    const button = event.target.closest("[data-thread-find]");
    if (button) {
      const passage = button.closest("figure").querySelector("[data-thread-passage]");
      say(find(passage.innerText) ? "" : thread.dataset.gone);
    }
  });

  // --- What was seen ---

  if (thread.dataset.seenUrl) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      const { seenUrl, csrf, last, section = "", issue = "" } = thread.dataset;
      fetch(seenUrl, {
        method: "POST",
        body: new URLSearchParams({ csrfmiddlewaretoken: csrf, until: last, section, issue }),
        // What came of it matters to nobody here: the desk asks again next time.
      }).catch(() => {});
    });
    observer.observe(thread.querySelector("[data-thread-list]"));
  }

  const open = () => {
    // The browser names a target only later.
    const entry = document.getElementById(location.hash.slice(1))?.closest(".thread-entry");
    const folded = entry?.querySelector("details");
    if (folded) folded.open = true;
    return entry;
  };
  // The editor and its preview grow once they are filled, which pushes the entry that a link led to away.
  const hold = (entry) => {
    const growth = new ResizeObserver(() => entry.scrollIntoView({ block: "start" }));
    for (const field of editors) growth.observe(field.closest(".desk-editor"));
    const stop = () => growth.disconnect();
    for (const act of ["wheel", "touchstart", "keydown", "mousedown"]) {
      window.addEventListener(act, stop, { once: true, passive: true });
    }
    setTimeout(stop, 3000);
  };
  window.addEventListener("hashchange", open);
  const asked = open();
  if (asked) hold(asked);
  dress();
})();
