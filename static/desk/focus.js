// The interface library hides a page until it has started, and browsers give the focus to nothing that is
// hidden: where starting takes long, what should have it has not.
window.addEventListener("load", () => {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) {
      document.querySelector("[autofocus]")?.focus();
    }
  });
});
