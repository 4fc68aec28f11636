internal import FoundationEssentials
internal import Recordings
import TextOutput

extension RecordingStatistics: Encodable {
  private struct Key: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init(stringLiteral: String) { stringValue = stringLiteral }
    init?(intValue: Int) { nil }
  }

  /// Encodes the figures with snake_case keys. Numbers that are keys (sizes, CPUs, buckets) become strings.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    func put(_ value: some Encodable, _ key: Key) throws { try object.encode(value, forKey: key) }
    try put(events, "events")
    try put(
      [
        "kmalloc": eventsByKind[0], "kfree": eventsByKind[1], "kmem_cache_alloc": eventsByKind[2],
        "kmem_cache_free": eventsByKind[3],
      ], "by_event")
    for (key, value) in [
      ("null_frees", nullFrees), ("zero_size_frees", zeroSizeFrees), ("null_allocs", nullAllocs),
      ("allocs", total.allocObjects),
      ("frees", frees), ("paired_frees", total.freeObjects), ("unmatched_frees", unmatchedFrees),
      ("alloc_over_live", total.unseenFrees), ("live_at_end", total.liveObjects), ("never_freed", neverFreed),
      ("cross_cpu_frees", total.remoteFrees), ("pairs_across_event_kinds", pairsAcrossEventKinds),
      ("bytes_req_total", total.requestedBytes), ("bytes_alloc_total", total.allocBytes),
      ("paired_free_bytes_req", pairedFreeBytesReq), ("paired_free_bytes_alloc", pairedFreeBytesAlloc),
      ("live_at_end_bytes_req", total.liveRequestedBytes), ("live_at_end_bytes_alloc", total.liveBytes),
      ("peak_live_objects", peakLiveObjects), ("peak_live_bytes_req", peakLiveBytesReq),
      ("peak_live_bytes_alloc", peakLiveBytesAlloc), ("timestamps_backwards", timestampsBackwards),
      ("samples", samples),
    ] { try put(value, Key(stringValue: key)) }
    try put(RecordingStatistics.share(unmatchedFrees, of: frees), "unmatched_free_share")
    try put(RecordingStatistics.share(neverFreed, of: total.allocObjects), "never_freed_share")
    try put(RecordingStatistics.share(total.allocBytes - total.requestedBytes, of: total.allocBytes), "waste_share")
    try put(durationSeconds, "duration_s")
    try put(timesAreMicroseconds ? "us" : "clock ticks", "timestamp_unit")
    try put(RecordingStatistics.stringKeyed(lifetimeLog2), "lifetime_log2_us")
    try put(RecordingStatistics.stringKeyed(eventsPerCPU), "events_per_cpu")
    try put(RecordingStatistics.stringKeyed(kmallocSizes), "kmalloc_sizes")
    try put(RecordingStatistics.stringKeyed(kmallocClasses), "kmalloc_classes")
    try put(peakEvents, "peak_event_index")
    for (key, value) in [("skb_events", skbEvents), ("skb_allocs", skbAllocs)] { try put(value, Key(stringValue: key)) }
    try put(RecordingStatistics.share(skbEvents, of: events), "skb_event_share")
    try put(firstTime, "first_ts_us")
    try put(firstTime.map { _ in lastTime }, "last_ts_us")
    try put(freesByCPU, "frees_by_cpu")
    try put(pageTraffic, "page_traffic")
    try put(caches.mapValues(CacheFigures.init), "caches")
    try put(allocCallSites.mapValues(SiteFigures.init), "alloc_call_sites")
    try put(freeCallSites, "free_call_sites")
    try put(unmatchedFreeCallSites, "unmatched_free_call_sites")
    try put(packetFrees, "packet_frees")
    if uses.objects > 0 {
      for (key, value) in [
        ("used_objects", uses.objects), ("used_bytes", uses.usedBytes), ("used_bytes_alloc", uses.allocatedBytes),
      ] { try put(value, Key(stringValue: key)) }
      try put(usedBytesMethod?.name, "used_measure")
    }
    guard let lines else { return }
    for (key, value) in [
      ("repeated_packet_frees", lines.repeatedPacketFrees),
      ("lines", lines.lines), ("comment_lines", lines.commentLines), ("other_lines", lines.otherLines),
      ("malformed_lines", lines.malformedLines), ("lost_events", lines.lostEvents),
    ] { try put(value, Key(stringValue: key)) }
    try put(lines.origin?.rawValue, "format")
    try put(lines.hasRealPointers ? "real" : "hashed", "pointers")
  }

  /// Returns the figures as a JSON object with its keys in alphabetical order.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self))
  }

  /// Returns the counts with their keys as strings.
  private static func stringKeyed(_ counts: [Int: Int]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: counts.map { (String($0.key), $0.value) })
  }

  /// Returns a share, rounded to six decimals; 0 if `whole` is 0.
  static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : (Double(part) / Double(whole) * 1e6).rounded() / 1e6
  }
}

/// Figures of a call site under the names of the statistics.
private struct SiteFigures: Encodable {
  let count: Int
  let bytesReq: Int
  let bytesAlloc: Int

  init(_ figures: AllocationFigures) {
    (count, bytesReq, bytesAlloc) = (figures.allocObjects, figures.requestedBytes, figures.allocBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case count
    case bytesReq = "bytes_req"
    case bytesAlloc = "bytes_alloc"
  }
}

/// Figures of a cache under the names of the statistics. The keys of the bytes in use are absent if they are unknown.
private struct CacheFigures: Encodable {
  let allocs: Int
  let pairedFrees: Int
  let unmatchedFrees: Int
  let allocOverLive: Int
  let liveAtEnd: Int
  let bytesReq: Int
  let bytesAlloc: Int
  let sizes: [String: Int]
  let usedObjects: Int?
  let usedBytes: Int?
  let usedBytesAlloc: Int?
  let usedSizes: [String: Int]?

  init(_ cache: RecordingStatistics.Cache) {
    let (figures, uses) = (cache.figures, cache.uses)
    (allocs, pairedFrees, unmatchedFrees) = (figures.allocObjects, figures.freeObjects, cache.unmatchedFrees)
    (allocOverLive, liveAtEnd) = (figures.unseenFrees, figures.liveObjects)
    (bytesReq, bytesAlloc, sizes) = (figures.requestedBytes, figures.allocBytes, cache.sizes)
    let isKnown = uses.objects > 0
    usedObjects = isKnown ? uses.objects : nil
    usedBytes = isKnown ? uses.usedBytes : nil
    usedBytesAlloc = isKnown ? uses.allocatedBytes : nil
    usedSizes = isKnown ? Dictionary(uniqueKeysWithValues: uses.sizes.map { (String($0.key), $0.value) }) : nil
  }

  private enum CodingKeys: String, CodingKey {
    case allocs, sizes
    case usedObjects = "used_objects"
    case usedBytes = "used_bytes"
    case usedBytesAlloc = "used_bytes_alloc"
    case usedSizes = "used_sizes"
    case pairedFrees = "paired_frees"
    case unmatchedFrees = "unmatched_frees"
    case allocOverLive = "alloc_over_live"
    case liveAtEnd = "live_at_end"
    case bytesReq = "bytes_req"
    case bytesAlloc = "bytes_alloc"
  }
}
