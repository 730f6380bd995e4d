// "Chat with us" opens the chat of the page, once it is there.
function offer(within) {
  for (const button of within.querySelectorAll("[data-chat-open]")) button.hidden = !window.Carecenter;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-chat-open]")) window.Carecenter?.open();
});
document.addEventListener("help:part", (event) => offer(event.detail));
addEventListener("load", () => offer(document));
offer(document);
