// Receipts that a voter chooses to keep on this device: in the browser's own storage, never sent to the server. Without scripts nothing of this is
// offered. On devices of the clerks, where the next person would find them, the pages do not offer it.

const key = "budgeting-receipts";
const code = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;

const isReceipt = (kept) => kept && Number.isInteger(kept.round) && typeof kept.title === "string" && code.test(kept.code) && typeof kept.day === "string";

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isReceipt) : [];
  } catch {
    return [];
  }
};

// Whether the browser keeps anything at all: some are told not to.
const write = (kept) => {
  try {
    if (kept.length > 0) {
      localStorage.setItem(key, JSON.stringify(kept));
    } else {
      localStorage.removeItem(key);
    }
    return true;
  } catch {
    return false;
  }
};

const offer = document.querySelector("[data-keep-receipt]");
if (offer) {
  const { round, title, day } = offer.dataset;
  const receipt = { round: Number(round), title, code: offer.dataset.code, day };
  const button = offer.querySelector("button");
  const status = offer.querySelector("[role=status]");
  const link = offer.querySelector("[data-kept-link]");
  const done = () => {
    // The paragraph: a style of the button would show it all the same.
    button.parentElement.hidden = true;
    link.hidden = false;
  };
  offer.hidden = false;
  if (read().some((kept) => kept.code === receipt.code)) {
    done();
  }
  button.addEventListener("click", () => {
    const kept = write([...read().filter((other) => other.code !== receipt.code), receipt]);
    status.textContent = kept ? offer.dataset.kept : offer.dataset.failed;
    if (kept) {
      done();
      link.querySelector("a").focus();
    }
  });
}

const page = document.querySelector("[data-receipts]");
if (page) {
  const list = page.querySelector("[data-receipts-list]");
  const row = page.querySelector("[data-receipts-row]");
  const none = page.querySelector("[data-receipts-none]");
  const shared = page.querySelector("[data-receipts-shared]");
  const status = page.querySelector("[data-receipts-status]");
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });

  const show = () => {
    const kept = read();
    list.replaceChildren(...[...kept].reverse().map((receipt) => {
      const item = row.content.cloneNode(true);
      item.querySelector("[data-row-title]").textContent = receipt.title;
      item.querySelector("[data-row-code]").textContent = receipt.code;
      const time = item.querySelector("[data-row-day]");
      time.dateTime = receipt.day;
      time.textContent = Number.isNaN(Date.parse(receipt.day)) ? receipt.day : day.format(new Date(receipt.day));
      // Behind the #, where no server sees it: the page it leads to puts it in its field.
      const check = item.querySelector("[data-row-check]");
      check.href = `/rounds/${receipt.round}/receipt#${receipt.code}`;
      check.setAttribute("aria-label", `${check.textContent}: ${receipt.title}, ${receipt.code}`);
      const remove = item.querySelector("[data-row-delete]");
      remove.setAttribute("aria-label", `${remove.textContent}: ${receipt.title}, ${receipt.code}`);
      remove.addEventListener("click", () => {
        write(read().filter((other) => other.code !== receipt.code));
        status.textContent = status.dataset.deleted;
        show();
        document.getElementById("content").focus();
      });
      return item;
    }));
    none.hidden = kept.length > 0;
    shared.hidden = kept.length === 0;
  };

  page.hidden = false;
  show();
}
