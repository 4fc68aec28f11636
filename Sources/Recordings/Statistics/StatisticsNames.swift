/// Conversion of the counts of `StatisticsCollector`, which are by shape, to `RecordingStatistics`, which are by the names of
/// caches and call sites.
struct StatisticsNames {
  private let symbols: [String]
  private let shapes: [Slabtrace.Shape]

  init(_ index: SlabtraceIndex) {
    symbols = index.symbols
    shapes = index.shapes
  }

  /// Whether the events of each shape belong to socket buffers, by the function of the call site or the name of the cache.
  var isSkb: [Bool] {
    shapes.map { shape in
      let function = symbols[Int(shape.site)].prefix { $0 != "+" }
      if shape.outcome == .null { return function.contains("skb") }
      if function.contains("skb") || function.hasPrefix("kmalloc_reserve") { return true }
      // The cache of a paired free is not tested: the collector tests the shape of the allocation.
      return shape.outcome != .freed && name(ofCacheOf: shape).hasPrefix("skbuff_")
    }
  }

  /// Sets the figures of `result` from the counts of a collector.
  func fill(_ result: inout RecordingStatistics, from collector: borrowing StatisticsCollector) {
    (result.liveAtEnd, result.liveAtEndBytesReq) = (collector.live.objects, collector.live.requested)
    result.liveAtEndBytesAlloc = collector.live.allocated
    result.peakLiveObjects = collector.peak.objects
    (result.peakLiveBytesReq, result.peakLiveBytesAlloc) = (collector.peak.requested, collector.peak.allocated)
    result.peakEvents = RecordingStatistics.PeakEvents(
      objects: collector.peakEvents.objects, bytesReq: collector.peakEvents.requested,
      bytesAlloc: collector.peakEvents.allocated)
    result.skbEvents = collector.skbPairs
    (result.firstTime, result.lastTime) = (collector.first, collector.last)
    (result.timestampsBackwards, result.pairsAcrossEventKinds) = (collector.backwards, collector.pairsAcrossKinds)
    (result.lifetimeLog2, result.eventsPerCPU) = (collector.lifetimeLog2, collector.eventsPerCPU)
    result.crossCPUFrees = collector.crossCPU
    result.freesByCPU = collector.freesByCPU
    for (key, count) in collector.uses {
      let (shape, used) = (shapes[Int(key >> 32)], Int(key & 0xFFFF_FFFF))
      result.caches[name(ofCacheOf: shape), default: RecordingStatistics.Cache()].uses.add(
        used, of: Int(shape.allocatedBytes), count: count)
      result.uses.add(used, of: Int(shape.allocatedBytes), count: count)
    }
    for (isSkb, (shape, tally)) in zip(isSkb, zip(shapes, collector.finalTallies())) where tally.events > 0 {
      if isSkb { count(skb: tally.events, of: shape, in: &result) }
      result.events += tally.events
      result.eventsByKind[Int(shape.kind.rawValue)] += tally.events
      switch shape.outcome {
      case .failed: result.nullAllocs += tally.events
      case .null, .zeroSize, .freed, .unmatched: add(frees: tally.events, of: shape, to: &result)
      case .allocated, .allocatedOverLive: add(allocations: tally, of: shape, to: &result)
      }
    }
  }

  /// Counts the events of a shape that belongs to socket buffers. Failed allocations and frees of ZERO_SIZE_PTR are not
  /// counted, and paired frees were counted by the collector.
  private func count(skb events: Int, of shape: Slabtrace.Shape, in result: inout RecordingStatistics) {
    switch shape.outcome {
    case .allocated, .allocatedOverLive:
      result.skbAllocs += events
      result.skbEvents += events
    case .unmatched, .null: result.skbEvents += events
    case .freed, .failed, .zeroSize: break
    }
  }

  private func add(
    allocations tally: StatisticsCollector.Tally, of shape: Slabtrace.Shape, to result: inout RecordingStatistics
  ) {
    let (requested, allocated) = (Int(shape.requestedBytes), Int(shape.allocatedBytes))
    let count = tally.events
    result.allocs += count
    result.bytesReqTotal += requested * count
    result.bytesAllocTotal += allocated * count
    result.pairedFrees += tally.paired
    result.pairedFreeBytesReq += requested * tally.paired
    result.pairedFreeBytesAlloc += allocated * tally.paired
    // `overLive` counts objects of this shape that were ended by a later allocation of any shape.
    result.allocOverLive += tally.overLive
    if shape.kind == .kmalloc {
      result.kmallocSizes[requested, default: 0] += count
      result.kmallocClasses[allocated, default: 0] += count
    }
    var cache = result.caches.removeValue(forKey: name(ofCacheOf: shape)) ?? RecordingStatistics.Cache()
    cache.allocs += count
    cache.pairedFrees += tally.paired
    cache.allocOverLive += tally.overLive
    cache.liveAtEnd += tally.live
    cache.bytesReq += requested * count
    cache.bytesAlloc += allocated * count
    cache.sizes["\(requested)/\(allocated)", default: 0] += count
    result.caches[name(ofCacheOf: shape)] = cache
    var site = result.allocCallSites[symbols[Int(shape.site)]] ?? RecordingStatistics.Site()
    site.count += count
    site.bytesReq += requested * count
    site.bytesAlloc += allocated * count
    result.allocCallSites[symbols[Int(shape.site)]] = site
  }

  private func add(frees count: Int, of shape: Slabtrace.Shape, to result: inout RecordingStatistics) {
    let site = symbols[Int(shape.site)]
    result.freeCallSites[site, default: 0] += count
    switch shape.outcome {
    case .null: result.nullFrees += count
    case .zeroSize: result.zeroSizeFrees += count
    case .unmatched:
      result.unmatchedFrees += count
      result.caches[name(ofCacheOf: shape), default: RecordingStatistics.Cache()].unmatchedFrees += count
      result.unmatchedFreeCallSites[site, default: 0] += count
    // Paired frees are counted with their allocations.
    case .freed, .allocated, .allocatedOverLive, .failed: break
    }
  }

  /// Returns the name of a shape's cache. A kmalloc cache is named after the allocated bytes, like the kernel's caches of up
  /// to 8192 bytes. The cache of a kfree without a known object is `?kfree`.
  private func name(ofCacheOf shape: Slabtrace.Shape) -> String {
    switch shape.kind {
    case .kmalloc: shape.allocatedBytes <= 8192 ? "kmalloc-\(shape.allocatedBytes)" : "kmalloc-large"
    case .kfree: shape.cache == AllocationEvent.noCache ? "?kfree" : symbols[Int(shape.cache)]
    case .kmemCacheAlloc, .kmemCacheFree:
      shape.cache == AllocationEvent.noCache ? "?" : symbols[Int(shape.cache)]
    }
  }
}
