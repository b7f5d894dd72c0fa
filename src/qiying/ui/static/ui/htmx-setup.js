/* htmx: CSRF header, focus kept, and failures that say what to do and lose nothing. */
(function () {
  "use strict";
  var q = window.qiying;
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") { event.detail.headers["X-CSRFToken"] = q.token(); }
  });
  var focused = null;
  document.addEventListener("htmx:beforeSwap", function () {
    var active = document.activeElement;
    focused = active && active.id ? { id: active.id, start: active.selectionStart } : null;
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var errors = event.target.querySelector && event.target.querySelector("[data-errors]");
    if (errors) { errors.focus(); return; }
    if (!focused || document.activeElement !== document.body) { return; }
    var again = document.getElementById(focused.id);
    if (again) {
      again.focus({ preventScroll: true });
      if (focused.start !== null && again.setSelectionRange) {
        try { again.setSelectionRange(focused.start, focused.start); } catch (ignored) { /* not a text field */ }
      }
    }
  });
  var WORDS = {
    401: "登录过期了。请在新页面登录，再回来点一次，内容还在。",
    403: "您不能做这一步。内容还在，可以复制下来。",
    404: "找不到这一件，或者不归您看。",
    409: "刚刚有人先处理了。刷新页面看最新情况，您写的还在草稿里。",
    413: "文件太大，没传上去。换一份小的再试。",
    503: "系统正忙，还没有存上。内容还在，等几秒再点一次。",
    429: "点得太快了。等一分钟再试，内容还在。"
  };
  function place(event) {
    var near = event.detail.elt && event.detail.elt.closest("form, .card, .q-pane-body, main");
    return near || document.getElementById("main");
  }
  function show(event, words) {
    var where = place(event);
    var old = where.querySelector(":scope > .q-request-error");
    if (old) { old.remove(); }
    var note = q.make("div", "q-note q-note-bad q-request-error");
    note.setAttribute("role", "alert");
    note.appendChild(q.make("span", "q-grow", words));
    where.insertBefore(note, where.firstChild);
  }
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    show(event, WORDS[status] || "没办成：服务器出错了，已经记下。您写的内容还在，过一会儿再点一次。（" + status + "）");
  });
  document.addEventListener("htmx:sendError", function (event) {
    show(event, "没发出去：网络断了。内容还在，连上网再点一次。");
  });
  document.addEventListener("htmx:timeout", function (event) {
    show(event, "等得太久，先停了。内容还在，再点一次就行。");
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var where = place(event);
    var old = where && where.querySelector(":scope > .q-request-error");
    if (old) { old.remove(); }
  });
})();
