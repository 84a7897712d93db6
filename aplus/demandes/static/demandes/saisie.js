// Keeps what is typed: a little after the last key, when the page is left, again after a failure or a new sign-in.
// The form sends nothing by this: its one-time key stays good, and the server puts aside what another tab outran.
import { renewToken, signedOutText, tokenOf } from "./serveur.js";

const QUIET = 3000, AT_MOST = 5000, RETRY = 5000, KEEPALIVE_BYTES = 60000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "cle", "version", "brouillon", "vu"]);

class Keeper {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.saisie;
    this.shown = form.querySelector("[data-saisie-etat]");
    this.said = form.querySelector("[data-saisie-annonce]");
    this.saved = this.typed();
    this.state = "";
    this.rank = 0;
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    form.addEventListener("submit", (event) => this.leave(event));
    addEventListener("beforeunload", (event) => this.warn(event));
    addEventListener("pagehide", () => this.save({ leaving: true }));
    document.addEventListener("visibilitychange", () => this.save({ leaving: document.hidden }));
    addEventListener("focus", () => this.state === "signed-out" && this.save());
  }

  fields() {
    return [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
  }

  typed() {
    return JSON.stringify(this.fields().filter(([name]) => !NOT_TYPED.has(name)));
  }

  get isDirty() {
    return this.typed() !== this.saved;
  }

  later() {
    if (!this.address || this.isLeaving) return;
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(QUIET, this.since + AT_MOST - Date.now())));
  }

  // One save at a time, but for the last one. True when nothing is left to save.
  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (!this.address || this.isLeaving || !this.isDirty) return true;
    if (this.running && !leaving) {
      await this.running;
      return this.save();
    }
    this.since = undefined;
    this.running = this.send(leaving);
    const isSaved = await this.running;
    this.running = undefined;
    if (isSaved && this.isDirty) this.later();
    return isSaved;
  }

  async send(leaving, isSecondTry = false) {
    const typed = this.typed();
    this.rank = Math.max(this.rank + 1, Date.now());
    const body = new URLSearchParams([...this.fields(), ["action", "enregistrer"], ["rang", this.rank]]);
    const keepalive = leaving && body.toString().length < KEEPALIVE_BYTES;
    let answer;
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": tokenOf(this.form) };
      answer = await fetch(this.address, { method: "POST", body, headers, redirect: "manual", keepalive });
    } catch {
      return this.failed("offline", ["Non enregistré : connexion perdue, nouvelle tentative…"]);
    }
    if (answer.type === "opaqueredirect") {
      const words = ["Non enregistré : votre session est terminée. Votre texte reste ici ; ", " pour l’enregistrer."];
      return this.failed("signed-out", signedOutText(...words));
    }
    if (answer.status === 403 && !isSecondTry && (await renewToken(this.address).catch(() => false))) {
      return this.send(leaving, true);
    }
    return this.heard(answer, typed);
  }

  async heard(answer, typed) {
    if (answer.ok) {
      await answer.text(); // an answer left unread is one that failed, to the browser
      this.saved = typed;
      const hour = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
      return this.say("saved", [`Enregistré à ${hour}`], "Enregistré");
    }
    const errors = await answer.json().then((found) => found.erreurs.join(" "), () => "");
    if (answer.status === 409) {
      this.saved = typed;
      return this.say("aside", [errors, " Rechargez la page pour choisir."]);
    }
    if (answer.status >= 500 || answer.status === 429) {
      return this.failed("offline", ["Non enregistré : le site ne répond pas, nouvelle tentative…"]);
    }
    return this.failed("refused", [`Non enregistré : ${errors || "cette page n’est plus à vous ou n’existe plus."}`]);
  }

  failed(state, words) {
    this.say(state, words);
    if (state !== "refused" && !this.isLeaving) this.timer = setTimeout(() => this.save(), RETRY);
    return false;
  }

  // Shown each time; read aloud only when it changes in kind.
  say(state, words, aloud) {
    this.shown?.replaceChildren(...words);
    if (state !== this.state && this.said) {
      this.said.textContent = aloud ?? words.map((word) => word.textContent ?? word).join("");
    }
    this.state = state;
    return true;
  }

  // The last words are saved before the form leaves: an ended session or a lost connection keeps the person here.
  async leave(event) {
    if (event.defaultPrevented) return;
    if (!this.address || !this.isDirty) {
      this.isLeaving = true;
      return;
    }
    event.preventDefault();
    if (!(await this.save()) && ["offline", "signed-out"].includes(this.state)) {
      this.shown?.scrollIntoView({ block: "center" });
      return;
    }
    this.isLeaving = true;
    clearTimeout(this.timer);
    this.form.requestSubmit(event.submitter);
  }

  warn(event) {
    const isLost = this.address ? ["offline", "signed-out", "refused"].includes(this.state) : true;
    if (!this.isLeaving && isLost && this.isDirty) event.preventDefault();
  }
}

const keepers = [...document.querySelectorAll("form[data-saisie]")].map((form) => new Keeper(form));

// A page taken back from the browser's memory shows what was, not what is saved; but what could not be saved is only
// there (the site was closed, or did not answer).
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const unsaved = keepers.filter((keeper) => keeper.address && keeper.isDirty);
  if (unsaved.length === 0) location.reload();
  for (const keeper of unsaved) {
    keeper.isLeaving = false;
    keeper.later();
  }
});
