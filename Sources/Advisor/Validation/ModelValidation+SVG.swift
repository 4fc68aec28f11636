import TextOutput

extension ModelValidation {
  /// Self-contained SVG chart of the networking caches over time: change of slab memory in the kernel and in the replay, and
  /// sum of the absolute errors of the caches.
  package var svg: String {
    let (width, height) = (960.0, 440.0)
    let plot = (left: 90.0, top: 48.0, right: width - 24, bottom: height - 84)
    let values = networking.kernelBytes + networking.modelBytes + networking.errorBytes + [0]
    let (least, most) = (Double(values.min() ?? 0), Double(max(values.max() ?? 0, (values.min() ?? 0) + 4096)))
    let end = max(times.max() ?? 1, 1e-9)
    func x(_ seconds: Double) -> Double { plot.left + (plot.right - plot.left) * seconds / end }
    func y(_ bytes: Double) -> Double { plot.bottom - (plot.bottom - plot.top) * (bytes - least) / (most - least) }
    func curve(_ bytes: [Int], _ color: String, _ style: String) -> String {
      // The curves start at the initial sample, at which the change is 0.
      let points = zip([0] + times, [0] + bytes).map { String(printf: "%.1f,%.1f", x($0), y(Double($1))) }
      return
        "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"\(style) points=\"\(points.joined(separator: " "))\"/>"
    }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" "
        + "font-size=\"12\">", "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      "<text x=\"\(plot.left)\" y=\"24\" font-size=\"15\">\(ModelValidation.escaped(input)): change of the networking caches' "
        + "slab memory</text>",
    ]
    for step in 0...4 {
      let (bytes, seconds) = (least + (most - least) * Double(step) / 4, end * Double(step) / 4)
      let height = String(printf: "%.1f", y(bytes))
      parts += [
        "<line x1=\"\(plot.left)\" x2=\"\(plot.right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"#dddddd\"/>",
        "<text x=\"\(plot.left - 8)\" y=\"\(height)\" dy=\"4\" text-anchor=\"end\">"
          + (bytes < 0 ? "-" : "") + "\(ComparedFigure.bytes(abs(bytes)))</text>",
        String(
          printf: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f s</text>", x(seconds), plot.bottom + 18,
          seconds),
      ]
    }
    let curves = [
      ("kernel", networking.kernelBytes, "#000000", ""),
      ("replay under \(policy)", networking.modelBytes, "#0072b2", ""),
      ("sum of the caches' absolute errors", networking.errorBytes, "#d55e00", " stroke-dasharray=\"4 3\""),
    ]
    for (index, (name, bytes, color, style)) in curves.enumerated() {
      let (left, base) = (plot.left + Double(index) * 250, plot.bottom + 50)
      parts += [
        curve(bytes, color, style),
        String(
          printf: "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"", left, left + 24, base - 4, base - 4)
          + " stroke=\"\(color)\" stroke-width=\"3\"\(style)/>",
        String(printf: "<text x=\"%.1f\" y=\"%.1f\">", left + 32, base) + "\(ModelValidation.escaped(name))</text>",
      ]
    }
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func escaped(_ text: String) -> String { EscapedText.markup(text) }
}
