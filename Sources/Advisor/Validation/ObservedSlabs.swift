import Recordings
import Telemetry

/// What a kernel said of its slabs, before a recording's first event and at each sample since.
struct ObservedSlabs {
  struct Count: Hashable {
    var live = 0
    var objects = 0
    var slabs = 0
    var stride = 0
  }

  struct Moment {
    var time: UInt64
    var caches: [String: Count]
  }

  /// At the last sample before the first event.
  private(set) var before: [String: Count] = [:]
  /// The samples after it.
  private(set) var moments: [Moment] = []

  init(_ recording: Recording) throws {
    var copy = recording
    var batch: [AllocationEvent] = []
    copy.rewind()
    try copy.nextBatch(into: &batch)
    let start = batch.first?.time ?? 0
    var hasBefore = false
    var found: [Moment] = []
    try recording.forEachSample { sample in
      guard sample.source == .slabinfo else { return }
      var caches: [String: Count] = [:]
      for cache in try SlabinfoDecoder.decode(sample.text) {
        caches[ObservedSlabs.family(of: cache.name), default: Count()].add(cache)
      }
      if sample.time <= start || !hasBefore {
        (before, hasBefore) = (caches, true)
      } else {
        found.append(Moment(time: sample.time, caches: caches))
      }
    }
    moments = found
    guard hasBefore, !found.isEmpty else { throw ModelValidationError.noSamples }
  }

  /// The name under which a cache is compared: events don't say which of a size's kmalloc caches served them (kmalloc-1k,
  /// kmalloc-cg-1k, kmalloc-rcl-1k, ...), so these are one.
  static func family(of name: String) -> String {
    let families = ["kmalloc-", "dma-kmalloc-", "memdup_user-", "msg_msg-"]
    guard families.contains(where: { name.hasPrefix($0) }), let last = name.split(separator: "-").last else {
      return name
    }
    let digits = last.prefix(while: \.isNumber)
    guard let number = Int(digits) else { return name }
    return "kmalloc-\(last.hasSuffix("k") ? number * 1024 : number)"
  }
}

extension ObservedSlabs.Count {
  fileprivate mutating func add(_ cache: CacheSnapshot) {
    live += cache.activeObjects
    objects += cache.totalObjects
    slabs += cache.slabs
    stride = cache.stride
  }
}
