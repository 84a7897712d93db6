// Offers the groupe's reply models inside the reply box: a click inserts one where the caret is, and can be undone.
// Without this script, or when they cannot be read, the link to their page stays.
"use strict";

const box = document.querySelector("[data-modeles]");
const message = document.getElementById("reponse_message");

function insert(text) {
  message.focus();
  // The one way that the browser's own undo knows; it tells the page's other scripts as typing does.
  if (document.execCommand("insertText", false, text)) return;
  message.setRangeText(text, message.selectionStart, message.selectionEnd, "end");
  message.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

async function read(place) {
  const response = await fetch(place.dataset.modelesDe, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return [];
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...page.querySelectorAll("[data-modele]")].map((model) => ({
    title: model.querySelector("[data-modele-titre]").textContent,
    text: model.querySelector("[data-modele-texte]").textContent,
  }));
}

function offer(place, models) {
  const list = document.createElement("ul");
  list.className = "fr-raw-list";
  for (const { title, text } of models) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fr-btn fr-btn--tertiary fr-btn--sm";
    button.textContent = `Insérer « ${title} »`;
    button.addEventListener("click", () => {
      insert(text);
      box.querySelector("[role=status]").textContent = `« ${title} » est inséré dans votre message.`;
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  place.append(list);
}

if (box && message) {
  box.addEventListener("toggle", () => {
    for (const place of box.querySelectorAll("[data-modeles-de]:not([data-lus])")) {
      place.dataset.lus = "";
      read(place)
        .then((models) => offer(place, models))
        .catch(() => delete place.dataset.lus);
    }
  });
}
