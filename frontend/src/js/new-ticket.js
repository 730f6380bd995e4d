// New ticket: choosing a customer from what is known.
import { on } from "./page.js";

const part = (picker, name) => picker.querySelector(`[data-${name}]`);

on("click", "[data-choose-customer]", (_event, option) => {
  const picker = option.closest("[data-customer-picker]");
  picker.querySelector("[name=customer]").value = option.dataset.chooseCustomer;
  part(picker, "chosen-name").textContent = option.dataset.name;
  part(picker, "chosen").hidden = false;
  part(picker, "search").hidden = true;
  document.getElementById("customer-options").replaceChildren();
  part(picker, "unchoose").focus();
});

on("click", "[data-unchoose]", (_event, button) => {
  const picker = button.closest("[data-customer-picker]");
  picker.querySelector("[name=customer]").value = "";
  part(picker, "chosen").hidden = true;
  part(picker, "search").hidden = false;
  picker.querySelector("[name=who]").focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-search]")) document.getElementById("customer-options")?.replaceChildren();
});
