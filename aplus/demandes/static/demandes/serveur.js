// Small answers of the server: what each status means to a page that saves by itself.

export const tokenOf = (form) => form.querySelector("[name=csrfmiddlewaretoken]").value;

// Whoever signed in again has another token: every form of the page gets it. False when there is none to get.
export async function renewToken(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return false;
  const { jeton } = await answer.json();
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = jeton;
  return true;
}

export const signInAddress = () => `/connexion/?suite=${encodeURIComponent(location.pathname)}`;

// A sentence that ends with a link to the sign-in page, opened apart so that this page keeps what is typed.
export function signedOutText(before, after) {
  const link = document.createElement("a");
  link.href = signInAddress();
  link.target = "_blank";
  link.rel = "noopener";
  link.title = "Reconnectez-vous - nouvelle fenêtre";
  link.textContent = "reconnectez-vous";
  return [before, link, after];
}
