internal import Recordings
internal import TextOutput

/// Tables of the text of a recording's statistics.
extension RecordingStatistics {
  /// Numbers of paired frees, of objects without a free, and of frees without an object.
  var pairing: [String] {
    var table = TextTable(
      columns: [("", .left(24)), ("", .right(10)), ("", .right(9)), ("", .remark())], indentation: 2)
    func add(_ label: String, _ count: Int, of whole: Int, _ remark: String) {
      table.add([label, String(count), RecordingStatistics.percentage(count, of: whole), remark])
    }
    table.add(line: "pairing")
    add("freed", total.freeObjects, of: total.allocObjects, "of the allocations")
    add("unseen frees", total.unseenFrees, of: total.allocObjects, "address allocated again")
    add("live at the end", total.liveObjects, of: total.allocObjects, "freed before a replay repeats")
    add("unmatched frees", unmatchedFrees, of: frees, "allocation not recorded")
    let unseen = RecordingStatistics.largest(4, of: caches.mapValues(\.figures.unseenFrees)) { $0 }
    if !unseen.isEmpty {
      table.add(line: "  unseen frees (in bulk, by RCU, from the NAPI skb cache) by cache:")
      for (name, count) in unseen {
        add("  " + name, count, of: caches[name]?.figures.allocObjects ?? 0, "of its allocations")
      }
    }
    return table.lines
  }

  /// Histogram of requested bytes.
  var sizes: [String] {
    var buckets: [Int: Int] = [:]
    for cache in caches.values {
      for (size, count) in cache.sizes {
        let requested = Int(size.prefix { $0 != "/" }) ?? 0
        buckets[max(requested - 1, 0) == 0 ? 0 : Int.bitWidth - (requested - 1).leadingZeroBitCount, default: 0] +=
          count
      }
    }
    return RecordingStatistics.histogram("requested sizes", buckets) { "<= \(1 << $0) bytes" }
  }

  /// Bytes in use of skb data, which the requested bytes do not show, because the kernel rounds them up before the request.
  var bytesInUse: [String] {
    guard uses.objects > 0 else {
      let data = allocCallSites.reduce(0) {
        $0
          + (SkbDataCallSites.contains($1.key) && $1.value.requestedBytes == $1.value.allocBytes
            ? $1.value.allocObjects : 0)
      }
      guard data > 0, usedBytesMethod != .capturedPacket else { return [] }
      return [
        "bytes in use: unknown", "  The kernel rounds the sizes of skb data up before the request, so that",
        "  \(data) requests show no rounding. To record the bytes in use, run",
        "  slabscope record as root.",
      ]
    }
    var table = TextTable(
      columns: [
        ("cache", .left(23)), ("known", .right(9)), ("of objects", .right(12)), ("mean in use", .right(13)),
        ("allocated", .right(11)), ("unused", .right(10)),
      ], indentation: 2)
    for (name, cache) in RecordingStatistics.largest(8, of: caches, by: { $0.uses.allocatedBytes }) {
      let (uses, ended) = (cache.uses, cache.figures.freeObjects + cache.figures.unseenFrees)
      table.add([
        name, String(uses.objects), RecordingStatistics.percentage(uses.objects, of: ended),
        String(uses.usedBytes / uses.objects), String(uses.allocatedBytes / uses.objects),
        RecordingStatistics.percentage(uses.allocatedBytes - uses.usedBytes, of: uses.allocatedBytes),
      ])
      let peaks = uses.peaks(4).map { "\($0.bytes) x \($0.objects)" }.joined(separator: ", ")
      table.add(line: "    most often: \(peaks)")
    }
    return ["bytes in use" + (usedBytesMethod.map { ": \($0.summary)" } ?? "")] + table.lines
  }

  /// Histogram of the lifetimes of paired objects.
  var lifetimes: [String] {
    let unit = timesAreMicroseconds ? "us" : "ticks"
    return RecordingStatistics.histogram("lifetimes of freed objects", lifetimeLog2) {
      $0 == 0 ? "0 \(unit)" : "< \($0 < 62 ? String(1 << $0) : "2^\($0)") \(unit)"
    }
  }

  /// Number of paired objects by allocating CPU (rows) and freeing CPU (columns), for the first six CPUs.
  var cpuMatrix: [String] {
    let shown = freesByCPU.indices.prefix(6)
    guard shown.count > 1, total.freeObjects > 0 else { return [] }
    var table = TextTable(columns: [("", .left(8))] + shown.map { ("cpu\($0)", .right(11)) }, indentation: 2)
    for row in shown { table.add(["cpu\(row)"] + shown.map { String(freesByCPU[row][$0]) }) }
    if freesByCPU.count > shown.count { table.add(line: "  and \(freesByCPU.count - shown.count) more CPUs") }
    return ["allocated on (row), freed on (column)"] + table.lines
  }

  /// Blocks allocated and freed by the page allocator, by order.
  var pages: [String] {
    guard let traffic = pageTraffic else { return [] }
    var table = TextTable(
      columns: [
        ("order", .left(8)), ("page blocks allocated", .right(23)), ("freed", .right(11)),
        (traffic.failed > 0 ? "\(traffic.failed) failed" : "", .remark(gap: traffic.failed > 0 ? 3 : 0)),
      ], indentation: 2)
    for order in traffic.allocated.indices where traffic.allocated[order] + traffic.freed[order] > 0 {
      table.add([String(order), String(traffic.allocated[order]), String(traffic.freed[order]), ""])
    }
    return table.lines
  }

  /// The ten caches with most requested bytes.
  var topCaches: [String] {
    var table = TextTable(
      columns: [
        ("cache", .left(30)), ("allocs", .right(9)), ("freed", .right(9)), ("never freed", .right(13)),
        ("requested bytes", .right(17)),
      ], indentation: 2)
    for (name, figures) in RecordingStatistics.largest(10, of: caches.mapValues(\.figures), by: \.requestedBytes) {
      table.add(
        [name]
          + [
            figures.allocObjects, figures.freeObjects, figures.unseenFrees + figures.liveObjects,
            figures.requestedBytes,
          ]
          .map(String.init))
    }
    return table.lines
  }

  /// The ten call sites with most requested bytes.
  var topSites: [String] {
    var table = TextTable(
      columns: [
        ("call site", .left(42)), ("allocs", .right(9)), ("rounding", .right(10)), ("requested bytes", .right(17)),
      ], indentation: 2)
    for (name, site) in RecordingStatistics.largest(10, of: allocCallSites, by: \.requestedBytes) {
      let rounding = RecordingStatistics.percentage(site.allocBytes - site.requestedBytes, of: site.allocBytes)
      table.add([name, String(site.allocObjects), rounding, String(site.requestedBytes)])
    }
    return table.lines
  }
}

extension RecordingStatistics {
  /// Returns `part` as a percentage of `whole` with one decimal; "-" if `whole` is 0.
  static func percentage(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(printf: "%.1f %%", Double(part) * 100 / Double(whole))
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
