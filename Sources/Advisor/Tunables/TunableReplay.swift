import Recordings
import Workloads

/// A recording replayed on the model of SLUB under given tunables: each cache's slab memory and node-list operations, in
/// the part that is searched and in the part that is held out.
struct TunableReplay {
  /// A cache in one part of a recording.
  struct Figures {
    var meanBytes = 0.0
    var peakBytes = 0
    /// Slabs put on or taken off the node's list, each under the list's lock.
    var nodeListOperations = 0
  }

  /// By cache name: the searched part, and the one that is held out.
  private(set) var searched: [String: Figures] = [:]
  private(set) var heldOut: [String: Figures] = [:]

  private static let looks = 1000

  /// - Parameter heldOutFrom: number of the first event of the part that is held out.
  init(
    _ recording: Recording, start: ReplayStart?, tuning: SLUBTuning = SLUBTuning(),
    parameters: SLUBParameters = SLUBParameters(), heldOutFrom: Int, memoryBytes: Int
  ) throws {
    var player = try SLUBPlayer(
      recording, parameters: parameters, tuning: tuning, memoryBytes: memoryBytes, start: start?.state,
      observations: start?.observations ?? [])
    let step = max(1, recording.eventCount / TunableReplay.looks)
    searched = try TunableReplay.play(&player, upTo: heldOutFrom, step: step)
    heldOut = try TunableReplay.play(&player, upTo: recording.eventCount, step: step)
  }

  /// Plays up to an event and sums up each cache's memory over the recording's time.
  private static func play(_ player: inout SLUBPlayer, upTo end: Int, step: Int) throws -> [String: Figures] {
    var (areas, peaks, time) = ([Double](), [Int](), 0.0)
    let before = player.model.layouts.indices.map { player.model.nodeListOperations(of: Int32($0)) }
    var last = Double(player.progress.elapsedTicks)
    while player.progress.events < end, try !player.isAtEnd() {
      let bytes = player.model.layouts.indices.map { player.model.slabBytes(of: Int32($0)) }
      if try player.play(upTo: min(step, end - player.progress.events)) == 0 { break }
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
    }
    var figures: [String: Figures] = [:]
    for cache in areas.indices {
      let operations = player.model.nodeListOperations(of: Int32(cache)) - (cache < before.count ? before[cache] : 0)
      figures[player.model.layouts[cache].name] = Figures(
        meanBytes: time > 0 ? areas[cache] / time : 0, peakBytes: peaks[cache], nodeListOperations: operations)
    }
    return figures
  }
}
