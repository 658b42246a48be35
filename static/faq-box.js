/*
 * 可嵌入的搜索框：<script src="…/static/faq-box.js" defer></script> 加 <faq-box></faq-box>。
 * 无依赖；样式在 shadow DOM 里，不影响所在网页；不用内联样式和脚本。说明见 docs/embed.md。
 */
(function () {
  'use strict';
  var d = document, own = d.currentScript, WAIT = 250;
  var home = new URL(own.src).origin;
  var CSS = ':host{display:block;font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;color:#17212f;text-align:left}' +
    ':host([hidden]){display:none}*{box-sizing:border-box}form{display:flex;max-width:40rem}' +
    'input,button{font:inherit;min-height:44px;border:1px solid #0b4f9e;padding:0 14px}' +
    'input{flex:1;min-width:0;border-radius:6px 0 0 6px;background:#fff;color:inherit}' +
    'button{flex:none;border-radius:0 6px 6px 0;background:#0b4f9e;color:#fff;font-weight:700;cursor:pointer}' +
    'input:focus,button:focus,a:focus{outline:3px solid #0b4f9e;outline-offset:2px}' +
    'ol{margin:12px 0 0;padding:0;list-style:none;max-width:40rem}li{padding:10px 0;border-top:1px solid #dbe1ea}' +
    'a{color:#0b4f9e;font-weight:700}p{margin:4px 0 0;color:#414e66}.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap}';

  function make(tag, text, attributes) {
    var node = d.createElement(tag);
    if (text) node.textContent = text;
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    return node;
  }

  function dress(root) {
    var sheet;
    try {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } catch (e) { /* 较旧的浏览器：不加样式，照常可用。 */ }
  }

  function build(element) {
    var root = element.attachShadow({ mode: 'open' });
    var title = element.getAttribute('label') || '搜索小微投保常见问题';
    var form = make('form', '', { role: 'search' });
    var label = make('label', title, { class: 'sr', for: 'q' });
    var input = make('input', '', { id: 'q', name: 'q', type: 'search', maxlength: '200', autocomplete: 'off', placeholder: '输入问题或报错文字' });
    var list = make('ol', '', { 'aria-label': '搜索结果' }), said = make('p', '', { role: 'status' });
    var composing = false, asked = 0, timer;

    function row(text, url, about) {
      var item = make('li'), link = make('a', text, { href: home + url, target: '_blank', rel: 'noopener' });
      link.appendChild(make('span', '（在新窗口打开）', { class: 'sr' }));
      item.appendChild(link);
      if (about) item.appendChild(make('p', about));
      return item;
    }

    function show(answer) {
      var sure = answer.confidence === 'high';
      list.textContent = '';
      answer.results.forEach(function (one) { list.appendChild(row(one.title, one.url, one.short_answer)); });
      said.textContent = !answer.results.length ? '没有找到，换成报错原文再试。'
        : sure ? '找到 ' + answer.results.length + ' 条' : '没有完全对上的问题，下面几条最接近。';
    }

    function ask(wait) {
      var text = input.value.trim(), turn = asked += 1;
      clearTimeout(timer);
      if (composing) return;
      if (!text) { list.textContent = said.textContent = ''; return; }
      timer = setTimeout(function () {
        fetch(home + '/api/faq/search?limit=5&q=' + encodeURIComponent(text), { credentials: 'omit' })
          .then(function (answer) { if (!answer.ok) throw answer; return answer.json(); })
          .then(function (answer) { if (turn === asked) show(answer); })
          .catch(function () {
            if (turn !== asked) return;
            said.textContent = '暂时没有连上，可以打开常见问题页面查找。';
            list.textContent = '';
            list.appendChild(row('打开常见问题', '/faq/search/?q=' + encodeURIComponent(text)));
          });
      }, wait);
    }

    dress(root);
    [label, input, make('button', '搜索', { type: 'submit' })].forEach(function (part) { form.appendChild(part); });
    [form, said, list].forEach(function (part) { root.appendChild(part); });
    input.addEventListener('compositionstart', function () { composing = true; });
    input.addEventListener('compositionend', function () { composing = false; ask(WAIT); });
    input.addEventListener('input', function (e) { if (!e.isComposing) ask(WAIT); });
    form.addEventListener('submit', function (e) { e.preventDefault(); ask(0); });
  }

  class FaqBox extends HTMLElement {
    connectedCallback() { if (!this.shadowRoot) build(this); }
  }
  if (!customElements.get('faq-box')) customElements.define('faq-box', FaqBox);
})();
