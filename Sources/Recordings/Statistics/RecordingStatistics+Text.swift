internal import Foundation

extension RecordingStatistics {
  /// The figures as text of at most 80 columns: what was recorded, how well it pairs, what weighs most.
  /// - Parameter title: what to call the recording, e.g. its file's name.
  public func text(title: String) -> String {
    let sections: [[String]] = [
      [title], headline.map { label, value in TextTable.pad(label, 22) + value }, pairing, sizes, bytesInUse, lifetimes,
      cpuMatrix,
      pages, topCaches, topSites, holdings,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// The main figures, label by value.
  public var headline: [(label: String, value: String)] {
    let cpus = eventsPerCPU.sorted { $0.key < $1.key }
    let shown = cpus.prefix(4).map { "cpu\($0.key) \($0.value)" }.joined(separator: ", ")
    var rows = [
      ("events", "\(events)"), ("kmalloc, kfree", "\(eventsByKind[0]), \(eventsByKind[1])"),
      ("cache alloc, free", "\(eventsByKind[2]), \(eventsByKind[3])"),
      ("duration", durationSeconds.map { String(format: "%.3f s", $0) } ?? "unknown (a clock without a rate)"),
      ("events per CPU", shown + (cpus.count > 4 ? ", \(cpus.count - 4) more" : "")),
      ("allocations", "\(allocs)"), ("bytes asked for", "\(bytesReqTotal)"), ("bytes set aside", "\(bytesAllocTotal)"),
      ("rounding waste", TextTable.percent(bytesAllocTotal - bytesReqTotal, of: bytesAllocTotal)),
      ("of socket buffers", TextTable.share(skbEvents, of: events)), ("frees", "\(frees)"),
      ("freed on another CPU", TextTable.share(crossCPUFrees, of: pairedFrees)),
      ("never freed", TextTable.share(neverFreed, of: allocs)), ("peak objects", "\(peakLiveObjects)"),
      ("peak bytes asked for", "\(peakLiveBytesReq)"), ("peak bytes set aside", "\(peakLiveBytesAlloc)"),
    ]
    if nullAllocs > 0 { rows.append(("failed allocations", "\(nullAllocs)")) }
    if let counts = lines {
      let format = counts.format?.rawValue ?? "unknown format"
      rows.append(("recorded from", counts.lines > 0 ? "\(counts.lines) lines of \(format)" : format))
      if counts.malformedLines > 0 { rows.append(("malformed lines", "\(counts.malformedLines)")) }
      rows.append(("lost events", "\(counts.lostEvents)"))
    }
    if packetFrees > 0 {
      let repeated = lines?.repeatedPacketFrees ?? 0
      let remark = repeated > 0 ? " (the allocator reported \(repeated))" : ""
      rows.append(("heads freed by packet", TextTable.share(packetFrees, of: frees) + remark))
    }
    return rows
  }

  /// How allocations and frees pair, and what was made of those that don't.
  private var pairing: [String] {
    func row(_ label: String, _ count: Int, of whole: Int, _ remark: String) -> String {
      "  " + TextTable.pad(label, 24) + TextTable.right(count, 10)
        + TextTable.right(TextTable.percent(count, of: whole), 9)
        + "  " + remark
    }
    var lines = [
      "pairing", row("seen freed", pairedFrees, of: allocs, "of the allocations"),
      row("freed unseen", allocOverLive, of: allocs, "their address was handed out again: ended there"),
      row("live at the end", liveAtEnd, of: allocs, "a replay frees them before it starts anew"),
      row("frees without object", unmatchedFrees, of: frees, "allocated before, or unseen: not replayed"),
    ]
    let unseen = TextTable.top(caches.mapValues(\.allocOverLive), 4) { $0 }
    if !unseen.isEmpty {
      lines.append("  freed unseen (in bulk, by RCU, from the NAPI skb cache), by cache:")
      for (name, count) in unseen {
        lines.append(row("  " + name, count, of: caches[name]?.allocs ?? 0, "of its allocations"))
      }
    }
    return lines
  }

  private var sizes: [String] {
    var buckets: [Int: Int] = [:]
    for cache in caches.values {
      for (size, count) in cache.sizes {
        let requested = Int(size.prefix { $0 != "/" }) ?? 0
        buckets[max(requested - 1, 0) == 0 ? 0 : Int.bitWidth - (requested - 1).leadingZeroBitCount, default: 0] +=
          count
      }
    }
    return TextTable.bars("request sizes", buckets) { "<= \(1 << $0) bytes" }
  }

  /// How much of the objects was in use, where requests hide it: of skb data, which the kernel rounds up before it asks.
  private var bytesInUse: [String] {
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
    var lines = ["bytes in use, of what was allocated" + (useMeasure.map { ": \($0.summary)" } ?? "")]
    lines.append("  " + TextTable.pad("cache", 26) + "    known  of objects  mean in use  allocated  not used")
    for (name, cache) in TextTable.top(caches, 8, by: { $0.uses.allocatedBytes }) {
      let (uses, ended) = (cache.uses, cache.pairedFrees + cache.allocOverLive)
      lines.append(
        "  " + TextTable.pad(name, 26) + TextTable.right(uses.objects, 9)
          + TextTable.right(TextTable.percent(uses.objects, of: ended), 12)
          + TextTable.right(uses.usedBytes / uses.objects, 13) + TextTable.right(uses.allocatedBytes / uses.objects, 11)
          + TextTable.right(TextTable.percent(uses.allocatedBytes - uses.usedBytes, of: uses.allocatedBytes), 10))
      let peaks = uses.peaks(4).map { "\($0.bytes) x \($0.objects)" }.joined(separator: ", ")
      lines.append("    most often: \(peaks)")
    }
    return lines
  }

  private var lifetimes: [String] {
    let unit = timesAreMicroseconds ? "us" : "ticks"
    return TextTable.bars("lifetimes of objects that were seen freed", lifetimeLog2) {
      $0 == 0 ? "0 \(unit)" : "< \($0 < 62 ? String(1 << $0) : "2^\($0)") \(unit)"
    }
  }

  /// Objects by allocating CPU (rows) and freeing CPU (columns), as far as they fit a screen.
  private var cpuMatrix: [String] {
    let shown = freesByCPU.indices.prefix(6)
    guard shown.count > 1, pairedFrees > 0 else { return [] }
    var lines = ["allocated on (row), freed on (column)"]
    lines.append("  " + TextTable.pad("", 8) + shown.map { TextTable.right("cpu\($0)", 11) }.joined())
    for row in shown {
      lines.append(
        "  " + TextTable.pad("cpu\(row)", 8) + shown.map { TextTable.right(freesByCPU[row][$0], 11) }.joined())
    }
    if freesByCPU.count > shown.count { lines.append("  and \(freesByCPU.count - shown.count) CPUs more") }
    return lines
  }

  /// What the page allocator did, by order.
  private var pages: [String] {
    guard let traffic = pageTraffic else { return [] }
    let rows = traffic.allocated.indices.filter { traffic.allocated[$0] + traffic.freed[$0] > 0 }
    return ["  order   pages' blocks allocated      freed" + (traffic.failed > 0 ? "   \(traffic.failed) refused" : "")]
      + rows.map {
        "  " + TextTable.pad(String($0), 8) + TextTable.right(traffic.allocated[$0], 23)
          + TextTable.right(traffic.freed[$0], 11)
      }
  }

  private var topCaches: [String] {
    ["  " + TextTable.pad("cache", 30) + "   allocs    freed  never freed    bytes asked"]
      + TextTable.top(caches, 10) { $0.bytesReq }.map { name, cache in
        "  " + TextTable.pad(name, 30) + TextTable.right(cache.allocs, 9) + TextTable.right(cache.pairedFrees, 9)
          + TextTable.right(cache.allocOverLive + cache.liveAtEnd, 13) + TextTable.right(cache.bytesReq, 15)
      }
  }

  private var topSites: [String] {
    ["  " + TextTable.pad("call site", 46) + "   allocs  waste    bytes asked"]
      + TextTable.top(allocCallSites, 10) { $0.bytesReq }.map { name, site in
        "  " + TextTable.pad(name, 46) + TextTable.right(site.count, 9)
          + TextTable.right(TextTable.percent(site.bytesAlloc - site.bytesReq, of: site.bytesAlloc), 7)
          + TextTable.right(site.bytesReq, 15)
      }
  }

  /// What the file knows of the machine it was recorded on.
  private var holdings: [String] {
    let hashed =
      caches.keys.filter { $0.hasPrefix("cache-") }.count + allocCallSites.keys.filter { $0.hasPrefix("site-") }.count
    return [
      "this file holds",
      "  names of \(caches.count) caches, of \(allocCallSites.count) call sites that allocate and"
        + " \(freeCallSites.count) that free" + (hashed > 0 ? "; \(hashed) hashed" : ""),
      "  \(samples) samples of the kernel's own accounts (slabinfo, buddyinfo, page traffic)",
      "  no task names, no process numbers, no addresses, no packet contents",
    ]
  }
}
