// Mark a sentence and those that it is linked with while the pointer or the focus is on it.
(function () {
  "use strict";
  var marked = [];
  function clear() {
    marked.forEach(function (each) { each.classList.remove("on"); });
    marked = [];
  }
  function show(event) {
    var from = event.target.closest && event.target.closest("[data-with]");
    clear();
    if (!from) return;
    [from.id].concat(from.dataset.with.split(" ")).forEach(function (id) {
      var each = document.getElementById(id);
      if (each) { each.classList.add("on"); marked.push(each); }
    });
  }
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("mouseleave", clear);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") clear(); });
})();
