// Asks the browser for passkeys. A button marked data-passkey stands in the form that takes the answer; without scripts it stays hidden,
// and the page's other ways do. The server asks the question (data-options) and checks the answer (data-action); here they are only passed on.

const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => list?.map((credential) => ({ ...credential, id: toBytes(credential.id) }));

const creation = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  user: { ...options.user, id: toBytes(options.user.id) },
  excludeCredentials: described(options.excludeCredentials),
});

const request = (options) => ({ ...options, challenge: toBytes(options.challenge), allowCredentials: described(options.allowCredentials) });

const answer = (credential) => {
  const { response } = credential;
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle) || undefined,
      transports: response.getTransports?.(),
    },
  });
};

// The conditional question that is open, if any: a browser answers one at a time.
let waiting;

const say = (button, text) => {
  const place = button.closest("[data-passkey-place]").querySelector("[data-passkey-message]");
  place.textContent = text ?? "";
};

const ask = async (button) => {
  const asked = button.dataset.passkey === "create-account"
    ? await fetch(button.dataset.options, { method: "POST", body: new FormData(button.form), headers: { Accept: "application/json" } })
    : await fetch(button.dataset.options, { headers: { Accept: "application/json" } });
  return asked.ok ? asked.json() : null;
};

const fill = (form, credential, state) => {
  form.elements.credential.value = credential;
  form.elements.state.value = state;
};

const send = (button) => {
  button.form.action = button.dataset.action;
  button.form.submit();
};

// After a confirmation the form that was refused is sent again, if it can be told which one and by which button.
const sendAgain = (button) => {
  const buttons = [...document.querySelectorAll("main form[method=post] button:not([type=button])")]
    .filter((candidate) => (candidate.getAttribute("formaction") ? candidate.formAction : candidate.form.action) === location.href);
  if (buttons.length === 1) {
    buttons[0].form.requestSubmit(buttons[0]);
  } else {
    say(button, button.dataset.again);
  }
};

const run = async (button) => {
  waiting?.abort();
  say(button, "");
  const question = await ask(button).catch(() => null);
  if (!question) {
    // The server says what is wrong, beside the fields.
    send(button);
    return;
  }
  let credential;
  try {
    credential = button.dataset.passkey.startsWith("create")
      ? await navigator.credentials.create({ publicKey: creation(question.options) })
      : await navigator.credentials.get({ publicKey: request(question.options) });
  } catch (error) {
    say(button, error.name === "InvalidStateError" ? button.dataset.known : button.dataset.cancelled);
    return;
  }
  fill(button.form, answer(credential), question.state);
  if (button.dataset.passkey !== "confirm") {
    send(button);
    return;
  }
  const confirmed = await fetch(button.dataset.action, { method: "POST", body: new FormData(button.form), headers: { Accept: "application/json" } }).catch(() => null);
  if (confirmed?.ok) {
    sendAgain(button);
  } else {
    say(button, button.dataset.failed);
  }
};

const offer = async (button) => {
  if (!button.dataset.autofill || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) {
    return;
  }
  const question = await ask(button).catch(() => null);
  if (!question) {
    return;
  }
  waiting = new AbortController();
  try {
    const credential = await navigator.credentials.get({ publicKey: request(question.options), mediation: "conditional", signal: waiting.signal });
    fill(button.form, answer(credential), question.state);
    send(button);
  } catch {
    // Nobody chose one; the button is still there.
  }
};

if (supported) {
  for (const place of document.querySelectorAll("[data-passkey-place]")) {
    place.hidden = false;
    for (const button of place.querySelectorAll("button[data-passkey]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        button.disabled = true;
        run(button).finally(() => {
          button.disabled = false;
        });
      });
      offer(button);
    }
  }
}
