import Recordings
import Workloads

/// Replay of a recording on the model of SLUB with given settings and boot parameters: slab memory and its cost in the searched
/// part and in the held-out part.
struct TunableReplay {
  /// Figures of one cache, or of all caches, in one part of a recording.
  struct Figures {
    var meanBytes = 0.0
    var peakBytes = 0
    /// Number of slabs added to or removed from nodes' partial lists. Each operation takes the lock of the list.
    var nodeListOperations = 0
    /// Number of slabs allocated from the page allocator, by page order.
    var slabAllocations = [Int](repeating: 0, count: 11)

    /// Number of slab allocations of more than one page.
    var highOrderAllocations: Int { slabAllocations.dropFirst().reduce(0, +) }
    /// Number of slab allocations above order 3, for which the page allocator makes less effort (PAGE_ALLOC_COSTLY_ORDER).
    var costlyAllocations: Int { slabAllocations.dropFirst(4).reduce(0, +) }
  }

  /// Figures of one part of a recording.
  struct Part {
    /// Figures by name of the cache.
    var caches: [String: Figures] = [:]
    /// Figures of all caches. The peak is that of their sum.
    var total = Figures()
  }

  private(set) var searched = Part()
  private(set) var heldOut = Part()
  /// Layouts of the caches at the end of the replay.
  private(set) var layouts: [SLUBCacheLayout] = []

  /// Approximate number of samples of slab memory.
  private static let sampleCount = 1000

  /// Replays a recording.
  /// - Parameter heldOutFrom: Index of the first event of the held-out part.
  init(
    _ recording: Recording, start: ReplayStart?, tuning: SLUBTuning = SLUBTuning(), parameters: SLUBParameters,
    heldOutFrom: Int, memoryBytes: Int
  ) throws {
    var player = try SLUBPlayer(
      recording, parameters: parameters, tuning: tuning, memoryBytes: memoryBytes, start: start?.state,
      observations: start?.observations ?? [])
    let step = max(1, recording.eventCount / TunableReplay.sampleCount)
    // 10 ms. A clock of unknown rate is assumed to count microseconds.
    let ticks = max(1, (recording.ticksPerSecond == 0 ? 1_000_000 : recording.ticksPerSecond) / 100)
    searched = try TunableReplay.play(&player, upTo: heldOutFrom, step: step, ticks: ticks)
    heldOut = try TunableReplay.play(&player, upTo: recording.eventCount, step: step, ticks: ticks)
    layouts = player.model.layouts
  }

  /// Plays up to an event and returns the figures of the played part.
  /// - Parameters:
  ///   - end: Index of the event after the part.
  ///   - step: Maximum number of events between two samples of slab memory.
  ///   - ticks: Maximum time between two samples, unless there are no events.
  private static func play(_ player: inout SLUBPlayer, upTo end: Int, step: Int, ticks: UInt64) throws -> Part {
    var (byteTicks, peaks, time, part) = ([Double](), [Int](), 0.0, Part())
    let before = player.model.layouts.indices.map { counts(of: $0, player.model) }
    var last = Double(player.progress.elapsedTicks)
    while player.progress.events < end, try !player.isAtEnd() {
      let count = min(step, end - player.progress.events)
      var bytes = slabBytes(player.model)
      if try player.play(untilElapsed: UInt64(last) + ticks, upTo: count) == 0 {
        // There is no event for a long time: until the next event, memory stays as it is now.
        bytes = slabBytes(player.model)
        if try player.play(upTo: 1) == 0 { break }
      }
      let now = Double(player.progress.elapsedTicks)
      let width = max(0, now - last)
      (time, last) = (time + width, max(now, last))
      while byteTicks.count < player.model.layouts.count {
        byteTicks.append(0)
        peaks.append(0)
      }
      for cache in byteTicks.indices {
        if cache < bytes.count { byteTicks[cache] += Double(bytes[cache]) * width }
        peaks[cache] = max(peaks[cache], player.model.slabBytes(of: Int32(cache)))
      }
      part.total.peakBytes = max(part.total.peakBytes, player.model.slabBytes)
    }
    for cache in byteTicks.indices {
      var figures = counts(of: cache, player.model)
      if cache < before.count { figures.subtractCounts(of: before[cache]) }
      figures.meanBytes = time > 0 ? byteTicks[cache] / time : 0
      figures.peakBytes = peaks[cache]
      part.caches[player.model.layouts[cache].name] = figures
      part.total.meanBytes += figures.meanBytes
      part.total.addCounts(of: figures)
    }
    return part
  }

  private static func slabBytes(_ model: borrowing SLUBModel) -> [Int] {
    (0..<Int32(model.layouts.count)).map { model.slabBytes(of: $0) }
  }

  private static func counts(of cache: Int, _ model: borrowing SLUBModel) -> Figures {
    var figures = Figures()
    figures.nodeListOperations = model.nodeListOperations(of: Int32(cache))
    for order in figures.slabAllocations.indices {
      figures.slabAllocations[order] = model.slabsGrown(of: Int32(cache), order: order)
    }
    return figures
  }
}

extension TunableReplay.Figures {
  fileprivate mutating func addCounts(of other: Self) {
    nodeListOperations += other.nodeListOperations
    for order in slabAllocations.indices { slabAllocations[order] += other.slabAllocations[order] }
  }

  fileprivate mutating func subtractCounts(of other: Self) {
    nodeListOperations -= other.nodeListOperations
    for order in slabAllocations.indices { slabAllocations[order] -= other.slabAllocations[order] }
  }
}
