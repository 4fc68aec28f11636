import Recordings
import Workloads

/// A recording replayed on the model of SLUB under given tunables and boot parameters: slab memory and its price, in the part
/// that is searched and in the part that is held out.
struct TunableReplay {
  /// One cache, or all of them, in one part of a recording.
  struct Figures {
    var meanBytes = 0.0
    var peakBytes = 0
    /// Slabs put on or taken off the node's list, each under the list's lock.
    var nodeListOperations = 0
    /// Slabs made of pages, by page order.
    var slabsMade = [Int](repeating: 0, count: 11)

    /// Slabs made of more than one page.
    var highOrderAllocations: Int { slabsMade.dropFirst().reduce(0, +) }
    /// Slabs of an order above 3, which the page allocator does not try hard to find (PAGE_ALLOC_COSTLY_ORDER).
    var costlyAllocations: Int { slabsMade.dropFirst(4).reduce(0, +) }
  }

  /// A part of a recording.
  struct Part {
    /// By cache name.
    var caches: [String: Figures] = [:]
    /// All caches: the peak is that of their sum.
    var total = Figures()
  }

  private(set) var searched = Part()
  private(set) var heldOut = Part()
  /// The caches' parameters, at the end.
  private(set) var layouts: [SLUBCacheLayout] = []

  private static let looks = 1000

  /// - Parameter heldOutFrom: number of the first event of the part that is held out.
  init(
    _ recording: Recording, start: ReplayStart?, tuning: SLUBTuning = SLUBTuning(), parameters: SLUBParameters,
    heldOutFrom: Int, memoryBytes: Int
  ) throws {
    var player = try SLUBPlayer(
      recording, parameters: parameters, tuning: tuning, memoryBytes: memoryBytes, start: start?.state,
      observations: start?.observations ?? [])
    let step = max(1, recording.eventCount / TunableReplay.looks)
    // A hundredth of a second; a clock of unknown rate is taken to tick once a microsecond.
    let ticks = max(1, (recording.ticksPerSecond == 0 ? 1_000_000 : recording.ticksPerSecond) / 100)
    searched = try TunableReplay.play(&player, upTo: heldOutFrom, step: step, ticks: ticks)
    heldOut = try TunableReplay.play(&player, upTo: recording.eventCount, step: step, ticks: ticks)
    layouts = player.model.layouts
  }

  /// Plays up to an event and sums up each cache's memory over the recording's time.
  /// - Parameters:
  ///   - step: the most events between two looks at memory; - ticks: the longest time between them, unless nothing happens.
  private static func play(_ player: inout SLUBPlayer, upTo end: Int, step: Int, ticks: UInt64) throws -> Part {
    var (areas, peaks, time, part) = ([Double](), [Int](), 0.0, Part())
    let before = player.model.layouts.indices.map { counts(of: $0, player.model) }
    var last = Double(player.progress.elapsedTicks)
    while player.progress.events < end, try !player.isAtEnd() {
      let count = min(step, end - player.progress.events)
      var bytes = slabBytes(player.model)
      if try player.play(untilElapsed: UInt64(last) + ticks, upTo: count) == 0 {
        // Nothing happens for long: until the next event memory is what it is now, not what it was before.
        bytes = slabBytes(player.model)
        if try player.play(upTo: 1) == 0 { break }
      }
      let now = Double(player.progress.elapsedTicks)
      let width = max(0, now - last)
      (time, last) = (time + width, max(now, last))
      while areas.count < player.model.layouts.count {
        areas.append(0)
        peaks.append(0)
      }
      for cache in areas.indices {
        if cache < bytes.count { areas[cache] += Double(bytes[cache]) * width }
        peaks[cache] = max(peaks[cache], player.model.slabBytes(of: Int32(cache)))
      }
      part.total.peakBytes = max(part.total.peakBytes, player.model.slabBytes)
    }
    for cache in areas.indices {
      var figures = counts(of: cache, player.model)
      if cache < before.count { figures.subtractCounts(of: before[cache]) }
      figures.meanBytes = time > 0 ? areas[cache] / time : 0
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
    for order in figures.slabsMade.indices {
      figures.slabsMade[order] = model.slabsGrown(of: Int32(cache), order: order)
    }
    return figures
  }
}

extension TunableReplay.Figures {
  fileprivate mutating func addCounts(of other: Self) {
    nodeListOperations += other.nodeListOperations
    for order in slabsMade.indices { slabsMade[order] += other.slabsMade[order] }
  }

  fileprivate mutating func subtractCounts(of other: Self) {
    nodeListOperations -= other.nodeListOperations
    for order in slabsMade.indices { slabsMade[order] -= other.slabsMade[order] }
  }
}
