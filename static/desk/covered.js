// Say at once where a typed or pasted address was covered before, under each field marked data-covered.
(() => {
  "use strict";
  const { url: endpoint, beside } = document.currentScript.dataset;
  const FIELDS = "textarea[data-covered], input[data-covered]";
  const DEBOUNCE = 400;
  const MOST = 50;
  const known = new Map();
  let label = "";

  // --- Which addresses are new in a field ---

  const count = (text, sign) => text.split(sign).length - 1;
  const tidy = (found) => {
    let url = found;
    for (;;) {
      const shorter = url.replace(/[.,;:!?…»”’'"*_~]+$/u, "");
      const ended = shorter.endsWith(")") && count(shorter, ")") > count(shorter, "(") ? shorter.slice(0, -1) : shorter;
      if (ended === url) return url;
      url = ended;
    }
  };
  const addresses = (text) => {
    const found = text.matchAll(/https?:\/\/[^\s<>"`|\\^{}[\]«»]+/gi);
    return new Set([...found].map(([url]) => tidy(url)));
  };
  const fresh = (field) => {
    const before = field.matches("textarea") ? addresses(field.defaultValue) : new Set();
    return [...addresses(field.value)].filter((url) => !before.has(url));
  };

  // --- Where they are told: a region that is there before it speaks ---

  const regions = new WeakMap();
  let regionCount = 0;
  const regionOf = (field) => {
    if (!regions.has(field)) {
      const region = document.createElement("ul");
      regionCount += 1;
      region.id = `covered-${regionCount}`;
      region.className = "covered-hints";
      region.setAttribute("aria-live", "polite");
      (field.closest(".desk-editor") ?? field).after(region);
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${region.id}`.trim());
      regions.set(field, region);
    }
    return regions.get(field);
  };

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };
  const line = (url, hint, severalAddresses) => {
    const mark = element("span", "material-symbols-outlined", "history");
    mark.setAttribute("aria-hidden", "true");
    const link = element("a", "desk-link", hint.where);
    Object.assign(link, { href: hint.url, target: "_blank", rel: "noopener" });
    const said = element("span", "covered-place", `${label} `, link, hint.state ? ` (${hint.state})` : "");
    if (severalAddresses) {
      const shown = url.length > 80 ? `${url.slice(0, 79)}…` : url;
      said.append(" ", element("span", "covered-address", shown));
    }
    return element("li", "", mark, said);
  };

  const show = (field) => {
    const region = regionOf(field);
    const lines = fresh(field).flatMap((url) =>
      (known.get(url) ?? []).map((hint) => line(url, hint, field.matches("textarea"))),
    );
    const said = lines.map((one) => one.textContent).join("\n");
    // What is said already is not said again at every key.
    if (region.dataset.said === said) return;
    region.dataset.said = said;
    region.replaceChildren(...lines);
  };

  // --- Asking ---

  const token = () =>
    /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ??
    document.querySelector("[name=csrfmiddlewaretoken]")?.value ??
    "";

  const ask = async (field) => {
    const wanted = fresh(field)
      .filter((url) => !known.has(url))
      .slice(0, MOST);
    if (wanted.length) {
      const asked = new URLSearchParams(wanted.map((url) => ["url", url]));
      asked.set("beside", beside);
      try {
        const response = await fetch(endpoint, {
          method: "POST",
          redirect: "manual",
          headers: { "X-CSRFToken": token(), Accept: "application/json" },
          body: asked,
        });
        if (!response.ok) return;
        const answer = await response.json();
        label = answer.label;
        for (const url of wanted) known.set(url, answer.hints[url] ?? []);
      } catch {
        // The same is said when the form is saved.
        return;
      }
    }
    show(field);
  };

  const timers = new WeakMap();
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.(FIELDS)) regionOf(target);
  });
  document.addEventListener("input", ({ target }) => {
    if (!target.matches?.(FIELDS)) return;
    regionOf(target);
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(ask, DEBOUNCE, target));
  });
})();
