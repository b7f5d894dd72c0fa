/* Charts: data-chart names a JSON block. Lines and groups are labelled directly, denominators are drawn,
   there is no legend box, no hover, no animation. Words and numbers also stand in the table below each chart. */
(function () {
  "use strict";
  var q = window.qiying;
  var drawn = [];
  function tokens() {
    var css = getComputedStyle(document.documentElement);
    var made = { rem: parseFloat(css.fontSize) / 16, sans: css.getPropertyValue("--sans").trim() };
    ["ink", "ink-2", "ink-3", "line", "card", "overdue", "overdue-line", "chart-1", "chart-2", "chart-2-text", "chart-soft", "chart-range", "chart-rest", "chart-grid"]
      .forEach(function (name) { made[name] = css.getPropertyValue("--" + name).trim(); });
    return made;
  }
  function number(value, unit) {
    if (value === null || value === undefined) { return "—"; }
    return unit === "%" ? value.toFixed(1) + "%" : value.toLocaleString("zh-CN") + (unit || "");
  }
  function width(text, size) {
    var wide = 0;
    String(text).split("").forEach(function (letter) { wide += letter.charCodeAt(0) > 255 ? 1 : 0.58; });
    return wide * size;
  }
  function widest(texts, size) { return Math.max.apply(null, texts.map(function (text) { return width(text, size); }).concat([0])); }

  function lines(data, t, box) {
    var size = 12 * t.rem;
    var small = 11 * t.rem;
    var colours = [t["chart-1"], t["chart-2"]];
    var inks = [t["chart-1"], t["chart-2-text"]];
    var right = widest(data.series.map(function (one) { return one.name; }).concat(data.denominators ? [data.denominatorLabel] : []), size) + 18;
    var left = 40 * t.rem;
    var step = Math.ceil(data.points.length / Math.max(2, Math.floor((box.clientWidth - left - right) / (44 * t.rem))));
    var last = data.points.length - 1;
    function seen(index) { return (last - index) % step === 0; }
    var grids = [{ left: left, right: right, top: 14 * t.rem, bottom: (data.denominators ? 96 : 30) * t.rem }];
    var xs = [{ type: "category", data: data.points, boundaryGap: true, axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { show: !data.denominators, color: t["ink-3"], fontSize: small, interval: function (index) { return seen(index); } } }];
    var ys = [{ type: "value", min: data.low === null ? undefined : data.low, max: data.high === null ? undefined : data.high, splitNumber: 4, scale: true,
      splitLine: { lineStyle: { color: t["chart-grid"] } },
      axisLabel: { color: t["ink-3"], fontSize: small, formatter: function (value) { return value + (data.unit === "%" ? "%" : ""); } } }];
    /* Of two lines the higher one is labelled above, the lower one below: their labels never meet. */
    function above(index, at) {
      var other = data.series.length > 1 ? data.series[1 - index].values[at] : null;
      var own = data.series[index].values[at];
      return other === null || other === undefined || own === other ? index === 1 : own > other;
    }
    var every = data.series.reduce(function (all, one) { return all.concat(one.values); }, []).filter(function (v) { return v !== null; });
    var floor = data.low === null ? Math.min.apply(null, every) : data.low;
    var ceiling = data.high === null ? Math.max.apply(null, every) : data.high;
    var perUnit = Math.max(60, box.clientHeight - grids[0].top - grids[0].bottom) / Math.max(ceiling - floor, 1e-9);
    /* Names at the ends of two lines that end close together move apart, each to its own side. */
    function apart(index, at) {
      var other = data.series.length > 1 ? data.series[1 - index].values[at] : null;
      if (other === null || other === undefined) { return 0; }
      var missing = 38 * t.rem - Math.abs(data.series[index].values[at] - other) * perUnit;
      return missing > 0 ? (above(index, at) ? -missing / 2 : missing / 2) : 0;
    }
    var series = data.series.map(function (one, index) {
      var present = one.values.map(function (value, i) { return value === null ? -1 : i; }).filter(function (i) { return i >= 0; });
      var first = present[0];
      var end = present[present.length - 1];
      return {
        type: "line", data: one.values.map(function (value, i) {
          var point = { value: value, symbolSize: (i === end ? 9 : 4.5) * t.rem };
          if (i === end) {
            point.label = { show: true, position: "right", distance: 8, align: "left", formatter: "{n|" + one.name + "}\n{v|" + number(value, data.unit) + "}",
              rich: { n: { color: inks[index], fontSize: size, fontWeight: 600, lineHeight: 17 * t.rem }, v: { color: inks[index], fontSize: 14 * t.rem, fontWeight: 600, lineHeight: 18 * t.rem } } };
          } else if (i === first) {
            var room = 18 * t.rem;
            var rival = data.series.length > 1 ? data.series[1 - index].values[i] : null;
            var low = !above(index, i) && (value - floor) * perUnit < room;
            /* At the floor there is no place below, and above stands the other line's label when that is as low. */
            var hidden = low && rival !== null && rival !== undefined && (rival - value) * perUnit < room;
            point.label = { show: !hidden, position: low || above(index, i) ? "top" : "bottom", formatter: number(value, data.unit), color: inks[index], fontSize: small };
          }
          return point;
        }),
        symbol: index ? "rect" : "circle", lineStyle: { color: colours[index], width: 2 }, itemStyle: { color: colours[index] },
        labelLayout: function (at) { return at.dataIndex === end ? { dy: apart(index, end) } : {}; }, silent: true, connectNulls: false,
        markLine: data.target && index === 0 ? { silent: true, symbol: "none", data: [{ yAxis: data.target.value }],
          lineStyle: { color: t["ink-3"], type: [4, 3], width: 1 },
          label: { position: "insideStartTop", formatter: data.target.label, color: t["ink-2"], fontSize: small } } : undefined
      };
    });
    if (data.denominators) {
      grids.push({ left: left, right: right, height: 26 * t.rem, bottom: 36 * t.rem });
      xs.push({ type: "category", gridIndex: 1, data: data.points, axisLine: { show: false }, axisTick: { show: false },
        name: data.denominatorLabel + "\n（分母）", nameLocation: "end", nameGap: 2, nameTextStyle: { color: t["ink-3"], fontSize: small, align: "left", verticalAlign: "top", padding: [4, 0, 0, 0], lineHeight: 15 * t.rem },
        axisLabel: { interval: 0, fontSize: small, margin: 5, lineHeight: 15 * t.rem, color: t["ink-3"],
          formatter: function (point, index) { return seen(index) ? data.denominators[index].toLocaleString("zh-CN") + "\n" + (index === last ? "{b|" + point + "}" : point) : ""; },
          rich: { b: { color: t.ink, fontWeight: 600, fontSize: small } } } });
      ys.push({ type: "value", gridIndex: 1, min: 0, show: false });
      series.push({ type: "bar", xAxisIndex: 1, yAxisIndex: 1, silent: true, barWidth: "38%", data: data.denominators.map(function (value, index) {
        return { value: value, itemStyle: { color: index === last ? t["chart-soft"] : t["chart-range"], borderRadius: [2, 2, 0, 0] } };
      }) });
    }
    return { grid: grids, xAxis: xs, yAxis: ys, series: series };
  }

  function sides(rows, t, texts) {
    var size = 12 * t.rem;
    var name = { type: "category", inverse: true, data: rows.map(function (row) { return row.label; }), axisLine: { show: false }, axisTick: { show: false } };
    return [
      Object.assign({}, name, { axisLabel: { color: t.ink, fontSize: size, margin: 10, width: texts.left - 12, overflow: "break", lineHeight: 15 * t.rem, rich: texts.rich, formatter: texts.name } }),
      Object.assign({}, name, { position: "right", axisLabel: { margin: texts.right - 2, align: "right", color: t.ink, fontSize: size, formatter: function (label, index) { return texts.value(index); },
        rich: { v: { fontWeight: 600, fontSize: 13 * t.rem, color: t.ink, align: "right" }, s: { color: t["ink-3"], fontSize: 11 * t.rem, width: texts.second, align: "right" } } } })
    ];
  }
  function room(rows, t, box) { return Math.min(widest(rows.map(function (row) { return row.label; }), 12 * t.rem) + 14, box.clientWidth * 0.36); }

  function bars(data, t, box) {
    var left = room(data.bars, t, box);
    var second = widest(data.shares, 11 * t.rem) + (data.shares[0] ? 10 : 0);
    var right = widest(data.bars.map(function (bar) { return number(bar.value, data.unit); }), 13 * t.rem) + second + 12;
    var top = Math.max.apply(null, data.bars.map(function (bar) { return Math.max(bar.value, bar.previous || 0); }).concat([1]));
    var height = 17 * t.rem;
    return {
      grid: { left: left, right: right, top: 4, bottom: 8 },
      xAxis: { type: "value", min: 0, max: top, show: false },
      yAxis: sides(data.bars, t, { left: left, right: right, second: second, value: function (index) {
        return "{v|" + number(data.bars[index].value, data.unit) + "}" + (data.shares[index] ? "{s|" + data.shares[index] + "}" : "");
      } }),
      series: [
        { type: "bar", barWidth: height, data: data.bars.map(function (bar) {
          return { value: bar.value, cursor: bar.url ? "pointer" : "default", itemStyle: { color: bar.emphasis ? t["chart-1"] : t["chart-soft"], borderRadius: 2 } };
        }), emphasis: { disabled: true } },
        { type: "scatter", symbol: "rect", symbolSize: [2, height + 6], silent: true, itemStyle: { color: t.ink, opacity: 1 }, z: 5,
          data: data.bars.map(function (bar, index) { return bar.previous === null || bar.previous === undefined ? null : [bar.previous, index]; }).filter(Boolean) }
      ]
    };
  }

  function dots(data, t, box) {
    var rows = data.rows;
    var left = room(rows, t, box);
    var counts = rows.map(function (row) { return row.part + "/" + row.whole; });
    var second = widest(counts, 11 * t.rem) + 12;
    var right = widest(["100.0%"], 13 * t.rem) + second + 12;
    var known = rows.filter(function (row) { return row.whole > 0; });
    var lowest = Math.min.apply(null, known.map(function (row) { return row.low; }).concat([data.overall.rate]));
    var low = Math.floor(lowest * 5) * 20;
    var firstBelow = rows.findIndex(function (row) { return row.place === "below"; });
    function range(params, api) {
      var row = rows[params.dataIndex];
      var from = api.coord([row.low * 100, params.dataIndex]);
      var to = api.coord([row.high * 100, params.dataIndex]);
      var at = api.coord([(row.rate || 0) * 100, params.dataIndex]);
      var bad = row.place === "below";
      var r = 4 * t.rem;
      var parts = [];
      if (row.whole > 0) {
        parts.push({ type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: bad ? t["overdue-line"] : t["chart-range"], lineWidth: 7 * t.rem, lineCap: "round" } });
        parts.push(bad ? { type: "rect", shape: { x: at[0] - r, y: at[1] - r, width: 2 * r, height: 2 * r }, style: { fill: t.overdue } }
          : { type: "circle", shape: { cx: at[0], cy: at[1], r: r }, style: { fill: t["ink-2"] } });
      }
      if (params.dataIndex === firstBelow && firstBelow > 0) {
        var y = (api.coord([0, params.dataIndex])[1] + api.coord([0, params.dataIndex - 1])[1]) / 2;
        parts.push({ type: "line", shape: { x1: 0, y1: y, x2: box.clientWidth, y2: y }, style: { stroke: t.line, lineWidth: 1 } });
      }
      return { type: "group", children: parts };
    }
    return {
      grid: { left: left, right: right, top: 24 * t.rem, bottom: 24 * t.rem },
      xAxis: { type: "value", min: low, max: 100, interval: box.clientWidth < 480 * t.rem ? 40 : 20, splitLine: { lineStyle: { color: t["chart-grid"] } }, axisLabel: { color: t["ink-3"], fontSize: 11 * t.rem, formatter: "{value}%" } },
      yAxis: sides(rows, t, { left: left, right: right, second: second,
        rich: { bad: { color: t.overdue, fontWeight: 600, fontSize: 12 * t.rem } },
        name: function (label, index) { return rows[index].place === "below" ? "{bad|" + label + "}" : label; },
        value: function (index) { return "{v|" + number(rows[index].rate === null ? null : rows[index].rate * 100, "%") + "}{s|" + counts[index] + "}"; } }),
      series: [{ type: "custom", renderItem: range, clip: false, silent: true, data: rows.map(function (row, index) { return [row.low * 100, index]; }),
        markLine: { silent: true, symbol: "none", data: [{ xAxis: data.overall.rate * 100 }], lineStyle: { color: t["ink-3"], type: [2, 3], width: 1.5 },
          label: { position: "start", formatter: data.overall.label + " " + number(data.overall.rate * 100, "%"), color: t.ink, fontWeight: 600, fontSize: 11 * t.rem } } }]
    };
  }

  var KINDS = { line: lines, bar: bars, dots: dots };
  function draw(one) {
    var t = tokens();
    one.box.style.height = one.data.height * t.rem + "px";
    var option = KINDS[one.data.kind](one.data, t, one.box);
    option.animation = false;
    option.textStyle = { fontFamily: t.sans };
    one.chart.resize();
    one.chart.setOption(option, true);
  }
  q.each(function (root) {
    drawn = drawn.filter(function (one) { if (document.contains(one.box)) { return true; } one.chart.dispose(); return false; });
    q.all(root, "[data-chart]").forEach(function (box) {
      var block = document.getElementById(box.dataset.chart);
      if (!block || !window.echarts || box.dataset.drawn) { return; }
      box.dataset.drawn = "1";
      var one = { box: box, data: JSON.parse(block.textContent), chart: window.echarts.init(box, null, { renderer: "svg" }) };
      one.chart.on("click", function (event) {
        var bar = one.data.bars && one.data.bars[event.dataIndex];
        if (bar && bar.url) { window.location.assign(bar.url); }
      });
      drawn.push(one);
      draw(one);
    });
  });
  var timer = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { drawn.forEach(draw); }, 120);
  });
})();
