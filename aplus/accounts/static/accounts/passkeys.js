/* Passkeys: asks the site what to ask, asks the authenticator, and sends its answer with the form. */

const PROBLEMS = {
  absent: "Ce navigateur ne sait pas utiliser les clés d’accès. Essayez avec un navigateur plus récent.",
  asked: "Le site n’a pas répondu comme prévu. Rechargez la page, puis recommencez.",
  many: "Trop d’essais en peu de temps. Attendez quelques minutes, puis recommencez.",
  InvalidStateError: "Cet appareil a déjà une clé d’accès pour votre compte.",
  NotAllowedError: "La demande a été annulée ou a duré trop longtemps. Recommencez quand vous voulez.",
  SecurityError: "Le navigateur refuse les clés d’accès à cette adresse.",
};

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (credentials) => credentials?.map((one) => ({ ...one, id: toBytes(one.id) }));

async function ask(form) {
  const data = new FormData(form);
  data.set("action", "defi");
  const response = await fetch(form.action, { method: "POST", body: data, redirect: "error" });
  if (!response.ok) throw new Error(response.status === 429 ? "many" : "asked");
  return (await response.json()).publicKey;
}

async function create(asked) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: withBytes(asked.excludeCredentials),
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return said(made, { clientDataJSON: toText(clientDataJSON), attestationObject: toText(attestationObject) });
}

async function get(asked) {
  const given = await navigator.credentials.get({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      allowCredentials: withBytes(asked.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
  return said(given, {
    clientDataJSON: toText(clientDataJSON),
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    ...(userHandle && { userHandle: toText(userHandle) }),
  });
}

const said = (credential, response) =>
  JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("button[type=submit]");
  const tell = (word) => {
    problem.textContent = PROBLEMS[word] ?? PROBLEMS.asked;
    problem.hidden = false;
  };
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    tell("absent");
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      const asked = await ask(form);
      form.elements.reponse.value = await (form.dataset.passkey === "create" ? create(asked) : get(asked));
      form.submit();
    } catch (error) {
      tell(error.name in PROBLEMS ? error.name : error.message);
    } finally {
      button.disabled = false;
    }
  });
}
