internal import Foundation
internal import TextOutput

extension RecordingStatistics {
  /// The figures as text of at most 80 columns: what was recorded, how well it pairs, what weighs most.
  /// - Parameter title: what to call the recording, e.g. its file's name.
  public func text(title: String) -> String {
    let sections: [[String]] = [
      [title], headlineLines, pairing, sizes, bytesInUse, lifetimes, cpuMatrix, pages, topCaches, topSites, holdings,
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
      ("rounding waste", RecordingStatistics.percentage(bytesAllocTotal - bytesReqTotal, of: bytesAllocTotal)),
      ("of socket buffers", RecordingStatistics.countWithShare(skbEvents, of: events)), ("frees", "\(frees)"),
      ("freed on another CPU", RecordingStatistics.countWithShare(crossCPUFrees, of: pairedFrees)),
      ("never freed", RecordingStatistics.countWithShare(neverFreed, of: allocs)),
      ("peak objects", "\(peakLiveObjects)"),
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
      rows.append(("heads freed by packet", RecordingStatistics.countWithShare(packetFrees, of: frees) + remark))
    }
    return rows
  }

  private var headlineLines: [String] {
    var table = TextTable(columns: [("", .left(22)), ("", .remark(gap: 0))])
    for (label, value) in headline { table.add([label, value]) }
    return table.lines
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
