package import Recordings
import Workloads

/// Recommended settings in /sys/kernel/slab and boot parameters of SLUB, found by replay of a recording on the model of SLUB.
///
/// The settings are chosen by the slab memory that they save in the first half of the events (the searched part) and are
/// recommended only if they also save memory in the second half (the held-out part).
package struct TunablesAdvice: Sendable, Encodable {
  /// Setting of one cache.
  package struct Setting: Sendable, Encodable {
    /// Name of the cache in slabinfo and sysfs.
    package let cache: String
    /// `cpu_partial` in objects.
    package let cpuPartial: Change
    /// `min_partial` in slabs.
    package let minimumPartial: Change
    /// Saving and cost in the searched part.
    package let searched: Saving
    /// Saving and cost in the held-out part.
    package let heldOut: Saving

    /// Shell commands that apply the setting.
    package var commands: [String] {
      let folder = "/sys/kernel/slab/\(cache)"
      return [("cpu_partial", cpuPartial), ("min_partial", minimumPartial)].compactMap { file, change in
        change.from == change.to ? nil : "echo \(change.to) > \(folder)/\(file)"
      }
    }
  }

  /// Change of a value.
  package struct Change: Sendable, Hashable, Encodable {
    /// Default value of SLUB.
    package let from: Int
    /// Recommended value.
    package let to: Int
  }

  /// Slab memory saved, and its cost.
  package struct Saving: Sendable, Hashable, Encodable {
    /// Time-weighted mean of the bytes of slabs saved.
    package let meanBytes: Int
    /// Decrease of the peak of the bytes of slabs.
    package let peakBytes: Int
    /// Additional operations on nodes' partial lists: slabs added or removed.
    package let addedListOperations: Int
  }

  /// Name of the recording.
  package let input: String
  /// Number of events in the searched part.
  package let searchedEvents: Int
  /// Number of all events.
  package let events: Int
  /// Mean slab memory in bytes under SLUB's defaults, in the searched and in the held-out part.
  package let meanBytes: [Int]
  /// Settings, in descending order of the mean saving.
  package let settings: [Setting]
  /// Savings of all settings replayed together, in the searched and in the held-out part.
  package let combined: [Saving]
  /// Recommended boot parameters.
  package let bootParameters: BootParametersAdvice

  /// Whether the mean saving of all settings together is less than 1 % of the slab memory in one of the parts, so that no
  /// change is recommended.
  package var recommendsNoChange: Bool { TunablesAdvice.areTooSmall(combined, of: meanBytes) }

  private static func areTooSmall(_ savings: [Saving], of meanBytes: [Int]) -> Bool {
    zip(savings, meanBytes).contains { $0.meanBytes * 100 < max(1, $1) }
  }

  /// Minimum mean saving of a setting in bytes.
  package static let minimumSaving = 64 << 10
  /// Maximum factor by which a setting may increase the operations on nodes' partial lists.
  package static let maximumListOperationsFactor = 4.0

  /// Searches settings for each cache and boot parameters.
  ///
  /// Caches do not influence each other as long as memory is not exhausted, so one replay tries a setting for all caches.
  /// - Parameters:
  ///   - recording: Recording to replay.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - memoryBytes: Machine memory of the replays in bytes.
  /// - Throws: Errors of reading and replaying the recording.
  /// - Complexity: O(settings × events).
  package init(for recording: Recording, start: ReplayStart?, memoryBytes: Int = 4 << 30) throws {
    let half = recording.eventCount / 2
    let parameters = SLUBParameters(variant: start?.state.variant ?? .cpuSlabs)
    func replay(_ tuning: SLUBTuning) throws -> TunableReplay {
      try TunableReplay(
        recording, start: start, tuning: tuning, parameters: parameters, heldOutFrom: half, memoryBytes: memoryBytes)
    }
    let base = try replay(SLUBTuning())
    var best: [String: (saved: Double, tuning: SLUBTuning, replay: TunableReplay)] = [:]
    for share in [0, 0.125, 0.25, 0.5, 1] {
      for minimum in [0, 2, nil] where share != 1 || minimum != nil {
        var tuning = SLUBTuning()
        (tuning.cpuPartialShare, tuning.minimumPartial) = (share, minimum)
        let tried = try replay(tuning)
        for (cache, figures) in tried.searched.caches {
          guard let before = base.searched.caches[cache], let later = base.heldOut.caches[cache],
            let then = tried.heldOut.caches[cache]
          else {
            continue
          }
          let saved = before.meanBytes - figures.meanBytes
          let allowed = Double(before.nodeListOperations) * TunablesAdvice.maximumListOperationsFactor + 1000
          guard saved >= Double(TunablesAdvice.minimumSaving), later.meanBytes > then.meanBytes,
            Double(figures.nodeListOperations) <= allowed, saved > best[cache]?.saved ?? 0
          else { continue }
          best[cache] = (saved, tuning, tried)
        }
      }
    }
    var joint = SLUBTuning()
    var found: [(saved: Double, setting: Setting)] = []
    let layouts = Dictionary(base.layouts.map { ($0.name, $0) }) { first, _ in first }
    for (cache, choice) in best {
      guard let layout = layouts[cache] else { continue }
      let tunables = choice.tuning.tunables(of: layout)
      joint.byCache[cache] = tunables
      let limit = SLUBCacheLayout.cpuPartial(stride: layout.stride)
      let setting = Setting(
        cache: cache, cpuPartial: Change(from: limit, to: tunables.cpuPartial ?? limit),
        minimumPartial: Change(from: layout.minimumPartial, to: tunables.minimumPartial ?? layout.minimumPartial),
        searched: Saving(base.searched.caches[cache], choice.replay.searched.caches[cache]),
        heldOut: Saving(base.heldOut.caches[cache], choice.replay.heldOut.caches[cache]))
      found.append((choice.saved, setting))
    }
    let all = try replay(joint)
    input = recording.name
    (searchedEvents, events) = (half, recording.eventCount)
    meanBytes = [base.searched, base.heldOut].map { Int($0.total.meanBytes) }
    settings = found.sorted { ($1.saved, $0.setting.cache) < ($0.saved, $1.setting.cache) }.map(\.setting)
    combined = [Saving(base.searched.total, all.searched.total), Saving(base.heldOut.total, all.heldOut.total)]
    let isTooSmall = TunablesAdvice.areTooSmall(combined, of: meanBytes)
    bootParameters = try BootParametersAdvice(
      for: recording, start: start, base: base, tuning: isTooSmall ? nil : joint, heldOutFrom: half,
      memoryBytes: memoryBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case input, events, settings
    case combined = "together"
    case bootParameters = "boot_parameters"
    case recommendsNoChange = "best_left"
    case searchedEvents = "searched_events"
    case meanBytes = "mean_bytes"
  }
}

extension TunablesAdvice {
  /// Encodes every figure and the recommendation.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(input, forKey: .input)
    try object.encode(events, forKey: .events)
    try object.encode(searchedEvents, forKey: .searchedEvents)
    try object.encode(meanBytes, forKey: .meanBytes)
    try object.encode(recommendsNoChange, forKey: .recommendsNoChange)
    try object.encode(settings, forKey: .settings)
    try object.encode(combined, forKey: .combined)
    try object.encode(bootParameters, forKey: .bootParameters)
  }
}

extension TunablesAdvice.Saving {
  init(_ before: TunableReplay.Figures?, _ after: TunableReplay.Figures?) {
    let (before, after) = (before ?? TunableReplay.Figures(), after ?? TunableReplay.Figures())
    meanBytes = Int(before.meanBytes - after.meanBytes)
    peakBytes = before.peakBytes - after.peakBytes
    addedListOperations = after.nodeListOperations - before.nodeListOperations
  }

  private enum CodingKeys: String, CodingKey {
    case meanBytes = "mean_bytes"
    case peakBytes = "peak_bytes"
    case addedListOperations = "added_list_operations"
  }
}

extension TunablesAdvice.Setting {
  private enum CodingKeys: String, CodingKey {
    case cache, searched, commands
    case cpuPartial = "cpu_partial"
    case minimumPartial = "min_partial"
    case heldOut = "held_out"
  }

  /// Encodes every figure and the commands.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(cache, forKey: .cache)
    try object.encode(cpuPartial, forKey: .cpuPartial)
    try object.encode(minimumPartial, forKey: .minimumPartial)
    try object.encode(searched, forKey: .searched)
    try object.encode(heldOut, forKey: .heldOut)
    try object.encode(commands, forKey: .commands)
  }
}
