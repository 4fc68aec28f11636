import Foundation
import TextOutput

extension Comparison {
  /// All comparisons as text: ns per event, the engine's variants, the peak growth of resident memory, and shuffling.
  static func table(_ comparisons: [Comparison], missing: [String]) -> String {
    let names = comparisons.first?.peersNsPerEvent.keys.sorted() ?? []
    let variants = comparisons.first?.engineVariantsNsPerEvent.keys.sorted() ?? []
    var sections: [TextTable] = []
    var times = table("ns per event", ["engine", "floor"] + names + ["engine/best", "engine/floor"])
    for result in comparisons {
      let peers = names.map { result.peersNsPerEvent[$0] ?? .nan }
      let floor = result.floorNsPerEvent ?? .nan
      let ratios = [result.engineNsPerEvent / (peers.min() ?? .nan), result.engineNsPerEvent / floor]
      times.add([result.recording] + ([result.engineNsPerEvent, floor] + peers + ratios).map(decimals))
    }
    sections.append(times)
    var shares = table("of the engine's time", variants)
    for result in comparisons {
      let ratios = variants.map { (result.engineVariantsNsPerEvent[$0] ?? .nan) / result.engineNsPerEvent }
      shares.add([result.recording] + ratios.map(decimals))
    }
    sections.append(shares)
    let columns = ["slabs", "engine"] + variants + names + ["slabs/best", "engine/best"]
    var memory = table("peak growth, KiB", columns)
    for result in comparisons where result.enginePeakBytes > 0 {
      let peers = names.map { result.peersPeakBytes[$0] ?? 0 }
      let own =
        [result.enginePeakSlabBytes, result.enginePeakBytes] + variants.map { result.engineVariantsPeakBytes[$0] ?? 0 }
      let ratios = own.prefix(2).map { decimals(Double($0) / Double(max(peers.min() ?? 1, 1))) }
      memory.add([result.recording] + (own + peers).map { String($0 >> 10) } + ratios)
    }
    sections.append(memory)
    var shuffling = table("shuffling", ["free KiB", "shuffled", "returned %", "time %", "pages", "KiB moved"])
    for result in comparisons {
      guard let measured = result.shuffling else { continue }
      let returned = 100 * (1 - measured.meanFreeHeldBytesShuffled / max(measured.meanFreeHeldBytes, 1))
      let figures = [
        measured.meanFreeHeldBytes / 1024, measured.meanFreeHeldBytesShuffled / 1024, returned,
        measured.timeShare * 100, measured.pagesReclaimed, measured.bytesMoved / 1024,
      ]
      shuffling.add([result.recording] + figures.map { String(format: "%.1f", $0) })
    }
    sections.append(shuffling)
    let notInstalled = missing.isEmpty ? [] : ["not installed, not measured: \(missing.joined(separator: ", "))"]
    return (sections.map(\.text) + notInstalled).joined(separator: "\n\n")
  }

  private static func decimals(_ value: Double) -> String { value.isNaN ? "-" : String(format: "%.2f", value) }

  /// Returns an empty table with the recording in its first column and figures in the others.
  private static func table(_ title: String, _ figures: [String]) -> TextTable {
    TextTable(columns: [(title, .left(34, truncates: false))] + figures.map { ($0, .right(13)) })
  }
}
