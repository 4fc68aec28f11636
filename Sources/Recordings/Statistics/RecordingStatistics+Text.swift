internal import Foundation

extension RecordingStatistics {
  /// The figures as text of at most 80 columns: what was recorded, how well it pairs, what weighs most.
  /// - Parameter title: what to call the recording, e.g. its file's name.
  public func text(title: String) -> String {
    var lines = [title, ""]
    lines += headline.map { label, value in pad(label, 22) + value }
    lines += ["", "lifetimes (paired objects)"]
    let unit = timesAreMicroseconds ? "us" : "ticks"
    let most = lifetimeLog2.values.max() ?? 1
    for (bucket, count) in lifetimeLog2.sorted(by: { $0.key < $1.key }) {
      let range = bucket == 0 ? "0 \(unit)" : "< \(1 << bucket) \(unit)"
      lines.append("  " + pad(range, 20) + right(count, 9) + "  " + bar(count, of: most, width: 40))
    }
    lines += ["", "  " + pad("cache", 32) + "   allocs   frees  never freed  bytes asked"]
    for (name, cache) in top(caches, by: { $0.bytesReq }) {
      lines.append(
        "  " + pad(name, 32) + right(cache.allocs, 9) + right(cache.pairedFrees, 8)
          + right(cache.allocOverLive + cache.liveAtEnd, 13) + right(cache.bytesReq, 13))
    }
    lines += ["", "  " + pad("call site", 48) + "   allocs  bytes asked"]
    for (name, site) in top(allocCallSites, by: { $0.bytesReq }) {
      lines.append("  " + pad(name, 48) + right(site.count, 9) + right(site.bytesReq, 13))
    }
    return lines.joined(separator: "\n")
  }

  private var headline: [(String, String)] {
    let cpus = eventsPerCPU.sorted { $0.key < $1.key }.map { "cpu\($0.key) \($0.value)" }.joined(separator: ", ")
    var rows = [
      ("events", "\(events)  (kmalloc \(eventsByKind[0]), kfree \(eventsByKind[1]),"),
      ("", "kmem_cache_alloc \(eventsByKind[2]), kmem_cache_free \(eventsByKind[3]))"),
      (
        "duration", durationSeconds.map { String(format: "%.3f s", $0) } ?? "unknown (the clock's rate is not recorded)"
      ),
      ("events per CPU", cpus),
      ("allocations", "\(allocs), \(bytesReqTotal) bytes asked, \(bytesAllocTotal) set aside"),
      ("rounding waste", percent(bytesAllocTotal - bytesReqTotal, of: bytesAllocTotal)),
      ("frees", "\(frees), \(pairedFrees) paired, \(unmatchedFrees) of objects allocated before or unseen"),
      ("freed on another CPU", "\(crossCPUFrees)  (\(percent(crossCPUFrees, of: pairedFrees)) of the paired)"),
      (
        "never freed",
        "\(neverFreed)  (\(percent(neverFreed, of: allocs)); \(allocOverLive) freed unseen, \(liveAtEnd) at the end)"
      ),
      ("peak", "\(peakLiveObjects) objects, \(peakLiveBytesReq) bytes asked, \(peakLiveBytesAlloc) set aside"),
    ]
    if let counts = self.lines {
      rows.append(("imported from", "\(counts.lines) lines of \(counts.format?.rawValue ?? "unknown format")"))
      if counts.malformedLines > 0 { rows.append(("malformed lines", "\(counts.malformedLines)")) }
      if counts.lostEvents > 0 { rows.append(("lost events", "\(counts.lostEvents)")) }
    }
    return rows
  }

  /// The ten largest, names in order where they are equal.
  private func top<Value>(_ table: [String: Value], by weight: (Value) -> Int) -> [(String, Value)] {
    let sorted = table.sorted { (weight($0.value), $1.key) > (weight($1.value), $0.key) }
    return sorted.prefix(10).filter { weight($0.value) > 0 }.map { ($0.key, $0.value) }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text.count >= width
      ? String(text.prefix(width - 1)) + " " : text + String(repeating: " ", count: width - text.count)
  }

  private func right(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: " ", count: max(1, width - text.count)) + text
  }

  private func bar(_ value: Int, of most: Int, width: Int) -> String {
    String(repeating: "#", count: max(1, value * width / max(most, 1)))
  }

  private func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(format: "%.1f %%", Double(part) * 100 / Double(whole))
  }
}
