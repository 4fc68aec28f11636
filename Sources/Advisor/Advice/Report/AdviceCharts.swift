import Glibc
import TextOutput

/// Charts of advice as inline SVG.
enum AdviceCharts {
  private static let (width, height) = (960.0, 260.0)
  private static let (left, right, top, bottom) = (84.0, 940.0, 14.0, 226.0)
  private static let (blue, grey) = ("#1f77b4", "#9aa4af")

  /// Requested bytes of live objects by size, on a logarithmic axis, with marks at the advised and at Linux's classes.
  static func histogram(_ advice: Advice) -> String {
    let demand = advice.demand
    let weights = demand.objectiveWeights(advice.options.objective)
    let bytes = zip(demand.sizes, weights).map { Double($0.0) * $0.1 }
    let most = max(bytes.max() ?? 1, 1)
    let largest = log2(Double(max(demand.sizes.last ?? 8, 16)))
    func x(_ size: Int) -> Double { left + (right - left) * max(0, log2(Double(size)) - 2) / max(1, largest - 2) }
    var parts = axis(most: most)
    for (size, value) in zip(demand.sizes, bytes) where value > 0 {
      let y = bottom - (bottom - top - 20) * value / most
      parts.append(
        "<rect x=\"\(fixed(x(size) - 2))\" y=\"\(fixed(y))\" width=\"4\" height=\"\(fixed(bottom - y))\" fill=\"#e08a1e\"/>"
      )
    }
    func markClasses(_ sizes: [Int], _ colour: String, from start: Double, to end: Double) {
      for size in sizes where size <= (demand.sizes.last ?? 0) * 2 && x(size) <= right + 1 {
        parts.append(
          "<line x1=\"\(fixed(x(size)))\" x2=\"\(fixed(x(size)))\" y1=\"\(fixed(start))\" y2=\"\(fixed(end))\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
        )
      }
    }
    markClasses(advice.classes.map(\.size), blue, from: bottom + 2, to: bottom + 10)
    markClasses(ClassSet.linux.sizes, grey, from: bottom + 11, to: bottom + 19)
    for power in stride(from: 3.0, through: largest, by: 1) {
      parts.append(label("\(1 << Int(power))", at: x(1 << Int(power)), height - 2))
    }
    return svg(parts)
  }

  /// Slab memory by number of classes, on a logarithmic axis, because the first few classes save most.
  static func curve(_ advice: Advice) -> String {
    let points = advice.curve.points.map { ($0.classes.count, $0.slabBytesWithOverhead) }
    let most = max(points.map(\.1).max() ?? 1, 1)
    let least = max(points.map(\.1).min() ?? 1, 1)
    let first = Double(points.first?.0 ?? 1)
    let count = max(Double(points.last?.0 ?? 1), first + 1)
    func position(_ point: (Int, Double)) -> (Double, Double) {
      let height = most > least ? log(max(point.1, least) / least) / log(most / least) : 0
      return (
        left + (right - left) * (Double(point.0) - first) / (count - first), bottom - 12 - (bottom - top - 12) * height
      )
    }
    var parts = axis(most: most)
    let line = points.map {
      let (x, y) = position($0); return "\(fixed(x)),\(fixed(y))"
    }.joined(separator: " ")
    parts.append("<polyline points=\"\(line)\" fill=\"none\" stroke=\"\(blue)\" stroke-width=\"2\"/>")
    parts.append(
      "<text x=\"\(left - 8)\" y=\"\(bottom - 8)\" font-size=\"12\" text-anchor=\"end\" fill=\"#55606d\">\(ComparedFigure.bytes(least))</text>"
    )
    for point in points {
      let (x, y) = position(point)
      let isKnee = point.0 == advice.curve.knee
      parts.append(
        "<circle cx=\"\(fixed(x))\" cy=\"\(fixed(y))\" r=\"\(isKnee ? 6 : 3)\" fill=\"\(isKnee ? "#d62728" : blue)\"/>")
      parts.append(label("\(point.0)", at: x, height - 16))
    }
    return svg(parts)
  }

  /// Slab memory over the replay, before and after.
  static func memory(_ proof: AdviceProof) -> String {
    let most = Double(max(proof.before.slabBytes.max() ?? 1, proof.after.slabBytes.max() ?? 1, 1))
    var parts = axis(most: most)
    for (replay, colour) in [(proof.before, grey), (proof.after, blue)] {
      let end = max(replay.seconds.last ?? 1, 1e-9)
      var points = ""
      var last = bottom
      for (seconds, bytes) in zip(replay.seconds, replay.slabBytes) {
        let (x, y) = (left + (right - left) * seconds / end, bottom - (bottom - top) * Double(bytes) / most)
        // Steps, because slab memory is constant between two samples.
        points += " \(fixed(x)),\(fixed(last)) \(fixed(x)),\(fixed(y))"
        last = y
      }
      parts.append("<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
    }
    let seconds = proof.before.seconds.last ?? 0
    parts += [
      label("0 s", at: left, height - 16), label(String(printf: "%.1f s", seconds), at: right - 16, height - 16),
    ]
    return svg(parts)
  }

  private static func axis(most: Double) -> [String] {
    let line = "<line x1=\"\(left)\" x2=\"\(right)\" y1=\"\(bottom)\" y2=\"\(bottom)\" stroke=\"#c5ccd4\"/>"
    let text =
      "<text x=\"\(left - 8)\" y=\"\(top + 10)\" font-size=\"12\" text-anchor=\"end\" fill=\"#55606d\">\(ComparedFigure.bytes(most))</text>"
    return [line, text]
  }

  private static func label(_ text: String, at x: Double, _ y: Double) -> String {
    "<text x=\"\(fixed(x))\" y=\"\(fixed(y))\" font-size=\"11\" text-anchor=\"middle\" fill=\"#55606d\">\(text)</text>"
  }

  private static func fixed(_ value: Double) -> String { String(printf: "%.1f", value) }

  private static func svg(_ parts: [String]) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\">"
      + parts.joined() + "</svg>"
  }
}
