// Step 1 of a new demande: communes offered while typing (a combobox, ARIA 1.2); choosing one chooses its territoire.
// Without it, or when the server does not answer, the button beside the field does the same.

const box = document.querySelector("[data-commune]");
const input = box?.querySelector("input[type=text]");
const territoire = document.getElementById("id_territoire");
const LEAST = 2;
const PAUSE = 250;

const list = document.createElement("ul");
const said = document.createElement("p");
const shownAtFirst = territoire?.value;
let options = [];
let active = -1;
let timer = 0;
let asking = null;

function prepare() {
  list.id = "communes-proposees";
  list.className = "new-commune__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Communes proposées");
  list.hidden = true;
  said.setAttribute("role", "status");
  said.className = "fr-text--sm fr-mt-1w fr-mb-0";
  input.after(list);
  box.append(said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
}

function close() {
  list.hidden = true;
  options = [];
  move(-1);
  input.setAttribute("aria-expanded", "false");
}

function move(rank) {
  active = rank;
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === rank)));
  if (rank < 0) {
    input.removeAttribute("aria-activedescendant");
  } else {
    input.setAttribute("aria-activedescendant", list.children[rank].id);
    list.children[rank].scrollIntoView({ block: "nearest" });
  }
}

function show(found) {
  list.replaceChildren(
    ...found.map((one, number) => {
      const item = document.createElement("li");
      item.id = `commune-${number}`;
      item.setAttribute("role", "option");
      item.textContent = `${one.commune} : ${one.territoire}`;
      return item;
    }),
  );
  options = found;
  move(-1);
  list.hidden = found.length === 0;
  input.setAttribute("aria-expanded", String(found.length > 0));
  said.textContent =
    found.length === 0 ? "Aucune commune trouvée." : `${found.length} commune${found.length > 1 ? "s proposées" : " proposée"}.`;
}

function choose(rank) {
  const { commune, code, territoire: name } = options[rank];
  input.value = commune;
  territoire.value = code;
  box.querySelector("[data-commune-answer]").replaceChildren();
  close();
  said.textContent =
    code === shownAtFirst
      ? `${name} est déjà le territoire choisi.`
      : `Territoire choisi : ${name}. Le bouton « Afficher les groupes de ce territoire » montre ses groupes.`;
  for (const field of [input, territoire]) field.dispatchEvent(new Event("change", { bubbles: true }));
}

async function ask() {
  asking?.abort();
  const typed = input.value.trim();
  if (typed.length < LEAST) {
    said.textContent = "";
    close();
    return;
  }
  asking = new AbortController();
  try {
    const response = await fetch(box.dataset.commune, {
      method: "POST",
      body: new URLSearchParams({ commune: typed, csrfmiddlewaretoken: input.form.elements.csrfmiddlewaretoken.value }),
      signal: asking.signal,
      redirect: "error",
    });
    if (!response.ok) throw new Error(String(response.status));
    const { communes } = await response.json();
    if (document.activeElement === input) show(communes);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function onKey(event) {
  if (list.hidden) return;
  const last = options.length - 1;
  if (event.key === "ArrowDown") move(active === last ? 0 : active + 1);
  else if (event.key === "ArrowUp") move(active <= 0 ? last : active - 1);
  else if (event.key === "Enter" && active >= 0) choose(active);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

if (input && territoire) {
  prepare();
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    asking?.abort();
    close();
  });
  // The field keeps the focus while the list is clicked.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) choose([...list.children].indexOf(item));
  });
}
