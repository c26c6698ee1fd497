// The second click is the Enter key. The interface library hides the page until it has started, and browsers
// give the focus to nothing that is hidden.
window.addEventListener("load", () => {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) {
      document.querySelector("[autofocus]")?.focus();
    }
  });
});
