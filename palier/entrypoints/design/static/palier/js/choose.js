// Choosing a level: when the cycle or an option changes, the page is asked for again and what depends on them (the
// ladder, and what is marked data-of-terms; with another cycle, the options too) is put in place;
// the level that is chosen is repeated beside the button. Without this, a button shows the new prices.
const form = document.querySelector("[data-choose]");
const ladder = document.getElementById("ladder");
const chosen = document.getElementById("chosen");
let asking = null;

form.querySelector("[data-recompute]")?.setAttribute("hidden", "");
form.addEventListener("change", (event) => (isTerm(event.target) ? recompute(event.target.name === "cycle") : say()));
say();

function isTerm(field) {
  return field.name === "cycle" || field.name === "code" || field.name.startsWith("option.");
}

async function recompute(isCycle) {
  asking?.abort();
  asking = new AbortController();
  const address = `${form.dataset.choose}?${new URLSearchParams(new FormData(form))}`;
  ladder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".ladder");
    if (!answer.ok || !fresh) return location.assign(address);
    ladder.replaceChildren(fresh);
    const old = document.querySelectorAll("[data-of-terms]");
    page.querySelectorAll("[data-of-terms]").forEach((part, place) => old[place].replaceWith(part));
    if (isCycle) {
      form.querySelectorAll(".terms .field").forEach((option) => option.remove());
      form.querySelector("[data-recompute]")?.before(...page.querySelectorAll(".terms .field"));
    } else {
      page.querySelectorAll(".terms .field").forEach(correct);
    }
    history.replaceState(null, "", address);
    say();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  ladder.removeAttribute("aria-busy");
}

// A field says what was counted, and why that is not what was typed; it keeps the focus.
function correct(fresh) {
  const [counted, field] = [fresh, form].map((place) => place.querySelector(`#${fresh.querySelector("input").id}`));
  if (!field) return;
  if (field.value !== counted.value) field.value = counted.value;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (counted.hasAttribute(name)) field.setAttribute(name, counted.getAttribute(name));
    else field.removeAttribute(name);
  }
  const old = field.closest(".field");
  old.className = fresh.className;
  old.querySelector(".note")?.remove();
  field.after(...fresh.querySelectorAll(".note"));
}

function say() {
  if (!chosen) return;
  const level = form.querySelector('[name="plan"]:checked')?.closest("[data-summary]");
  chosen.hidden = !level;
  chosen.textContent = level ? level.dataset.summary : "";
}
