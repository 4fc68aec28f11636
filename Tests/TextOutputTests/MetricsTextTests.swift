import Testing

@testable import TextOutput

/// Text of metrics as Prometheus reads it: one line for each sample.
@Suite struct MetricsTextTests {
  private func text(_ format: MetricsText.Format, help: String = "Help.", label: String) -> String {
    var text = MetricsText(format)
    text.add("frees", .counter, help: help, [MetricsText.Sample(labels: [("cache", label), ("cpu", "0")], value: 3)])
    text.add("empty", .gauge, help: "Without samples.", [])
    text.add("live", .gauge, help: "Live.", [MetricsText.Sample(value: -1)])
    return text.text
  }

  @Test func formatsDifferInTheNamesOfCountersAndTheLastLine() {
    #expect(
      text(.openMetrics, label: "a") == """
        # HELP frees Help.
        # TYPE frees counter
        frees_total{cache="a",cpu="0"} 3
        # HELP live Live.
        # TYPE live gauge
        live -1
        # EOF

        """)
    #expect(
      text(.prometheus, label: "a") == """
        # HELP frees_total Help.
        # TYPE frees_total counter
        frees_total{cache="a",cpu="0"} 3
        # HELP live Live.
        # TYPE live gauge
        live -1

        """)
  }

  /// A line feed in a name or a definition must not begin a line: the rest would be read as another sample.
  @Test func lineFeedsAreEscaped() {
    let injected = "a\nlive 7\n"
    for format in [MetricsText.Format.openMetrics, .prometheus] {
      let result = text(format, help: "One\ntwo \\ three", label: injected)
      let lines = result.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == (format == .openMetrics ? 8 : 7) && lines.last == "")
      #expect(lines[0].hasSuffix(#" One\ntwo \\ three"#))
      #expect(lines[2] == #"frees_total{cache="a\nlive 7\n",cpu="0"} 3"#)
      #expect(!lines.contains("live 7"))
    }
  }

  @Test func otherSpecialCharactersOfLabelsAreEscaped() {
    let result = text(.prometheus, label: "\\\"\r\u{1B}[2J")
    #expect(result.contains(#"{cache="\\\"\\u{D}\\u{1B}[2J",cpu="0"}"#))
    #expect(!result.contains("\r") && !result.contains("\u{1B}"))
  }
}
