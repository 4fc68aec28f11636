internal import Foundation
internal import TextOutput

/// The tables of a recording's text.
extension RecordingStatistics {
  /// How allocations and frees pair, and what was made of those that don't.
  var pairing: [String] {
    var table = TextTable(
      columns: [("", .left(24)), ("", .right(10)), ("", .right(9)), ("", .remark())], indentation: 2)
    func add(_ label: String, _ count: Int, of whole: Int, _ remark: String) {
      table.add([label, String(count), RecordingStatistics.percentage(count, of: whole), remark])
    }
    table.add(line: "pairing")
    add("seen freed", pairedFrees, of: allocs, "of the allocations")
    add("freed unseen", allocOverLive, of: allocs, "their address was handed out again: ended there")
    add("live at the end", liveAtEnd, of: allocs, "a replay frees them before it starts anew")
    add("frees without object", unmatchedFrees, of: frees, "allocated before, or unseen: not replayed")
    let unseen = RecordingStatistics.largest(4, of: caches.mapValues(\.allocOverLive)) { $0 }
    if !unseen.isEmpty {
      table.add(line: "  freed unseen (in bulk, by RCU, from the NAPI skb cache), by cache:")
      for (name, count) in unseen {
        add("  " + name, count, of: caches[name]?.allocs ?? 0, "of its allocations")
      }
    }
    return table.lines
  }

  var sizes: [String] {
    var buckets: [Int: Int] = [:]
    for cache in caches.values {
      for (size, count) in cache.sizes {
        let requested = Int(size.prefix { $0 != "/" }) ?? 0
        buckets[max(requested - 1, 0) == 0 ? 0 : Int.bitWidth - (requested - 1).leadingZeroBitCount, default: 0] +=
          count
      }
    }
    return RecordingStatistics.histogram("request sizes", buckets) { "<= \(1 << $0) bytes" }
  }

  /// How much of the objects was in use, where requests hide it: of skb data, which the kernel rounds up before it asks.
  var bytesInUse: [String] {
    guard uses.objects > 0 else {
      let data = allocCallSites.reduce(0) {
        $0 + (SkbDataCallSites.contains($1.key) && $1.value.bytesReq == $1.value.bytesAlloc ? $1.value.count : 0)
      }
      guard data > 0, useMeasure != .capturedPacket else { return [] }
      return [
        "bytes in use: unknown. The kernel rounds the sizes of skb data up before it asks, so that",
        "  \(data) requests show no rounding; slabscope record reads what was in use, as root",
      ]
    }
    var table = TextTable(
      columns: [
        ("cache", .left(26)), ("known", .right(9)), ("of objects", .right(12)), ("mean in use", .right(13)),
        ("allocated", .right(11)), ("not used", .right(10)),
      ], indentation: 2)
    for (name, cache) in RecordingStatistics.largest(8, of: caches, by: { $0.uses.allocatedBytes }) {
      let (uses, ended) = (cache.uses, cache.pairedFrees + cache.allocOverLive)
      table.add([
        name, String(uses.objects), RecordingStatistics.percentage(uses.objects, of: ended),
        String(uses.usedBytes / uses.objects), String(uses.allocatedBytes / uses.objects),
        RecordingStatistics.percentage(uses.allocatedBytes - uses.usedBytes, of: uses.allocatedBytes),
      ])
      let peaks = uses.peaks(4).map { "\($0.bytes) x \($0.objects)" }.joined(separator: ", ")
      table.add(line: "    most often: \(peaks)")
    }
    return ["bytes in use, of what was allocated" + (useMeasure.map { ": \($0.summary)" } ?? "")] + table.lines
  }

  var lifetimes: [String] {
    let unit = timesAreMicroseconds ? "us" : "ticks"
    return RecordingStatistics.histogram("lifetimes of objects that were seen freed", lifetimeLog2) {
      $0 == 0 ? "0 \(unit)" : "< \($0 < 62 ? String(1 << $0) : "2^\($0)") \(unit)"
    }
  }

