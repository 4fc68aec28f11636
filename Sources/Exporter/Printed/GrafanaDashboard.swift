import TextOutput

/// Dashboard of Grafana for one host or a fleet.
enum GrafanaDashboard {
  /// Panel with its queries.
  private struct Panel {
    var title: String
    var description: String
    var kind = "timeseries"
    var unit: String
    var isStacked = false
    var queries: [(expression: String, legend: String)]
  }

  /// Selector of the hosts that the user has chosen.
  private static let hosts = #"job=~"$job",instance=~"$instance""#

  private static let panels = [
    Panel(
      title: "Slab memory by host", description: "Bytes of the slabs of all caches.", unit: "bytes",
      queries: [("sum by (instance) (slabscope_cache_slab_bytes{\(hosts)})", "{{instance}}")]),
    Panel(
      title: "Memory by use", description: "Each byte of memory is in exactly one part.", unit: "bytes",
      isStacked: true,
      queries: [
        ("sum by (part) (slabscope_memory_bytes{\(hosts),part!=\"free pages\",part!=\"other use\"})", "{{part}}")
      ]),
    Panel(
      title: "Largest caches", description: "Slab memory of the ten largest caches.", unit: "bytes",
      queries: [("topk(10, sum by (slab) (slabscope_cache_slab_bytes{\(hosts)}))", "{{slab}}")]),
    Panel(
      title: "Fastest growing caches", description: "Growth of slab memory over an hour.", unit: "bytes",
      queries: [
        (
          "topk(10, sum by (instance, slab) (delta(slabscope_cache_slab_bytes{\(hosts)}[1h])) > 0)",
          "{{slab}} {{instance}}"
        )
      ]),
    Panel(
      title: "Allocations", description: "Objects allocated per second, of the ten busiest caches.", unit: "ops",
      queries: [
        ("topk(10, sum by (slab) (rate(slabscope_cache_allocations_total{\(hosts)}[$__rate_interval])))", "{{slab}}")
      ]),
    Panel(
      title: "Call sites by live bytes",
      description: "Allocated bytes of live objects by call site; (rest) is all others.",
      unit: "bytes",
      queries: [("topk(10, sum by (site) (slabscope_profile_live_bytes{\(hosts)}))", "{{site}}")]),
    Panel(
      title: "Call sites by rate", description: "Objects allocated per second by call site.", unit: "ops",
      queries: [
        (
          "topk(10, sum by (site) (rate(slabscope_profile_alloc_objects_total{\(hosts)}[$__rate_interval])))",
          "{{site}}"
        )
      ]),
    Panel(
      title: "Live objects by requested size", description: "Objects of general caches (kmalloc) that are live now.",
      kind: "bargauge", unit: "short",
      queries: [("sum by (bytes) (slabscope_general_cache_live_objects{\(hosts)})", "{{bytes}} bytes")]),
    Panel(
      title: "Rounding", description: "Share of the live bytes that was not requested, of caches with more than 1 MiB.",
      unit: "percentunit",
      queries: [
        (
          """
          topk(10, 1 - sum by (slab) (slabscope_profile_live_requested_bytes{\(hosts)}) / \
          (sum by (slab) (slabscope_profile_live_bytes{\(hosts)}) > 1048576))
          """, "{{slab}}"
        )
      ]),
    Panel(
      title: "Slabs of a lower page order", description: "Slabs that exist because the preferred order was refused.",
      unit: "short",
      queries: [
        ("topk(10, sum by (slab) (slabscope_cache_low_order_slabs{\(hosts)}))", "{{slab}}"),
        (
          "topk(10, sum by (slab) (increase(slabscope_cache_order_fallbacks_total{\(hosts)}[$__rate_interval])))",
          "{{slab}} fallbacks"
        ),
      ]),
    Panel(
      title: "Free blocks by order", description: "Free blocks of the page allocator, as in /proc/buddyinfo.",
      unit: "short",
      queries: [("sum by (order) (slabscope_free_blocks{\(hosts)})", "order {{order}}")]),
    Panel(
      title: "Cost of the exporter", description: "CPU time of the exporter, and of counting in the kernel.",
      unit: "percentunit",
      queries: [
        ("rate(slabscope_exporter_cpu_seconds_total{\(hosts)}[$__rate_interval])", "exporter {{instance}}"),
        ("slabscope_exporter_overhead_ratio{\(hosts)}", "counting {{instance}}"),
      ]),
    Panel(
      title: "Quality", description: "Lost events, time series, and metrics that were left out.", unit: "short",
      queries: [
        ("rate(slabscope_exporter_lost_events_total{\(hosts)}[$__rate_interval])", "lost events/s {{instance}}"),
        ("slabscope_exporter_series{\(hosts)}", "series {{instance}}"),
        ("slabscope_exporter_dropped_metrics{\(hosts)}", "metrics left out {{instance}}"),
      ]),
  ]

  /// The dashboard, in JSON.
  static let text: String = {
    let parts = panels.enumerated().map { json($1, number: $0) }
    return """
      {
        "title": "slabscope", "uid": "slabscope", "tags": ["slabscope"], "schemaVersion": 39, "version": 1,
        "editable": true, "refresh": "30s", "time": {"from": "now-3h", "to": "now"},
        "annotations": {"list": []}, "links": [],
        "templating": {"list": [
          {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
      \(variable("job", "label_values(slabscope_build_info, job)")),
      \(variable("instance", "label_values(slabscope_build_info{job=~\"$job\"}, instance)"))
        ]},
        "panels": [
      \(parts.joined(separator: ",\n"))
        ]
      }

      """
  }()

  private static func variable(_ name: String, _ query: String) -> String {
    """
          {"name": \(string(name)), "type": "query", "query": \(string(query)), "refresh": 2, "multi": true,
           "includeAll": true, "allValue": ".*", "current": {"text": "All", "value": "$__all"},
           "datasource": {"type": "prometheus", "uid": "${datasource}"}}
    """
  }

  private static func json(_ panel: Panel, number: Int) -> String {
    let targets = panel.queries.enumerated().map { index, query in
      let letter = String(UnicodeScalar(UInt8(65 + index)))
      return """
              {"refId": \(string(letter)), "expr": \(string(query.expression)), "legendFormat": \(string(query.legend)),
               "datasource": {"type": "prometheus", "uid": "${datasource}"}\(panel.kind == "bargauge" ? ", \"instant\": true" : "")}
        """
    }
    let stacking = panel.isStacked ? #", "stacking": {"mode": "normal"}, "fillOpacity": 40"# : ""
    return """
          {
            "id": \(number + 1), "type": \(string(panel.kind)), "title": \(string(panel.title)),
            "description": \(string(panel.description)),
            "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "gridPos": {"x": \(number % 2 * 12), "y": \(number / 2 * 8), "w": 12, "h": 8},
            "fieldConfig": {"defaults": {"unit": \(string(panel.unit)), "min": 0, "custom": {"lineWidth": 1\(stacking)}}, "overrides": []},
            "options": {},
            "targets": [
      \(targets.joined(separator: ",\n"))
            ]
          }
      """
  }

  /// Returns a string of JSON. The texts above have no control characters.
  private static func string(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
