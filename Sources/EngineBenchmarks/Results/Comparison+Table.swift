import Foundation
import TextOutput

extension Comparison {
  /// All comparisons as text: ns per event, the engine's variants, the growth of resident memory, and shuffling.
  static func table(_ comparisons: [Comparison], missing: [String]) -> String {
    let tables = [
      times(comparisons), variants(comparisons), memory(comparisons), parts(comparisons), shuffling(comparisons),
    ]
    let notInstalled = missing.isEmpty ? [] : ["not installed, not measured: \(missing.joined(separator: ", "))"]
    return (tables.compactMap { $0?.text } + notInstalled).joined(separator: "\n\n")
  }

  private static func times(_ comparisons: [Comparison]) -> TextTable {
    let peers = comparisons.first?.peersNsPerEvent.keys.sorted() ?? []
    let ratios = ["engine/best peer", "engine/page map", "engine/floor"]
    var table = table("ns per event", ["engine", "floor", "page-map floor"] + peers + ratios)
    for result in comparisons {
      let (floor, pageMap) = (result.floorNsPerEvent ?? .nan, result.pageMapFloorNsPerEvent ?? .nan)
      let others = peers.map { result.peersNsPerEvent[$0] ?? .nan }
      let engine = result.engineNsPerEvent
      let ratios = [engine / (result.peersNsPerEvent.values.min() ?? .nan), engine / pageMap, engine / floor]
      table.add([result.recording] + ([engine, floor, pageMap] + others + ratios).map(decimals))
    }
    return table
  }

  private static func variants(_ comparisons: [Comparison]) -> TextTable? {
    let names = comparisons.first?.engineVariantsNsPerEvent.keys.sorted() ?? []
    guard !names.isEmpty else { return nil }
    var table = table("time, multiple of engine", names)
    for result in comparisons {
      let ratios = names.map { (result.engineVariantsNsPerEvent[$0] ?? .nan) / result.engineNsPerEvent }
      table.add([result.recording] + ratios.map(decimals))
    }
    return table
  }

  /// The engine's growth less that of the leanest peer is the last column: 0 or less means that no peer is leaner.
  private static func memory(_ comparisons: [Comparison]) -> TextTable? {
    let measured = comparisons.filter { $0.engineGrownBytes != nil }
    guard let first = measured.first else { return nil }
    let (peers, variants) = (first.peersGrownBytes.keys.sorted(), first.engineVariantsGrownBytes.keys.sorted())
    var table = table(
      "RssAnon growth, KiB", ["engine", "of it slabs", "at creation"] + peers + ["engine-leanest"] + variants)
    for result in measured {
      let leanest = result.peersGrownBytes.values.min()
      let difference = leanest.flatMap { peer in result.engineGrownBytes.map { $0 - peer } }
      let own = [result.engineGrownBytes, result.enginePeakSlabBytes, result.engineCreationBytes]
      let others = peers.map { result.peersGrownBytes[$0] } + [difference]
      let row = own + others + variants.map { result.engineVariantsGrownBytes[$0] }
      table.add([result.recording] + row.map { $0.map { String($0 / 1024) } ?? "-" })
    }
    return table
  }

  /// Parts of the slabs when the live objects have most requested bytes. Free pages of a slab that were never touched are not
  /// resident, so that the parts may add up to more than the growth.
  private static func parts(_ comparisons: [Comparison]) -> TextTable? {
    let columns = ["slab", "requested", "live", "alignment", "magazine", "partial", "empty", "tail"]
    let measured = comparisons.filter { $0.engineParts != nil }
    guard !measured.isEmpty else { return nil }
    var table = table("engine at the peak, KiB", columns + ["caches"])
    for result in measured {
      let row = columns.map { result.engineParts?["\($0)_bytes"].map { String($0 / 1024) } ?? "-" }
      table.add([result.recording] + row + [result.engineParts?["caches_with_slabs"].map(String.init) ?? "-"])
    }
    return table
  }

  private static func shuffling(_ comparisons: [Comparison]) -> TextTable? {
    var table = table("shuffling", ["free KiB", "shuffled", "returned %", "time %", "pages", "KiB moved"])
    let measured = comparisons.filter { $0.shuffling != nil }
    guard !measured.isEmpty else { return nil }
    for result in measured {
      guard let shuffling = result.shuffling else { continue }
      let returned = 100 * (1 - shuffling.meanFreeHeldBytesShuffled / max(shuffling.meanFreeHeldBytes, 1))
      let figures = [
        shuffling.meanFreeHeldBytes / 1024, shuffling.meanFreeHeldBytesShuffled / 1024, returned,
        shuffling.timeShare * 100, shuffling.pagesReclaimed, shuffling.bytesMoved / 1024,
      ]
      table.add([result.recording] + figures.map { String(format: "%.1f", $0) })
    }
    return table
  }

  private static func decimals(_ value: Double) -> String { value.isNaN ? "-" : String(format: "%.2f", value) }

  /// Returns an empty table with the recording in its first column and figures in the others.
  private static func table(_ title: String, _ figures: [String]) -> TextTable {
    TextTable(columns: [(title, .left(34, truncates: false))] + figures.map { ($0, .right(max(10, $0.count))) })
  }
}
