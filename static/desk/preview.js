// The drawer with the preview: tabs, light and dark, and a word when the form is ahead of what is shown.
(() => {
  "use strict";
  const drawer = document.getElementById("preview");
  if (!drawer) return;
  const frame = drawer.querySelector("iframe");
  const panel = drawer.querySelector("[role=tabpanel]");
  const tabs = [...drawer.querySelectorAll("[role=tab]")];
  const dark = drawer.querySelector("[data-preview-dark]");
  const unsaved = drawer.querySelector("[data-preview-unsaved]");
  const openers = [...document.querySelectorAll("[data-preview-open]")];
  const key = `preview:${location.pathname}`;

  const chosen = () => tabs.find((tab) => tab.ariaSelected === "true");
  const isDark = () => dark.ariaPressed === "true";

  // Saving loads the page anew: an open drawer opens again, with what was just saved.
  const remember = () => {
    const state = drawer.hidden ? null : { tab: chosen().id, dark: isDark() };
    if (state) sessionStorage.setItem(key, JSON.stringify(state));
    else sessionStorage.removeItem(key);
  };

  const load = () => {
    const tab = chosen();
    const scheme = tab.dataset.scheme ? `?scheme=${isDark() ? "dark" : "light"}` : "";
    frame.width = tab.dataset.width;
    frame.classList.toggle("preview-in-dark", isDark());
    frame.title = tab.textContent;
    frame.src = tab.dataset.src + scheme;
    panel.setAttribute("aria-labelledby", tab.id);
    remember();
  };

  const choose = (tab) => {
    for (const one of tabs) {
      one.ariaSelected = String(one === tab);
      one.tabIndex = one === tab ? 0 : -1;
    }
    load();
  };

  const show = (isOpen) => {
    drawer.hidden = !isOpen;
    for (const opener of openers) opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) load();
    else remember();
  };

  for (const opener of openers) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", "preview");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(drawer.hidden);
      if (!drawer.hidden) drawer.querySelector("h2").focus();
    });
    opener.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      opener.click();
    });
  }
  const close = () => {
    show(false);
    openers[0]?.focus();
  };
  drawer.querySelector("[data-preview-close]").addEventListener("click", close);
  drawer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  dark.addEventListener("click", () => {
    dark.ariaPressed = String(!isDark());
    load();
  });
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const goal = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: -1 }[event.key];
      if (goal === undefined) return;
      event.preventDefault();
      const next = tabs.at(goal % tabs.length);
      next.focus();
      choose(next);
    });
  });

  const form = document.querySelector("#issue_form, #section_form");
  const tell = () => {
    unsaved.textContent = unsaved.dataset.text;
  };
  form?.addEventListener("input", tell);
  form?.addEventListener("change", tell);

  const state = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (state) {
    dark.ariaPressed = String(state.dark);
    choose(document.getElementById(state.tab) ?? tabs[0]);
    show(true);
  }
})();
