import Recordings

/// The caches that a recording has events of, and how far their frees were seen.
struct RecordedCaches {
  struct Cache {
    var name: String
    var objectSize: Int
    var stride: Int
    var isGeneral: Bool
    var allocations = 0
    var unseen = 0
  }

  private(set) var caches: [String: Cache] = [:]
  private(set) var start: UInt64 = 0
  private(set) var peakBytes = 0

  init(_ recording: Recording) throws {
    var copy = recording
    let statistics = try RecordingStatistics(of: &copy)
    start = statistics.firstTime ?? 0
    peakBytes = statistics.peakLiveBytesAlloc
    for (name, figures) in statistics.caches where figures.allocs > 0 && name != "?" {
      // The size that most of its objects have.
      let size = figures.sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "0/0"
      let parts = size.split(separator: "/").compactMap { Int($0) }
      guard parts.count == 2, parts[1] > 0 else { continue }
      // A class above 8192 bytes is no cache, but pages.
      let isGeneral = name.hasPrefix("kmalloc-")
      if isGeneral, parts[1] > 8192 { continue }
      caches[name] = Cache(
        name: name, objectSize: isGeneral ? parts[1] : max(1, parts[0]), stride: parts[1], isGeneral: isGeneral,
        allocations: figures.allocs, unseen: figures.allocOverLive + figures.liveAtEnd)
    }
  }
}
