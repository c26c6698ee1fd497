// Say how many links are ticked; without any there is nothing to write about.
(() => {
  "use strict";
  const form = document.getElementById("pick");
  if (!form) {
    return;
  }
  const said = form.querySelector("[data-picked]");
  const button = form.querySelector("button");
  const show = () => {
    const count = document.querySelectorAll("input[form=pick]:checked").length;
    const words = count === 0 ? said.dataset.none : count === 1 ? said.dataset.one : said.dataset.many;
    said.textContent = words.replace("#", count);
    button.classList.toggle("desk-button-primary", count > 0);
  };
  document.addEventListener("change", show);
  // A browser that comes back to the page has the ticks of before, a little later.
  window.addEventListener("pageshow", show);
})();
