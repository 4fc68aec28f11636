internal import Recordings
internal import TextOutput

extension RecordingStatistics {
  /// Returns the figures as text for a terminal of 80 columns.
  /// - Parameter title: First line of the text, such as the name of the file.
  package func text(title: String) -> String {
    let sections: [[String]] = [
      [title], headlineLines, pairing, sizes, bytesInUse, lifetimes, cpuMatrix, pages, topCaches, topSites, contents,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// Main figures with their labels.
  package var headline: [(label: String, value: String)] {
    let cpus = eventsPerCPU.sorted { $0.key < $1.key }
    let shown = cpus.prefix(4).map { "cpu\($0.key) \($0.value)" }.joined(separator: ", ")
    var rows = [
      ("events", "\(events)"), ("kmalloc, kfree", "\(eventsByKind[0]), \(eventsByKind[1])"),
      ("cache alloc, free", "\(eventsByKind[2]), \(eventsByKind[3])"),
      ("duration", durationSeconds.map { String(printf: "%.3f s", $0) } ?? "unknown (a clock without a rate)"),
      ("events per CPU", shown + (cpus.count > 4 ? ", \(cpus.count - 4) more" : "")),
      ("allocations", "\(total.allocObjects)"), ("requested bytes", "\(total.requestedBytes)"),
      ("allocated bytes", "\(total.allocBytes)"),
      (
        "internal fragmentation",
        RecordingStatistics.percentage(total.allocBytes - total.requestedBytes, of: total.allocBytes)
      ),
      ("socket buffers", RecordingStatistics.countWithShare(skbEvents, of: events)), ("frees", "\(frees)"),
      ("freed on another CPU", RecordingStatistics.countWithShare(total.remoteFrees, of: total.freeObjects)),
      ("never freed", RecordingStatistics.countWithShare(neverFreed, of: total.allocObjects)),
      ("peak objects", "\(peakLiveObjects)"),
      ("peak requested bytes", "\(peakLiveBytesReq)"), ("peak allocated bytes", "\(peakLiveBytesAlloc)"),
    ]
    if nullAllocs > 0 { rows.append(("failed allocations", "\(nullAllocs)")) }
    if let counts = lines {
      let format = counts.origin?.rawValue ?? "unknown format"
      rows.append(("recorded from", counts.lines > 0 ? "\(counts.lines) lines of \(format)" : format))
      if counts.malformedLines > 0 { rows.append(("malformed lines", "\(counts.malformedLines)")) }
      rows.append(("lost events", "\(counts.lostEvents)"))
    }
    if packetFrees > 0 {
      let repeated = lines?.repeatedPacketFrees ?? 0
      let remark = repeated > 0 ? " (the allocator also reported \(repeated))" : ""
      rows.append(("heads of ended packets", RecordingStatistics.countWithShare(packetFrees, of: frees) + remark))
    }
    return rows
  }

  private var headlineLines: [String] {
    var table = TextTable(columns: [("", .left(24)), ("", .remark(gap: 0))])
    for (label, value) in headline { table.add([label, value]) }
    return table.lines
  }

  /// Information about the recorded machine that the file contains.
  private var contents: [String] {
    let hashed =
      caches.keys.filter { $0.hasPrefix("cache-") }.count + allocCallSites.keys.filter { $0.hasPrefix("site-") }.count
    return [
      "contents of the file",
      "  names of \(caches.count) caches, \(allocCallSites.count) call sites that allocate and"
        + " \(freeCallSites.count) that free" + (hashed > 0 ? "; \(hashed) hashed" : ""),
      "  \(samples) samples of the kernel's statistics (slabinfo, buddyinfo, page traffic)",
      "  no task names, no process numbers, no addresses, no packet contents",
    ]
  }
}
