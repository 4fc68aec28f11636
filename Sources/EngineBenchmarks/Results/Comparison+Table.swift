import Foundation

extension Comparison {
  /// All comparisons as text: ns per event, the engine's variants, the peak growth of resident memory, and shuffling.
  static func table(_ comparisons: [Comparison], missing: [String]) -> String {
    let names = comparisons.first?.peersNsPerEvent.keys.sorted() ?? []
    let variants = comparisons.first?.engineVariantsNsPerEvent.keys.sorted() ?? []
    var lines = [row("ns per event", ["engine", "floor"] + names + ["engine/best", "engine/floor"])]
    for result in comparisons {
      let peers = names.map { result.peersNsPerEvent[$0] ?? .nan }
      let floor = result.floorNsPerEvent ?? .nan
      let ratios = [result.engineNsPerEvent / (peers.min() ?? .nan), result.engineNsPerEvent / floor]
      lines.append(row(result.recording, ([result.engineNsPerEvent, floor] + peers + ratios).map(decimals)))
    }
    lines += ["", row("of the engine's time", variants)]
    for result in comparisons {
      let ratios = variants.map { (result.engineVariantsNsPerEvent[$0] ?? .nan) / result.engineNsPerEvent }
      lines.append(row(result.recording, ratios.map(decimals)))
    }
    let columns = ["slabs", "engine"] + variants + names + ["slabs/best", "engine/best"]
    lines += ["", row("peak growth, KiB", columns)]
    for result in comparisons where result.enginePeakBytes > 0 {
      let peers = names.map { result.peersPeakBytes[$0] ?? 0 }
      let own =
        [result.enginePeakSlabBytes, result.enginePeakBytes] + variants.map { result.engineVariantsPeakBytes[$0] ?? 0 }
      let ratios = own.prefix(2).map { decimals(Double($0) / Double(max(peers.min() ?? 1, 1))) }
      lines.append(row(result.recording, (own + peers).map { String($0 >> 10) } + ratios))
    }
    lines += ["", row("shuffling", ["free KiB", "shuffled", "returned %", "time %", "pages", "KiB moved"])]
    for result in comparisons {
      guard let shuffling = result.shuffling else { continue }
      let returned = 100 * (1 - shuffling.meanFreeHeldBytesShuffled / max(shuffling.meanFreeHeldBytes, 1))
      let figures = [
        shuffling.meanFreeHeldBytes / 1024, shuffling.meanFreeHeldBytesShuffled / 1024, returned,
        shuffling.timeShare * 100, shuffling.pagesEarned, shuffling.bytesMoved / 1024,
      ]
      lines.append(row(result.recording, figures.map { String(format: "%.1f", $0) }))
    }
    if !missing.isEmpty { lines.append("\nnot installed, not measured: \(missing.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  private static func decimals(_ value: Double) -> String { value.isNaN ? "-" : String(format: "%.2f", value) }

  private static func row(_ name: String, _ values: [String]) -> String {
    let padded = name.padding(toLength: max(34, name.count), withPad: " ", startingAt: 0)
    return padded + values.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
  }
}
