// Files sent one by one as soon as they are chosen, with progress; large photos are made smaller first.
// Without this script they travel with the form.
import { renewToken, signedOutText, tokenOf } from "./serveur.js";

const MOST = 10 * 1024 * 1024, LARGE_PHOTO = 2 * 1024 * 1024, LONG_SIDE = 2500;
const PHOTOS = new Set(["image/jpeg", "image/png", "image/webp"]);
const SIGNED_OUT = ["Votre session est terminée : ", ", puis réessayez."];

// The same picture, upright and smaller, or the file as it is.
async function lighter(file) {
  if (!PHOTOS.has(file.type) || file.size <= LARGE_PHOTO) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const drawing = canvas.getContext("2d");
    drawing.fillStyle = "white";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!small || small.size >= file.size) return file;
    return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function post(address, fields, token, onProgress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onerror = request.ontimeout = () => done({ status: 0 });
    request.onload = () => {
      let found = {};
      try { found = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
      const isSignedOut = new URL(request.responseURL, location.href).pathname.startsWith("/connexion/");
      done({ status: isSignedOut ? 401 : request.status, found });
    };
    request.send(body);
  });
}

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} Ko` : `${(bytes / 1e6).toFixed(1)} Mo`.replace(".", ","));

function make(tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.append(text);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

class Sender {
  constructor(place) {
    this.place = place;
    this.input = place.querySelector("input[type=file]");
    this.form = this.input.form;
    this.queue = Promise.resolve();
    this.waiting = 0;
    this.list = make("ul", "", { class: "fr-raw-list", "aria-label": "Fichiers envoyés" });
    this.said = make("p", "", { class: "fr-sr-only", role: "status" });
    place.append(this.list, this.said);
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    this.form.addEventListener("submit", (event) => this.hold(event), { capture: true });
    addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
  }

  take(files) {
    this.input.value = "";
    for (const line of this.list.querySelectorAll("[data-refuse]")) line.remove();
    for (const file of files) {
      const line = make("li", `${file.name} : en attente`, { class: "fr-mb-1w" });
      this.list.append(line);
      this.enqueue(line, { file, key: crypto.randomUUID() });
    }
  }

  enqueue(line, one) {
    this.waiting += 1;
    this.queue = this.queue.then(() => this.send(line, one)).finally(() => (this.waiting -= 1));
  }

  async send(line, one, isSecondTry = false) {
    const { name } = one.file;
    const label = make("span", `Envoi de ${name} `);
    const bar = make("progress", "", { max: "100", value: "0", "aria-label": `Envoi de ${name}` });
    const percent = make("span", " 0 %");
    line.replaceChildren(label, bar, percent);
    one.ready ??= await lighter(one.file);
    if (one.ready.size > MOST) {
      return this.refused(line, [`« ${name} » : il dépasse 10 Mo. Réduisez-le, ou envoyez-le en plusieurs fichiers.`]);
    }
    const fields = { fichier: one.ready, cle: one.key, pour: this.place.dataset.fichiersPour ?? "" };
    const { status, found } = await post(this.place.dataset.fichiers, fields, tokenOf(this.form), (part) => {
      bar.value = Math.round(part * 100);
      percent.textContent = ` ${bar.value} %`;
    });
    if (status === 403 && !isSecondTry && (await renewToken(this.form.dataset.saisie).catch(() => false))) {
      return this.send(line, one, true);
    }
    if (status === 200) return this.kept(line, found);
    if (found?.erreurs) return this.refused(line, found.erreurs);
    if (status === 401) return this.again(line, one, signedOutText(`« ${name} » n’est pas envoyé. ${SIGNED_OUT[0]}`, SIGNED_OUT[1]));
    if (status === 0 || status >= 500 || status === 429) {
      return this.again(line, one, [`« ${name} » n’est pas envoyé : connexion perdue.`]);
    }
    return this.refused(line, [status === 413 ? `« ${name} » : il est trop lourd.` : `« ${name} » ne peut pas être joint ici.`]);
  }

  kept(line, file) {
    if (this.place.dataset.fichiersPour === "preuve") {
      this.form.querySelector("[data-fichiers-la]")?.remove();
      for (const other of [...this.list.children]) if (other !== line) other.remove();
    }
    const link = file.etat === "disponible" ? make("a", file.nom, { href: file.adresse, class: "fr-link" }) : make("span", file.nom);
    const button = make("button", "Retirer", { type: "button", class: "fr-btn fr-btn--tertiary-no-outline fr-btn--sm" });
    button.append(make("span", ` ${file.nom}`, { class: "fr-sr-only" }));
    button.addEventListener("click", () => this.remove(line, file));
    line.replaceChildren(link, ` (${size(file.taille)}${file.etat === "disponible" ? "" : `, ${file.etat_nom}`}) `, button);
    if (this.place.dataset.fichiersNom) {
      line.append(make("input", "", { type: "hidden", name: this.place.dataset.fichiersNom, value: file.id }));
    }
    this.tell(`${file.nom} est joint.`);
  }

  async remove(line, file) {
    const { status } = await post(`${this.place.dataset.fichiers}retrait/`, { fichier: file.id }, tokenOf(this.form));
    if (status === 200 || status === 404) {
      line.remove();
      this.input.focus();
      this.tell(`${file.nom} est retiré.`);
    } else {
      this.tell(`${file.nom} n’a pas pu être retiré : réessayez.`);
    }
  }

  refused(line, words) {
    line.dataset.refuse = "";
    line.replaceChildren(make("span", words.join(" "), { class: "fr-error-text" }));
    this.tell(words.join(" "));
  }

  again(line, one, words) {
    line.dataset.manque = "";
    const button = make("button", "Réessayer", { type: "button", class: "fr-btn fr-btn--secondary fr-btn--sm" });
    button.addEventListener("click", () => {
      delete line.dataset.manque;
      this.enqueue(line, one);
    });
    line.replaceChildren(make("span", "", { class: "fr-error-text" }), " ", button);
    line.firstChild.append(...words);
    this.tell(line.firstChild.textContent);
  }

  // What is typed is saved with the files it goes with.
  tell(words) {
    this.said.textContent = words;
    this.form.dispatchEvent(new Event("change"));
  }

  // The form leaves once its files are there; one that is missing keeps it here.
  async hold(event) {
    if (!this.waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.said.textContent = "Les fichiers finissent de partir.";
    await this.queue;
    if (!this.list.querySelector("[data-manque], [data-refuse]")) this.form.requestSubmit(event.submitter);
  }
}

for (const place of document.querySelectorAll("[data-fichiers]")) new Sender(place);
