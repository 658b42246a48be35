/* 每 3 秒看一次做到哪了：有进展就换清单，做完就往下走；服务器没有回应就接着等。没有它，页面自己刷新。 */
(function () {
  'use strict';
  var d = document;

  function show(answer) {
    if (answer.type === 'opaqueredirect' || answer.status !== 202) { location.reload(); return; }
    return answer.text().then(function (html) {
      var old = d.getElementById('making'), now = new DOMParser().parseFromString(html, 'text/html').getElementById('making');
      if (!old.isEqualNode(now)) old.parentNode.replaceChild(d.adoptNode(now), old);
      setTimeout(look, 3000);
    });
  }
  function look() {
    fetch(location.href, { credentials: 'same-origin', redirect: 'manual' }).then(show).catch(function () { setTimeout(look, 3000); });
  }
  setTimeout(look, 3000);
})();
