// The thread: puts a message's text in its correction's field when that is opened, leads to the first unread message.
"use strict";

document.addEventListener(
  "toggle",
  (event) => {
    const field = event.target.open && event.target.querySelector("[data-same-as]");
    if (field && !field.value) field.value = field.defaultValue = document.getElementById(field.dataset.sameAs).textContent;
  },
  true,
);

// What the page has to say first (an error, an act just done) is read first.
addEventListener("load", () => {
  const unread = document.getElementById("premier-non-lu");
  if (unread && !location.hash && !document.querySelector("main .fr-alert")) unread.scrollIntoView();
});
