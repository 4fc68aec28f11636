public import Recordings
import SlabEngine
import Telemetry
public import Workloads

/// A recording replayed under a model of the kernel that it was recorded on, beside what that kernel said of itself
/// meanwhile: whether the engine's picture can be trusted.
///
/// The engine is first filled as the kernel's caches were (the sample before the first event); then the events are played,
/// and at the time of each later sample of /proc/slabinfo the engine's slabs are counted. A cache is judged at the moment
/// when its slabs had changed most.
public struct ModelValidation: Sendable, Hashable, Encodable {
  /// One cache.
  public struct Row: Sendable, Hashable, Encodable {
    /// Its name, as slabinfo has it; `kmalloc-N` is all of a size's caches together.
    public var cache: String
    /// Whether prediction and observation can be compared, and if not, why not.
    public var isComparable: Bool
    /// Why not; or what to bear in mind.
    public var remark: String
    /// Seconds from the first event to the moment of the greatest change.
    public var seconds: Double
    /// Change in objects that the slabs hold room for, and in slabs, since before the first event.
    public var observedObjects: Int
    /// Change in slabs.
    public var observedSlabs: Int
    /// The same in the replay.
    public var predictedObjects: Int
    /// Change in slabs in the replay.
    public var predictedSlabs: Int

    /// Predicted less observed change in slabs, as a share of the observed; nil where nothing changed.
    public var error: Double? {
      observedSlabs == 0 ? nil : Double(predictedSlabs - observedSlabs) / Double(abs(observedSlabs))
    }

    private enum CodingKeys: String, CodingKey {
      case cache, remark, seconds
      case isComparable = "comparable"
      case observedObjects = "observed_objects"
      case observedSlabs = "observed_slabs"
      case predictedObjects = "predicted_objects"
      case predictedSlabs = "predicted_slabs"
      case slabError = "error"
    }

    /// Encodes every figure under its snake_case name, the error among them.
    public func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(cache, forKey: .cache)
      try object.encode(isComparable, forKey: .isComparable)
      try object.encode(remark, forKey: .remark)
      try object.encode(seconds, forKey: .seconds)
      try object.encode(observedObjects, forKey: .observedObjects)
      try object.encode(observedSlabs, forKey: .observedSlabs)
      try object.encode(predictedObjects, forKey: .predictedObjects)
      try object.encode(predictedSlabs, forKey: .predictedSlabs)
      try object.encode(error, forKey: .slabError)
    }
  }

  /// Every cache that the recording has events of, the greatest observed change first.
  public private(set) var caches: [Row] = []
  /// Samples of /proc/slabinfo that were compared.
  public private(set) var samples = 0

  /// Changes of no more slabs than this are too small to judge a model by.
  public static let smallestChange = 50

  /// Replays a recording and compares.
  /// - Parameter policy: the model of the kernel.
  /// - Throws: `ModelValidationError.noSamples`, and what reading and replaying throw.
  /// - Complexity: O(events + samples x caches).
  public init(_ recording: Recording, policy: Policy = .linux) throws {
    let observed = try ObservedSlabs(recording)
    let traffic = try RecordedCaches(recording)
    let replay = try ModelReplay(recording, policy, observed, traffic)
    let predicted = try replay.run()
    samples = observed.moments.count
    for cache in traffic.caches.values {
      caches.append(ModelValidation.row(cache, observed, predicted, start: traffic.start))
    }
    caches.sort { (abs($1.observedSlabs), $0.cache) < (abs($0.observedSlabs), $1.cache) }
  }

  private static func row(
    _ cache: RecordedCaches.Cache, _ observed: ObservedSlabs, _ predicted: [[String: ObservedSlabs.Count]],
    start: UInt64
  ) -> Row {
    var row = Row(
      cache: cache.name, isComparable: true, remark: "", seconds: 0, observedObjects: 0, observedSlabs: 0,
      predictedObjects: 0, predictedSlabs: 0)
    guard let before = observed.before[cache.name] else {
      (row.isComparable, row.remark) = (false, "slabinfo has no such cache: merged into another, or gone")
      return row
    }
    let changes = observed.moments.map { ($0.caches[cache.name]?.slabs ?? before.slabs) - before.slabs }
    if let most = changes.indices.max(by: { abs(changes[$0]) < abs(changes[$1]) }) {
      let moment = observed.moments[most]
      row.seconds = Double(moment.time > start ? moment.time - start : 0) / 1e6
      row.observedSlabs = changes[most]
      row.observedObjects = (moment.caches[cache.name]?.objects ?? before.objects) - before.objects
      let (first, then) = (predicted[0][cache.name], predicted[most + 1][cache.name])
      row.predictedSlabs = (then?.slabs ?? 0) - (first?.slabs ?? 0)
      row.predictedObjects = (then?.objects ?? 0) - (first?.objects ?? 0)
    }
    if cache.stride != before.stride {
      row.isComparable = false
      row.remark = "events set \(cache.stride) bytes aside, slabinfo says \(before.stride)"
    } else if abs(row.observedSlabs) <= ModelValidation.smallestChange {
      row.isComparable = false
      row.remark = "changed by no more than \(ModelValidation.smallestChange) slabs"
    } else if abs(row.predictedSlabs) * 10 < abs(row.observedSlabs) * 9 {
      row.remark = "the events don't tell of all: of tasks that were not recorded, or of memory reclaim"
    } else if cache.unseen * 20 > cache.allocations {
      row.remark = "\(cache.unseen * 100 / cache.allocations) % of its frees were not seen"
    }
    return row
  }
}

/// Why a recording can't be compared.
public enum ModelValidationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It has no samples of /proc/slabinfo before its events, or none after.
  case noSamples
  /// Its caches held more before its events than can be laid out again.
  case tooLarge(bytes: Int)

  /// The error in one line, fit for a person.
  public var description: String {
    switch self {
    case .noSamples: noSamplesDescription
    case .tooLarge(let bytes):
      "its caches held \(bytes >> 30) GiB before its events; up to 24 GiB can be laid out again"
    }
  }

  private var noSamplesDescription: String {
    "has no samples of /proc/slabinfo from before and during its events; record with `slabscope record`, or import with "
      + "`--samples FILE`"
  }
}
