// Step 3 of a new demande: one press adds a row of information, with its name when it is a usual one.

const rows = document.querySelector("[data-infos]");
const said = rows?.querySelector("[data-infos-said]");
const MOST = 20;

const fieldsOf = (row) => [row.querySelector("[name=info_nom]"), row.querySelector("[name=info_valeur]")];
const all = () => [...rows.querySelectorAll("[data-info]")];
const isBlank = (row) => fieldsOf(row).every((field) => !field.value.trim());

function another() {
  const last = all().at(-1);
  const rank = all().length + 1;
  const row = last.cloneNode(true);
  for (const field of fieldsOf(row)) {
    field.id = field.id.replace(/(_\d+)?$/, `_${rank}`);
    field.value = "";
    const label = field.parentElement.querySelector("label");
    label.htmlFor = field.id;
    label.textContent = label.textContent.replace(/\d+/, String(rank));
  }
  last.after(row);
  return row;
}

function add(wanted) {
  const same = wanted && all().find((row) => fieldsOf(row)[0].value.trim() === wanted);
  const free = same || all().find(isBlank);
  if (!free && all().length >= MOST) {
    said.textContent = `${MOST} informations au plus.`;
    return;
  }
  const [name, value] = fieldsOf(free || another());
  said.textContent = "";
  if (!same && wanted) {
    name.value = wanted;
    name.dispatchEvent(new Event("input", { bubbles: true }));
  }
  (wanted ? value : name).focus();
}

rows?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-info]");
  if (button) add(button.dataset.addInfo);
});
