// Step 1 of a new demande: the list of groupes narrowed by theme and by what is typed. A ticked groupe never hides.

const filter = document.querySelector("[data-filter]");
const theme = document.getElementById("id_thematique");
const cards = [...document.querySelectorAll("[data-groupe]")];

const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

const texts = new Map(cards.map((card) => [card, plain(card.textContent)]));

function refresh() {
  const words = plain(filter.querySelector("[data-filter-text]").value).split(/\s+/).filter(Boolean);
  const everyTheme = filter.querySelector("[data-filter-all]").checked || ["", "autre"].includes(theme.value);
  let shown = 0;
  for (const card of cards) {
    const isTicked = card.querySelector("input[type=checkbox]").checked;
    const isOfTheme = everyTheme || card.dataset.thematiques.split(" ").includes(theme.value);
    card.hidden = !isTicked && !(isOfTheme && words.every((word) => texts.get(card).includes(word)));
    shown += card.hidden ? 0 : 1;
  }
  filter.querySelector("[data-filter-count]").textContent =
    shown === cards.length ? `${shown} groupes affichés.` : `${shown} groupes affichés sur ${cards.length}.`;
}

if (filter && theme) {
  filter.addEventListener("input", refresh);
  filter.querySelector("[data-filter-text]").addEventListener("keydown", (event) => {
    // Enter searches; it must not send the form.
    if (event.key === "Enter") event.preventDefault();
  });
  theme.addEventListener("change", refresh);
  refresh();
}
