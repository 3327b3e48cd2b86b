// Watches over a station: when nobody has touched it for a while it asks whether somebody is still there, and when nobody answers it goes on to
// the next voter. It goes by the clock, so that a device that slept knows how long. Without scripts pages do it by themselves, less patiently.

const next = "/station/next";
const after = Number(document.body.dataset.stillAfter) * 1000;
const grace = Number(document.body.dataset.stillGrace) * 1000;
const dialog = document.querySelector("dialog[data-still]");
const seconds = dialog?.querySelector("[data-still-seconds]");
const announcement = dialog?.querySelector("[data-still-announce]");

let last = Date.now();
// Where nobody has begun there is nothing to wipe, unless something is told about whoever was there before.
let begun = Boolean(dialog || document.querySelector("main .notice"));

const moved = () => {
  if (!dialog?.open) {
    last = Date.now();
    begun = true;
  }
};

const goOn = () => {
  last = Date.now();
  dialog.close();
};

const look = () => {
  const still = Date.now() - last;
  if (begun && still >= (dialog ? after + grace : after)) {
    location.replace(next);
  } else if (dialog && still >= after) {
    if (!dialog.open) {
      dialog.showModal();
    }
    const left = Math.ceil((after + grace - still) / 1000);
    seconds.textContent = left;
    // Read out now and then, not at every second.
    if (left % 10 === 0) {
      announcement.textContent = announcement.dataset.text.replace("{0}", left);
    }
  }
};

for (const kind of ["pointerdown", "pointermove", "keydown", "input", "scroll", "wheel", "touchmove"]) {
  addEventListener(kind, moved, { passive: true, capture: true });
}
dialog?.querySelector("[data-still-continue]").addEventListener("click", goOn);
dialog?.addEventListener("cancel", (event) => {
  event.preventDefault();
  goOn();
});
// A page that the browser kept may be the last voter's.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.replace(next);
  }
});
setInterval(look, 1000);
