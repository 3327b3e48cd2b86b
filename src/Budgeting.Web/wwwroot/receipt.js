// A receipt's QR code carries the receipt behind the address's #, which no server sees. Here it is put in the field, and taken out of
// the address so that it does not stay in the browser's history. Without scripts the receipt is typed.

const field = document.querySelector("main input[name='Input.Code']");
const code = decodeURIComponent(location.hash.slice(1));

if (field && /^[0-9A-Za-z-]{16,24}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
  field.focus();
}
