import TextOutput

extension PolicyComparison {
  /// Self-contained SVG chart of slab memory over time, with a line for each run and a line for the requested bytes.
  package var svg: String {
    let (width, height) = (960.0, 480.0)
    let plot = (left: 80.0, top: 48.0, right: width - 24, bottom: height - 48 - Double(policies.count) * 18)
    let most = Double(policies.flatMap(\.samples).map(\.slabBytes).max() ?? 1)
    let end = max(policies.flatMap(\.samples).map(\.seconds).max() ?? 1, 1e-9)
    func x(_ seconds: Double) -> Double { plot.left + (plot.right - plot.left) * seconds / end }
    func y(_ bytes: Double) -> Double { plot.bottom - (plot.bottom - plot.top) * bytes / max(most, 1) }
    func line(_ run: ComparedRun, _ value: (ComparedRun.Sample) -> Int) -> String {
      // Slab memory is constant between two samples, so the line has steps.
      var points = ""
      var last: Double?
      for sample in run.samples {
        if let last { points += String(printf: " %.1f,%.1f", x(sample.seconds), last) }
        let height = y(Double(value(sample)))
        points += String(printf: " %.1f,%.1f", x(sample.seconds), height)
        last = height
      }
      return points
    }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" "
        + "font-size=\"12\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      "<text x=\"\(plot.left)\" y=\"24\" font-size=\"15\">\(escaped(input)): slab memory over time</text>",
    ]
    for step in 0...4 {
      let bytes = most * Double(step) / 4
      parts.append(
        String(
          printf: "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>", plot.left, plot.right,
          y(bytes), y(bytes)))
      parts.append(
        String(printf: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", plot.left - 8, y(bytes) + 4)
          + "\(ComparedFigure.bytes(bytes))</text>")
      let seconds = end * Double(step) / 4
      parts.append(
        String(
          printf: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.2f s</text>", x(seconds), plot.bottom + 18,
          seconds))
    }
    if let first = policies.first {
      parts.append(
        "<polyline fill=\"none\" stroke=\"#888888\" stroke-dasharray=\"4 3\" points=\"\(line(first, \.liveBytes))\"/>")
    }
    for (index, run) in policies.enumerated() {
      let color = PolicyComparison.colors[index % PolicyComparison.colors.count]
      let legend = plot.bottom + 40 + Double(index) * 18
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\" points=\"\(line(run, \.slabBytes))\"/>")
      parts.append(
        String(
          printf: "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"", plot.left, plot.left + 24, legend - 4,
          legend - 4) + " stroke=\"\(color)\" stroke-width=\"3\"/>")
      var label = "\(run.setting.policy): peak \(ComparedFigure.bytes(Double(run.peakSlabBytes)))"
      label += ", mean \(ComparedFigure.bytes(Double(run.meanSlabBytes)))"
      label += ", of \(ComparedFigure.bytes(Double(run.setting.memoryBytes)))"
      if run.setting.pressure > 0 { label += ", \(run.setting.pressure) % allocated by the memory hog" }
      parts.append(String(printf: "<text x=\"%.1f\" y=\"%.1f\">", plot.left + 32, legend) + "\(escaped(label))</text>")
    }
    parts.append(
      String(printf: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" fill=\"#666666\">", plot.right, plot.bottom + 40)
        + "dashed: requested bytes</text>")
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Colours of Okabe and Ito, which are distinguishable with colour vision deficiencies.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]

  private func escaped(_ text: String) -> String { EscapedText.markup(text) }
}
