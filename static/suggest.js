/* 搜索建议：APG combobox，列出建议、由人选定。没有它表单照常提交。文字都在表单的 data-* 里。 */
(function () {
  'use strict';
  var d = document, WAIT = 200, forms = 0;

  function make(tag, className, text) {
    var node = d.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  function attach(form) {
    var input = form.elements.q, id = 'sug' + (forms += 1);
    var box = make('div', 'sug'), list = make('ul'), said = make('div', 'sr');
    var composing = false, active = -1, asked = 0, shown = '', timer;

    function set(name, value) { input.setAttribute('aria-' + name, value); }
    function options() { return list.children; }

    function point(place) {
      var all = options(), old = all[active];
      if (old) old.setAttribute('aria-selected', 'false');
      active = place;
      if (!all[place]) { input.removeAttribute('aria-activedescendant'); return; }
      all[place].setAttribute('aria-selected', 'true');
      set('activedescendant', all[place].id);
      if (all[place].scrollIntoView) all[place].scrollIntoView({ block: 'nearest' });
    }

    function close() {
      clearTimeout(timer);
      asked += 1;
      point(-1);
      box.hidden = true;
      set('expanded', 'false');
    }

    function open() {
      if (!options().length) return;
      box.hidden = false;
      set('expanded', 'true');
    }

    function show(found) {
      close();
      list.textContent = '';
      found.forEach(function (one, place) {
        var row = make('li'), name = make('span', 'q');
        row.id = id + '-' + place;
        row.setAttribute('role', 'option');
        row.setAttribute('aria-selected', 'false');
        row.dataset.url = one.url;
        (one.parts || [[one.title, false]]).forEach(function (part) {
          name.appendChild(part[1] ? make('mark', '', part[0]) : d.createTextNode(part[0]));
        });
        row.appendChild(name);
        if (one.stage) row.appendChild(make('span', 'tag gy', one.stage));
        list.appendChild(row);
      });
      said.textContent = found.length ? form.dataset.count.replace('0', found.length) : '';
      open();
    }

    function ask() {
      var text = input.value.trim(), turn;
      clearTimeout(timer);
      if (composing) return;
      point(-1);
      if (!text) { shown = ''; list.textContent = ''; said.textContent = ''; close(); return; }
      if (text === shown) return;
      turn = asked += 1;
      timer = setTimeout(function () {
        fetch(form.dataset.suggest + '?q=' + encodeURIComponent(text.slice(0, 200)))
          .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
          .then(function (answer) {
            if (turn !== asked || d.activeElement !== input) return;
            show(answer.suggestions);
            shown = text;
          })
          .catch(function () {});
      }, WAIT);
    }

    function go(row) { location.assign(row.dataset.url); }

    function key(e) {
      var count = options().length;
      /* 输入法正在选字：这些键是给它的。 */
      if (e.isComposing || e.keyCode === 229) return;
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        if (!count) return;
        e.preventDefault();
        /* 已经在选：列表不再变。 */
        clearTimeout(timer);
        asked += 1;
        if (box.hidden) open();
        point(e.key === 'ArrowDown' ? (active + 2) % (count + 1) - 1 : (active < 0 ? count : active) - 1);
      } else if (e.key === 'Enter' && !box.hidden && active >= 0) {
        e.preventDefault();
        go(options()[active]);
      } else if (e.key === 'Escape' && !box.hidden) {
        e.preventDefault();
        close();
      } else if (e.key === 'Tab' || e.key === 'Enter') close();
    }

    list.id = id;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', form.dataset.label);
    said.setAttribute('role', 'status');
    box.hidden = true;
    box.appendChild(list);
    box.appendChild(make('p', 'f', form.dataset.hint));
    form.appendChild(box);
    form.appendChild(said);
    input.setAttribute('role', 'combobox');
    set('autocomplete', 'list');
    set('controls', id);
    set('expanded', 'false');

    input.addEventListener('compositionstart', function () { composing = true; clearTimeout(timer); });
    input.addEventListener('compositionend', function () { composing = false; ask(); });
    input.addEventListener('input', function (e) { if (!e.isComposing) ask(); });
    input.addEventListener('keydown', key);
    input.addEventListener('blur', close);
    /* 点建议时焦点留在框里，列表才不会先关掉。 */
    box.addEventListener('mousedown', function (e) { e.preventDefault(); });
    box.addEventListener('click', function (e) {
      var row = e.target.closest('[role=option]');
      if (row) go(row);
    });
  }

  [].forEach.call(d.querySelectorAll('form[data-suggest]'), attach);
})();
