/* 客服台的按键：/ 搜索，↑↓ 选，Enter 打开（浏览器自己做），c 复制回复。单键可以关掉。 */
(function () {
  'use strict';
  var d = document, now = -1, on = true, toggle = d.querySelector('[data-desk-toggle]');

  function links() { return [].slice.call(d.querySelectorAll('[data-desk-open]')); }
  function token() { var input = d.querySelector('[name=csrfmiddlewaretoken]'); return input ? input.value : ''; }
  function used(url) {
    fetch(url, {
      method: 'POST', keepalive: true, credentials: 'same-origin', body: new URLSearchParams({ act: 'use' }),
      headers: { 'X-CSRFToken': token(), 'X-Requested-With': 'fetch' }
    }).catch(function () {});
  }
  function select(place) {
    var all = links();
    if (!all.length) return;
    now = Math.max(0, Math.min(place, all.length - 1));
    [].forEach.call(d.querySelectorAll('[data-now]'), function (line) { line.removeAttribute('data-now'); });
    all[now].closest('[data-desk-line]').setAttribute('data-now', '');
    all[now].focus();
  }
  function place() {
    var line = d.activeElement.closest && d.activeElement.closest('[data-desk-line]');
    return line ? links().indexOf(line.querySelector('[data-desk-open]')) : -1;
  }
  function show() {
    var state = toggle.lastElementChild;
    toggle.setAttribute('aria-pressed', on);
    state.textContent = on ? state.dataset.on : state.dataset.off;
  }
  function typing(target) { return target.matches && target.matches('input,textarea,select'); }

  if (toggle) {
    try { on = localStorage.getItem('desk-keys') !== 'off'; } catch (e) { on = true; }
    show();
    toggle.addEventListener('click', function () {
      on = !on;
      show();
      try { localStorage.setItem('desk-keys', on ? 'on' : 'off'); } catch (e) { /* 只在本页有效 */ }
    });
  }

  d.addEventListener('keydown', function (e) {
    var box = d.getElementById('desk-q');
    if (!box || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (typing(e.target) && e.target !== box) return;
      if (e.key === 'ArrowUp' && place() < 0) return;
      e.preventDefault();
      if (e.key === 'ArrowUp' && place() === 0) { now = -1; box.focus(); return; }
      select(place() + (e.key === 'ArrowDown' ? 1 : -1));
      return;
    }
    if (!on || typing(e.target)) return;
    if (e.key === '/') { e.preventDefault(); box.focus(); box.select(); }
    else if (e.key === 'c') {
      var line = links()[Math.max(place(), 0)], button = line && line.closest('[data-desk-line]').querySelector('[data-desk-reply]');
      if (button) button.click();
    }
  });
  d.addEventListener('click', function (e) {
    var one = e.target.closest && e.target.closest('[data-desk-reply],[data-desk-open]');
    if (one) used(one.dataset.deskReply || one.dataset.deskOpen);
  });

  /* 查到了就停在第一条：Enter 打开，c 复制。没查到或还没查，光标在搜索框。 */
  if (d.querySelector('[data-desk-found] [data-desk-open]')) select(0);
  else if (d.getElementById('desk-q')) d.getElementById('desk-q').focus();
})();
