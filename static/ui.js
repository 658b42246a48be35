/* 渐进增强：没有它照常可用。文字都在页面的 data-* 里。 */
(function () {
  'use strict';
  var d = document, root = d.documentElement, toastBox, timer;
  root.className += ' js';

  function each(selector, act) { [].forEach.call(d.querySelectorAll(selector), act); }

  function toast(text) {
    toastBox.textContent = text;
    toastBox.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(function () { toastBox.hidden = true; }, 6000);
  }

  function copy(text) {
    function done() { toast(toastBox.dataset.copied + (text.length > 40 ? text.slice(0, 40) + '…' : text)); }
    function byHand() {
      var area = d.createElement('textarea'), worked = false;
      area.value = text;
      area.className = 'sr';
      d.body.appendChild(area);
      area.select();
      try { worked = d.execCommand('copy'); } catch (e) { worked = false; }
      area.remove();
      if (worked) done(); else toast(toastBox.dataset.manual);
    }
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  }

  function show(button) {
    var input = d.getElementById(button.dataset.show), hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    button.lastElementChild.textContent = hidden ? button.dataset.on : button.dataset.off;
  }

  function resize(button) {
    var size = button.dataset.size;
    if (size) root.dataset.size = size; else root.removeAttribute('data-size');
    d.cookie = 'size=' + size + ';path=/;max-age=31536000;samesite=lax';
    each('.size button', function (other) { other.setAttribute('aria-pressed', other === button); });
  }

  d.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('[data-copy],[data-show],[data-print],.size [data-size]');
    if (!b) return;
    if (b.dataset.copy !== undefined) copy(b.dataset.copy);
    else if (b.dataset.show) show(b);
    else if (b.dataset.print !== undefined) { e.preventDefault(); window.print(); }
    else { e.preventDefault(); resize(b); }
  });

  /* 只交一次；15 秒没有回音可以再试，重复由服务器认出。 */
  function release(form) {
    var b = form.querySelector('[aria-busy]');
    delete form.dataset.sent;
    if (b) { b.removeAttribute('aria-busy'); b.lastChild.textContent = b.dataset.text; }
  }
  d.addEventListener('submit', function (e) {
    var form = e.target, b = e.submitter || form.querySelector('.btn.p');
    if (e.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = 1;
    if (b && b.classList.contains('p') && b.lastChild.nodeType === 3) {
      b.dataset.text = b.lastChild.textContent;
      b.setAttribute('aria-busy', 'true');
      b.lastChild.textContent = toastBox.dataset.busy;
    }
    setTimeout(release, 15000, form);
  });
  /* 后退可能给出旧画面：重新取真实状态。 */
  window.addEventListener('pageshow', function (e) {
    if (!e.persisted) return;
    [].forEach.call(d.forms, release);
    location.reload();
  });


  d.addEventListener('DOMContentLoaded', function () {
    var summary = d.querySelector('.esum');
    toastBox = d.querySelector('.toast');
    if (summary) summary.focus();
    each('[data-read]', function (box) {
      function look() {
        var field = d.querySelector('[name=read]');
        if (field && box.scrollTop + box.clientHeight >= box.scrollHeight - 8) field.value = 'end';
      }
      box.addEventListener('scroll', look);
      look();
    });
  });
})();
