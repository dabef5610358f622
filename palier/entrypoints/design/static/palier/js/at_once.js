// A form marked data-at-once is sent by itself when its page is opened, and then goes away: opening a page writes
// nothing, sending a form does. Without this, its button does the same.
for (const form of document.querySelectorAll("form[data-at-once]")) {
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" })
    .then(() => form.remove())
    .catch(() => {});
}
