// Brings what is new every thirty seconds while the page is seen: the top of the page and the thread. Never touches
// what somebody types, the focus, or where the page is scrolled; says what came in a line under the thread.
"use strict";

const EVERY = 30_000;
const AT_MOST = 300_000;
const place = document.getElementById("nouvelles");
const zone = document.getElementById("contenu");
let validator = place?.dataset.validateur;
let wait = EVERY;
let last = Date.now();
let timer = 0;
let isOver = false;

function plan() {
  clearTimeout(timer);
  if (!isOver && document.visibilityState === "visible") timer = setTimeout(ask, Math.max(0, last + wait - Date.now()));
}

function stop(sentence) {
  isOver = true;
  keepInSight(() => { place.textContent = sentence; });
}

async function ask() {
  last = Date.now();
  try {
    const answer = await fetch(place.dataset.suite, {
      headers: { "If-None-Match": validator },
      redirect: "manual",
      cache: "no-store",
      credentials: "same-origin",
    });
    if (answer.type === "opaqueredirect") {
      stop("Vous n’êtes plus connecté : les nouveaux messages n’arrivent plus ici. Copiez ce que vous écrivez, puis rechargez la page.");
    } else if (answer.status === 200) {
      const text = await answer.text();
      if (show(new DOMParser().parseFromString(text, "text/html"))) validator = answer.headers.get("ETag");
      wait = EVERY;
    } else if (answer.status === 304) {
      wait = EVERY;
    } else if (answer.status < 500 && answer.status !== 429) {
      stop("Cette demande n’est plus accessible ici : rechargez la page.");
    } else {
      wait = Math.min(AT_MOST, Math.max(wait * 2, 1000 * (Number(answer.headers.get("Retry-After")) || 0)));
    }
  } catch {
    wait = Math.min(AT_MOST, wait * 2);
  }
  plan();
}

// The answer in the page; false when something in use was left as it is, to be brought again next time.
function show(news) {
  const root = news.querySelector("[data-etat]");
  if (!root) return false;
  let isAll = true;
  keepInSight(() => {
    zone.dataset.etat = root.dataset.etat;
    zone.dataset.tour = root.dataset.tour;
    const top = document.getElementById("haut");
    const newTop = news.getElementById("haut");
    if (isInUse(top)) isAll = false;
    else if (!top.isEqualNode(newTop)) top.replaceChildren(...newTop.childNodes);
    const [messages, others, isWhole] = merge(document.getElementById("fil"), news.getElementById("fil"));
    isAll = isAll && isWhole;
    if (messages || others) place.textContent = sentence(messages);
  });
  return isAll;
}

const name = (item) => item.id || item.textContent.trim().replace(/\s+/g, " ");

function merge(thread, newThread) {
  const here = new Map([...thread.children].map((item) => [name(item), item]));
  let messages = 0;
  let others = 0;
  let isWhole = true;
  let previous = null;
  for (const item of [...newThread.children]) {
    let kept = here.get(name(item));
    if (!kept) {
      if (previous) previous.after(item);
      else thread.prepend(item);
      if (item.dataset.message === "autre") messages += 1;
      else others += 1;
      kept = item;
    } else if (kept.dataset.version !== item.dataset.version) {
      if (isInUse(kept)) isWhole = false;
      else {
        kept.replaceWith(item);
        others += 1;
        kept = item;
      }
    }
    previous = kept;
  }
  return [messages, others, isWhole];
}

// It has the focus, or somebody typed in it.
function isInUse(element) {
  if (element.contains(document.activeElement)) return true;
  return [...element.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);
}

function sentence(messages) {
  if (messages === 0) return "La demande a changé.";
  return messages === 1 ? "1 nouveau message" : `${messages} nouveaux messages`;
}

// What the reader looks at, or types in, stays where it is on the screen.
function keepInSight(change) {
  const active = document.activeElement;
  const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const mark = zone.contains(active) && active !== zone ? active : middle;
  const root = document.documentElement;
  root.style.overflowAnchor = "none";
  const before = mark?.getBoundingClientRect().top;
  change();
  if (mark?.isConnected) scrollBy({ top: mark.getBoundingClientRect().top - before, behavior: "instant" });
  requestAnimationFrame(() => { root.style.overflowAnchor = ""; });
}

if (place) {
  document.addEventListener("visibilitychange", plan);
  plan();
}
