/* 检测页：与服务器时间差 2 分钟以上就说出来。没有它，表格里有服务器时间可以自己对。 */
(function () {
  'use strict';
  var d = document, row = d.querySelector('[data-clock]');
  if (!row) return;
  var minutes = Math.round((Date.now() - row.dataset.clock * 1000) / 60000);
  var off = Math.abs(minutes) >= 2;

  function each(selector, act) { [].forEach.call(d.querySelectorAll(selector), act); }

  each('[data-clock-yours]', function (cell) {
    cell.textContent = minutes === 0 ? cell.dataset.same : (minutes > 0 ? cell.dataset.fast : cell.dataset.slow).replace('0', Math.abs(minutes));
  });
  each('[data-clock-show]', function (part) { part.hidden = part.dataset.clockShow.indexOf(off ? 'off' : 'ok') < 0; });
})();
