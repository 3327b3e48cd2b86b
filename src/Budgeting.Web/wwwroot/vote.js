// Keeps the totals of a ballot up to date while it is filled in. Without it the button "update" does the same on the server,
// and the server alone decides what a ballot may hold.

const language = document.documentElement.lang;
const quiet = 900;

const fill = (text, ...values) => values.reduce((filled, value, i) => filled.replace(`{${i}}`, value), text);

const number = (value) => new Intl.NumberFormat(language).format(value);

const money = (cents) => {
  const digits = cents % 100 === 0 ? 0 : 2;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(cents / 100)}\u00a0€`;
};

for (const heading of document.querySelectorAll(".ballot__heading")) {
  const total = heading.querySelector("[data-total]");
  const text = total.querySelector("[data-total-text]");
  const over = total.querySelector("[data-total-over]");
  const announcement = heading.querySelector("[data-announce]");
  const boxes = [...heading.querySelectorAll("input[type=checkbox]")];
  const limit = Number(total.dataset.limit);
  const isMoney = total.dataset.total === "money";
  const show = isMoney ? money : number;
  let waiting;

  const update = () => {
    const chosen = boxes.filter((box) => box.checked);
    const sum = isMoney ? chosen.reduce((cents, box) => cents + Number(box.dataset.cents), 0) : chosen.length;
    const excess = sum - limit;
    text.textContent = fill(total.dataset.text, show(sum), show(limit));
    over.textContent = excess > 0 ? fill(total.dataset.over, show(excess)) : "";
    over.hidden = excess <= 0;
    total.classList.toggle("vote-total--over", excess > 0);
  };

  heading.addEventListener("change", () => {
    update();
    // Read out once the person pauses, not at every box.
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      announcement.textContent = `${text.textContent} ${over.textContent}`.trim();
    }, quiet);
  });
  total.querySelector("[data-update]").hidden = true;
  // A browser that comes back to the page may have kept other boxes ticked than the server knew of.
  update();
}