  /// Objects by allocating CPU (rows) and freeing CPU (columns), as far as they fit a screen.
  var cpuMatrix: [String] {
    let shown = freesByCPU.indices.prefix(6)
    guard shown.count > 1, pairedFrees > 0 else { return [] }
    var table = TextTable(columns: [("", .left(8))] + shown.map { ("cpu\($0)", .right(11)) }, indentation: 2)
    for row in shown { table.add(["cpu\(row)"] + shown.map { String(freesByCPU[row][$0]) }) }
    if freesByCPU.count > shown.count { table.add(line: "  and \(freesByCPU.count - shown.count) CPUs more") }
    return ["allocated on (row), freed on (column)"] + table.lines
  }

  /// What the page allocator did, by order.
  var pages: [String] {
    guard let traffic = pageTraffic else { return [] }
    var table = TextTable(
      columns: [
        ("order", .left(7)), ("pages' blocks allocated", .right(24)), ("freed", .right(11)),
        (traffic.failed > 0 ? "\(traffic.failed) refused" : "", .remark(gap: traffic.failed > 0 ? 3 : 0)),
      ], indentation: 2)
    for order in traffic.allocated.indices where traffic.allocated[order] + traffic.freed[order] > 0 {
      table.add([String(order), String(traffic.allocated[order]), String(traffic.freed[order]), ""])
    }
    return table.lines
  }

  var topCaches: [String] {
    var table = TextTable(
      columns: [
        ("cache", .left(30)), ("allocs", .right(9)), ("freed", .right(9)), ("never freed", .right(13)),
        ("bytes asked", .right(15)),
      ], indentation: 2)
    for (name, cache) in RecordingStatistics.largest(10, of: caches, by: \.bytesReq) {
      table.add(
        [name]
          + [cache.allocs, cache.pairedFrees, cache.allocOverLive + cache.liveAtEnd, cache.bytesReq].map(String.init))
    }
    return table.lines
  }

  var topSites: [String] {
    var table = TextTable(
      columns: [("call site", .left(46)), ("allocs", .right(9)), ("waste", .right(7)), ("bytes asked", .right(15))],
      indentation: 2)
    for (name, site) in RecordingStatistics.largest(10, of: allocCallSites, by: \.bytesReq) {
      let waste = RecordingStatistics.percentage(site.bytesAlloc - site.bytesReq, of: site.bytesAlloc)
      table.add([name, String(site.count), waste, String(site.bytesReq)])
    }
    return table.lines
  }
}

extension RecordingStatistics {
  /// Returns `part` as a percentage of `whole` with one decimal; "-" if `whole` is 0.
  static func percentage(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(format: "%.1f %%", Double(part) * 100 / Double(whole))
  }

  /// Returns a count and its share of `whole`: `20 (12.5 %)`.
  static func countWithShare(_ part: Int, of whole: Int) -> String { "\(part)  (\(percentage(part, of: whole)))" }

  /// Returns the entries of greatest weight, by name if weights are equal. Entries of weight 0 are left out.
  static func largest<Value>(_ count: Int, of table: [String: Value], by weight: (Value) -> Int) -> [(String, Value)] {
    let sorted = table.sorted { (weight($0.value), $1.key) > (weight($1.value), $0.key) }
    return sorted.prefix(count).filter { weight($0.value) > 0 }.map { ($0.key, $0.value) }
  }

  /// Returns a title and a line with count, share and bar for each bucket, in the order of the buckets.
  private static func histogram(_ title: String, _ buckets: [Int: Int], label: (Int) -> String) -> [String] {
    guard let largest = buckets.values.max() else { return [] }
    let total = buckets.values.reduce(0, +)
    var table = TextTable(
      columns: [("", .left(20)), ("", .right(10)), ("", .right(9)), ("", .remark())], indentation: 2)
    for (bucket, count) in buckets.sorted(by: { $0.key < $1.key }) {
      let bar = String(repeating: "#", count: max(1, count * 34 / max(largest, 1)))
      table.add([label(bucket), String(count), percentage(count, of: total), bar])
    }
    return [title] + table.lines
  }
}
