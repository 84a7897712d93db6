// Warns before a text that nothing saves is lost: forms marked `data-unsaved`, as long as they hold something else than
// what the page came with. Shown again with errors (`typed`), what they hold is nowhere else. Sending is not leaving.
let sent = null;
let isListening = false;

const warn = (event) => event.preventDefault();

function isChanged(field) {
  if (field instanceof HTMLSelectElement) {
    const chosen = field.querySelector("option[selected]") ?? field.options[0];
    return !field.multiple && field.options[field.selectedIndex] !== chosen;
  }
  if (!("defaultValue" in field) || field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

const holdsMore = (form) => form.dataset.unsaved === "typed" || [...form.elements].some(isChanged);

// The listener is there only while there is something to lose: with it, browsers keep no page to come back to.
function look() {
  const isLost = [...document.querySelectorAll("form[data-unsaved]")].some((form) => form !== sent && holdsMore(form));
  if (isLost === isListening) return;
  (isLost ? addEventListener : removeEventListener)("beforeunload", warn);
  isListening = isLost;
}

document.addEventListener("input", look);
document.addEventListener("change", look);
document.addEventListener("submit", (event) => {
  sent = event.defaultPrevented ? null : event.target;
  look();
});
addEventListener("pageshow", () => {
  sent = null;
  look();
});
