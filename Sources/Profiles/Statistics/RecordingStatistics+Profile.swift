import Recordings

/// The statistics as a view of a profile, of the totals that its collector counted, and of the numbers of events by shape.
extension RecordingStatistics {
  /// Maximum number of CPUs in the matrix of allocating and freeing CPUs. CPUs with higher numbers are counted as the last.
  static let mostCPUs = 256

  /// Adds the figures by cache and call site.
  mutating func addProfile(_ profile: AllocationProfile) {
    for (context, figures) in zip(profile.contexts, profile.figures) {
      let name = RecordingStatistics.cacheName(context)
      caches[name, default: Cache()].figures.add(figures)
      caches[name, default: Cache()].sizes["\(context.requestedBytes)/\(context.allocatedBytes)", default: 0] +=
        figures.allocObjects
      allocCallSites[context.site, default: AllocationFigures()].add(figures)
      if context.isGeneral {
        kmallocSizes[context.requestedBytes, default: 0] += figures.allocObjects
        kmallocClasses[context.allocatedBytes, default: 0] += figures.allocObjects
      }
      pairedFreeBytesReq += context.requestedBytes * figures.freeObjects
      pairedFreeBytesAlloc += context.allocatedBytes * figures.freeObjects
      total.add(figures)
    }
    freesByCPU = profile.freesByCPU
  }

  /// Adds the peaks, and the counts over all contexts.
  mutating func addTotals(_ totals: TrafficTotals) {
    (peakLiveObjects, peakLiveBytesReq) = (totals.peak.objects, totals.peak.requestedBytes)
    peakLiveBytesAlloc = totals.peak.allocatedBytes
    peakEvents = PeakEvents(
      objects: totals.peakEvents.objects, bytesReq: totals.peakEvents.requestedBytes,
      bytesAlloc: totals.peakEvents.allocatedBytes)
    skbEvents = totals.skbPairs
    (firstTime, lastTime) = (totals.firstTime, totals.lastTime)
    (timestampsBackwards, pairsAcrossEventKinds) = (totals.timesBackwards, totals.pairsAcrossKinds)
    for (cpu, events) in totals.eventsByCPU.enumerated() where events > 0 { eventsPerCPU[cpu] = events }
  }

  /// Adds the bytes in use of the objects for which they are known.
  mutating func addUses(_ collector: AllocationProfileCollector) {
    for (key, count) in collector.counter.uses {
      let context = collector.context(Int(key >> 32))
      let used = Int(key & 0xFFFF_FFFF)
      caches[RecordingStatistics.cacheName(context), default: Cache()].uses.add(
        used, of: context.allocatedBytes, count: count)
      uses.add(used, of: context.allocatedBytes, count: count)
    }
  }

  /// Adds the numbers of events, of which those that are not allocations have no context.
  mutating func addEvents(_ eventsByShape: [Int], of recording: Recording) {
    for (shape, count) in zip(recording.shapes, eventsByShape) where count > 0 {
      events += count
      eventsByKind[Int(shape.kind.rawValue)] += count
      let site = recording.symbols[Int(shape.site)]
      let cache = RecordingStatistics.cacheName(shape, recording.symbols)
      if shape.outcome == .failed { nullAllocs += count }
      if shape.kind == .kfree || shape.kind == .kmemCacheFree { freeCallSites[site, default: 0] += count }
      switch shape.outcome {
      case .allocated, .allocatedOverLive:
        guard RecordedShapes.isSkb(site: site, cache: cache) else { continue }
        skbAllocs += count
        skbEvents += count
      case .null:
        nullFrees += count
        // Frees of NULL by kmalloc_reserve are not counted as those of socket buffers.
        if site.prefix(while: { $0 != "+" }).contains("skb") { skbEvents += count }
      case .zeroSize: zeroSizeFrees += count
      case .unmatched:
        unmatchedFrees += count
        caches[cache, default: Cache()].unmatchedFrees += count
        unmatchedFreeCallSites[site, default: 0] += count
        if RecordedShapes.isSkb(site: site, cache: cache) { skbEvents += count }
      case .freed, .failed: break
      }
    }
  }

  /// Returns the name under which the objects of a context are counted. All kmalloc caches of a size are counted as one, named
  /// by the allocated bytes: `kmalloc-1024`.
  private static func cacheName(_ context: AllocationContext) -> String {
    context.isGeneral ? generalCacheName(context.allocatedBytes) : context.cache
  }

  /// Returns the name of a shape's cache. The cache of a kfree without a known object is `?kfree`.
  private static func cacheName(_ shape: Slabtrace.Shape, _ symbols: [String]) -> String {
    if shape.kind == .kmalloc { return generalCacheName(Int(shape.allocatedBytes)) }
    guard shape.cache == AllocationEvent.noCache else { return symbols[Int(shape.cache)] }
    return shape.kind == .kfree ? "?kfree" : AllocationContext.unknownCache
  }

  private static func generalCacheName(_ bytes: Int) -> String {
    bytes <= 8192 ? "kmalloc-\(bytes)" : AllocationContext.largeRequests
  }

  /// Returns a matrix of a given number of CPUs. CPUs with higher numbers are counted as the last.
  static func square(_ matrix: [[Int]], cpus: Int) -> [[Int]] {
    var result = [[Int]](repeating: [Int](repeating: 0, count: cpus), count: cpus)
    for (row, counts) in matrix.enumerated() {
      for (column, count) in counts.enumerated() { result[min(row, cpus - 1)][min(column, cpus - 1)] += count }
    }
    return result
  }
}
