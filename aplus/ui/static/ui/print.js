// The button that prints the page: without scripts, the page says which keys do.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
