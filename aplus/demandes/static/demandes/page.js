// Copies a number or an identifier with one click, and says so: the button's own text changes, and it is read aloud.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "fr-ml-1w";
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    said.textContent = "Copié";
  } catch {
    said.textContent = "Copie impossible : sélectionnez le numéro.";
  }
  button.parentElement.querySelector("[role=status]")?.remove();
  button.after(said);
  setTimeout(() => said.remove(), 4000);
});
