// A box beside password fields that shows what is typed. Without script it is not there, and the fields are as ever.
for (const part of document.querySelectorAll("[data-show-passwords]")) {
  const fields = part.closest("form").querySelectorAll('input[type="password"]');
  part.hidden = false;
  part.querySelector("input").addEventListener("change", (event) => {
    for (const field of fields) field.type = event.target.checked ? "text" : "password";
  });
}
