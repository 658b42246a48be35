/* 填一项，存一项：离开、断电都不丢。一次只存一份，再存就存最新的；存不上不打扰，下一项再试。 */
(function () {
  'use strict';
  var d = document, saving = null, next = null;

  function save(form) {
    var data = new FormData(form);
    data.set('draft', 'auto');
    saving = fetch(form.action, { method: 'POST', body: data }).then(function (answer) {
      [].forEach.call(d.querySelectorAll('[data-autosaved]'), function (note) { note.hidden = answer.status !== 204; });
    }, function () {}).then(function () {
      var newest = next;
      saving = next = null;
      if (newest) save(newest);
    });
  }
  d.addEventListener('change', function (e) {
    var form = e.target.form;
    if (!form || form.dataset.autosave === undefined) return;
    if (saving) next = form; else save(form);
  });

  /* 交的时候自动保存还在路上：等它到了再交，旧内容才不会盖住新内容；最多等 10 秒。 */
  d.addEventListener('submit', function (e) {
    var form = e.target, b = e.submitter;
    if (!saving || !form.requestSubmit) return;
    e.preventDefault();
    e.stopPropagation();
    next = null;
    if (b) b.setAttribute('aria-busy', 'true');
    Promise.race([saving, new Promise(function (go) { setTimeout(go, 10000); })]).then(function () {
      saving = null;
      if (b) b.removeAttribute('aria-busy');
      form.requestSubmit(b);
    });
  }, true);
})();
