public import Recordings
import Workloads

/// Settings of /sys/kernel/slab and boot parameters that would use less slab memory on a recorded load, found by replay on the
/// model of SLUB.
///
/// The first half of a recording's events is searched; what the settings do on the second half is stated beside, and a
/// setting that saves nothing there is not advised.
public struct TunablesAdvice: Sendable, Encodable {
  /// A setting for one cache.
  public struct Setting: Sendable, Encodable {
    /// The cache, as slabinfo and sysfs have it.
    public let cache: String
    /// `cpu_partial`, in objects: SLUB's own and the advised one.
    public let cpuPartial: Change
    /// `min_partial`, in slabs.
    public let minimumPartial: Change
    /// Bytes of slabs saved on average and at the peak, in the searched part.
    public let searched: Saving
    /// The same in the part that was held out.
    public let heldOut: Saving

    /// The commands that set it.
    public var commands: [String] {
      let folder = "/sys/kernel/slab/\(cache)"
      return [("cpu_partial", cpuPartial), ("min_partial", minimumPartial)].compactMap { file, change in
        change.from == change.to ? nil : "echo \(change.to) > \(folder)/\(file)"
      }
    }
  }

  /// A value before and after.
  public struct Change: Sendable, Hashable, Encodable {
    /// SLUB's own value.
    public let from: Int
    /// The advised one.
    public let to: Int
  }

  /// What a setting gains, and its price.
  public struct Saving: Sendable, Hashable, Encodable {
    /// Bytes saved on average over time.
    public let meanBytes: Int
    /// Bytes saved at the peak.
    public let peakBytes: Int
    /// Operations on the node's list that are added: slabs put on it or taken off it.
    public let addedListOperations: Int
  }

  /// The recording.
  public let input: String
  /// Events that were searched, and all.
  public let searchedEvents: Int
  /// Events of the recording.
  public let events: Int
  /// Slab memory on average under SLUB's own settings, in the searched and in the held-out part.
  public let meanBytes: [Int]
  /// The settings, the one that saves most first; empty if all is best left.
  public let settings: [Setting]
  /// What all settings together save when they are replayed together, in the searched and in the held-out part.
  public let together: [Saving]
  /// Advice on boot parameters.
  public let bootParameters: BootParametersAdvice

  /// Whether all settings together save too little on average to change anything: less than 1 % of the slab memory in one
  /// of the parts.
  public var isBestLeft: Bool { TunablesAdvice.areTooSmall(together, of: meanBytes) }

  private static func areTooSmall(_ savings: [Saving], of meanBytes: [Int]) -> Bool {
    zip(savings, meanBytes).contains { $0.meanBytes * 100 < max(1, $1) }
  }

  /// A setting must save as much on average to be listed.
  public static let leastSaving = 64 << 10
  /// Operations on the node's list may become as many times as many.
  public static let mostListOperations = 4.0

  /// Searches the settings of each cache.
  ///
  /// Caches don't influence each other while there is memory, so that one replay tries a setting on all caches at once.
  /// - Throws: what reading and replaying throw.
  /// - Complexity: O(settings x events).
  public init(for recording: Recording, start: ReplayStart?, memoryBytes: Int = 4 << 30) throws {
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
          let allowed = Double(before.nodeListOperations) * TunablesAdvice.mostListOperations + 1000
          guard saved >= Double(TunablesAdvice.leastSaving), later.meanBytes > then.meanBytes,
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
    together = [Saving(base.searched.total, all.searched.total), Saving(base.heldOut.total, all.heldOut.total)]
    let isLeft = TunablesAdvice.areTooSmall(together, of: meanBytes)
    bootParameters = try BootParametersAdvice(
      for: recording, start: start, base: base, tuning: isLeft ? nil : joint, heldOutFrom: half,
      memoryBytes: memoryBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case input, events, settings, together
    case bootParameters = "boot_parameters"
    case isBestLeft = "best_left"
    case searchedEvents = "searched_events"
    case meanBytes = "mean_bytes"
  }
}

extension TunablesAdvice {
  /// Encodes every figure and the verdict.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(input, forKey: .input)
    try object.encode(events, forKey: .events)
    try object.encode(searchedEvents, forKey: .searchedEvents)
    try object.encode(meanBytes, forKey: .meanBytes)
    try object.encode(isBestLeft, forKey: .isBestLeft)
    try object.encode(settings, forKey: .settings)
    try object.encode(together, forKey: .together)
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
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(cache, forKey: .cache)
    try object.encode(cpuPartial, forKey: .cpuPartial)
    try object.encode(minimumPartial, forKey: .minimumPartial)
    try object.encode(searched, forKey: .searched)
    try object.encode(heldOut, forKey: .heldOut)
    try object.encode(commands, forKey: .commands)
  }
}
