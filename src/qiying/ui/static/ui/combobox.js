/* A long select becomes a field you type into (ARIA combobox with a listbox). The select stays and is what is sent. */
(function () {
  "use strict";
  var q = window.qiying;
  var serial = 0;
  function build(select) {
    serial += 1;
    var id = "q-combo-" + serial;
    var many = select.multiple;
    var box = q.make("div", "q-combo");
    var chosen = q.make("div", "q-combo-chosen");
    var input = q.make("input", "form-control");
    var list = q.make("ul", "q-combo-list");
    var options = Array.prototype.filter.call(select.options, function (option) { return option.value !== ""; });
    var active = -1;
    var shown = [];
    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    input.type = "text";
    input.autocomplete = "off";
    input.id = select.id ? select.id + "-text" : id + "-text";
    input.placeholder = many ? "输入几个字来找，可选多项" : "输入几个字来找";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-autocomplete", "list");
    ["aria-describedby", "aria-invalid", "aria-label"].forEach(function (name) {
      if (select.hasAttribute(name)) { input.setAttribute(name, select.getAttribute(name)); }
    });
    var label = select.id && document.querySelector('label[for="' + select.id + '"]');
    if (label) {
      label.htmlFor = input.id;
      if (!label.id) { label.id = id + "-label"; }
      list.setAttribute("aria-labelledby", label.id);
    } else { list.setAttribute("aria-label", input.getAttribute("aria-label") || "可选项"); }

    function words() {
      var option = select.selectedOptions[0];
      return !many && option && option.value ? option.textContent.trim() : "";
    }
    function open() {
      var wanted = input.value === words() ? "" : input.value.trim().toLowerCase();
      shown = options.filter(function (option) {
        var hay = (option.textContent + " " + (option.dataset.search || "")).toLowerCase();
        return !wanted || hay.indexOf(wanted) >= 0;
      }).slice(0, 60);
      list.textContent = "";
      shown.forEach(function (option, index) {
        var item = q.make("li", "", (many && option.selected ? "✓ " : "") + option.textContent.trim());
        item.id = id + "-" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.addEventListener("mousedown", function (event) { event.preventDefault(); choose(index); });
        list.appendChild(item);
      });
      if (!shown.length) {
        var none = q.make("li", "q-none", "没有这一项，换几个字试试");
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        list.appendChild(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      point(shown.length && wanted ? 0 : -1);
    }
    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      active = -1;
    }
    function point(index) {
      active = index;
      Array.prototype.forEach.call(list.children, function (item, i) {
        item.setAttribute("aria-selected", i === index ? "true" : "false");
        if (i === index) { item.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", item.id); }
      });
    }
    function choose(index) {
      var option = shown[index];
      if (!option) { return; }
      option.selected = many ? !option.selected : true;
      if (many) { input.value = ""; chips(); } else { input.value = words(); }
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function chips() {
      chosen.textContent = "";
      options.filter(function (option) { return option.selected; }).forEach(function (option) {
        var chip = q.make("span", "q-chip", option.textContent.trim());
        var remove = q.make("button", "", "×");
        remove.type = "button";
        remove.setAttribute("aria-label", "去掉 " + option.textContent.trim());
        remove.addEventListener("click", function () { option.selected = false; chips(); select.dispatchEvent(new Event("change", { bubbles: true })); input.focus(); });
        chip.appendChild(remove);
        chosen.appendChild(chip);
      });
    }
    input.addEventListener("input", open);
    input.addEventListener("focus", function () { if (!many) { input.select(); } });
    input.addEventListener("click", open);
    input.addEventListener("blur", function () {
      close();
      if (!many) {
        if (input.value.trim() === "" && !select.required) { select.value = ""; }
        input.value = words();
      }
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) { return; }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) { open(); }
        var step = event.key === "ArrowDown" ? 1 : -1;
        if (shown.length) { point((active + step + shown.length) % shown.length); }
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (active >= 0) { choose(active); }
      } else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); event.preventDefault(); close(); }
    });
    select.addEventListener("change", function () { if (many) { chips(); } else { input.value = words(); } });
    select.addEventListener("invalid", function (event) {
      event.preventDefault();
      input.setAttribute("aria-invalid", "true");
      input.focus();
      q.say("请选一项");
    });
    select.hidden = true;
    select.removeAttribute("data-combo");
    select.parentNode.insertBefore(box, select);
    if (many) { box.appendChild(chosen); chips(); }
    box.appendChild(input);
    box.appendChild(list);
    input.value = words();
  }
  q.each(function (root) { q.all(root, "select[data-combo]").forEach(build); });
})();
