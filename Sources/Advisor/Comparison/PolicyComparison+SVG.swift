import Foundation

extension PolicyComparison {
  /// Memory over time, one line a run, and what was asked for below them: a picture in SVG, complete in itself.
  public var svg: String {
    let (width, height) = (960.0, 480.0)
    let plot = (left: 80.0, top: 48.0, right: width - 24, bottom: height - 48 - Double(policies.count) * 18)
    let most = Double(policies.flatMap(\.moments).map(\.slabBytes).max() ?? 1)
    let end = max(policies.flatMap(\.moments).map(\.seconds).max() ?? 1, 1e-9)
    func x(_ seconds: Double) -> Double { plot.left + (plot.right - plot.left) * seconds / end }
    func y(_ bytes: Double) -> Double { plot.bottom - (plot.bottom - plot.top) * bytes / max(most, 1) }
    func line(_ run: ComparedRun, _ value: (ComparedRun.Moment) -> Int) -> String {
      // A slab stays until it is returned: steps, not slopes.
      var points = ""
      var last: Double?
      for moment in run.moments {
        if let last { points += String(format: " %.1f,%.1f", x(moment.seconds), last) }
        let height = y(Double(value(moment)))
        points += String(format: " %.1f,%.1f", x(moment.seconds), height)
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
          format: "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>", plot.left, plot.right,
          y(bytes), y(bytes)))
      parts.append(
        String(format: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", plot.left - 8, y(bytes) + 4)
          + "\(ComparedFigure.bytes(bytes))</text>")
      let seconds = end * Double(step) / 4
      parts.append(
        String(
          format: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.2f s</text>", x(seconds), plot.bottom + 18,
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
          format: "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%@\" stroke-width=\"3\"/>", plot.left,
          plot.left + 24, legend - 4, legend - 4, color))
      var label = "\(run.setting.policy): peak \(ComparedFigure.bytes(Double(run.peakSlabBytes)))"
      label += ", mean \(ComparedFigure.bytes(Double(run.meanSlabBytes)))"
      label += ", of \(ComparedFigure.bytes(Double(run.setting.memoryBytes)))"
      if run.setting.pressure > 0 { label += ", \(run.setting.pressure) % taken away" }
      parts.append(String(format: "<text x=\"%.1f\" y=\"%.1f\">", plot.left + 32, legend) + "\(escaped(label))</text>")
    }
    parts.append(
      String(format: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" fill=\"#666666\">", plot.right, plot.bottom + 40)
        + "dashed: bytes that owners asked for</text>")
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Okabe and Ito's colours, which most people can tell apart.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
