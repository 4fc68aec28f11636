import TextOutput

/// Page that an exporter shows at `/`.
enum LandingPage {
  /// Returns the page.
  /// - Parameter title: Name of the source.
  static func response(title: String, version: String) -> ExporterResponse {
    let links = [
      ("metrics", "metrics, as Prometheus text or OpenMetrics"),
      ("snapshot", "the state of all caches as JSON: slabscope snapshot FILE"),
      ("profile", "the traffic by call site as a .slabprofile: slabscope profile FILE"),
      ("profile?format=pprof", "the same for pprof and continuous profiling"),
      ("profile?format=json", "the same as JSON"), ("-/healthy", "200 while the exporter runs"),
    ]
    let list = links.map { "<li><a href=\"\($0.0)\">\($0.0)</a> \($0.1)</li>" }.joined(separator: "\n")
    let page = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>slabscope exporter</title></head>
      <body><h1>slabscope exporter</h1>
      <p>\(EscapedText.markup(title)), slabscope \(EscapedText.markup(version))</p>
      <ul>
      \(list)
      </ul></body></html>

      """
    return ExporterResponse(contentType: "text/html; charset=utf-8", body: Array(page.utf8))
  }
}
