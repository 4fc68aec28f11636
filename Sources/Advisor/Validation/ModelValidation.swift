public import Recordings
public import Workloads

/// A recording replayed under a policy, beside what the kernel that it was recorded on said of itself meanwhile: whether
/// the policy behaves as that kernel did.
///
/// The replay begins as the kernel's caches were (the last sample of /proc/slabinfo before the first event). At the time of
/// each later sample the replay's slabs are counted. All figures are changes since before the first event.
public struct ModelValidation: Sendable, Encodable {
  /// What is compared.
  public let input: String
  /// The policy's name.
  public let policy: String
  /// Whether the replay began on an empty machine.
  public let isCold: Bool
  /// Samples that were compared.
  public var samples: Int { times.count }
  /// Seconds from the first event to each sample.
  public let times: [Double]
  /// Every cache that the recording has allocations of, the greatest mean error first.
  public private(set) var caches: [ValidatedCache] = []
  /// The networking caches together.
  public let networking: ValidatedTotal
  /// All caches that the recording has allocations of, together.
  public let all: ValidatedTotal
  /// Caches of the recording that slabinfo does not list: merged into another, or gone.
  public let unlisted: [String]
  /// How partial slabs are distributed; nil if the samples do not have the occupancy of all slabs, or the policy is the engine's.
  public let occupancy: ValidatedOccupancy?
  /// Frees that the recording does not report, by how the replay found them; nil if the policy is the engine's.
  public let unseenFrees: UnseenFreeCounts?

  /// Replays a recording and compares.
  /// - Parameters:
  ///   - isCold: begin on an empty machine.
  ///   - seed: decides what the samples leave open of the start.
  /// - Throws: `ModelValidationError`, and what reading and replaying throw.
  /// - Complexity: O(events + samples x (caches + slabs)).
  public init(_ recording: Recording, policy: Policy = .linux, isCold: Bool = false, seed: UInt64 = 0) throws {
    // The engine serves all of a size's kmalloc requests from one cache.
    let account = try KernelSamples(recording, joiningKmallocKinds: policy.slub == nil)
    let traffic = try RecordedCaches(recording, joiningKmallocKinds: account.joinsKmallocKinds)
    let replay = try ModelReplay(recording, policy, account, traffic, isCold: isCold, seed: seed)
    let counts = try replay.run()
    input = recording.name
    self.policy = policy.name
    self.isCold = isCold
    unseenFrees = replay.unseenFrees
    let start = traffic.start
    times = account.moments.map { $0.time > start ? Double($0.time - start) / 1e6 : 0 }
    let rows = traffic.caches.compactMap { ValidatedCache($0.key, $0.value, account, counts) }
    caches = rows.sorted { ($1.error.mean, $0.cache) < ($0.error.mean, $1.cache) }
    occupancy = ValidatedOccupancy(rows.map(\.cache), account, counts)
    unlisted = traffic.caches.keys.filter { account.before[$0] == nil }.sorted()
    networking = ValidatedTotal(rows.filter(\.isNetworking), samples: account.moments.count)
    all = ValidatedTotal(rows, samples: account.moments.count)
  }

  private enum CodingKeys: String, CodingKey {
    case input, policy, samples, times, caches, networking, all, unlisted, occupancy
    case isCold = "cold"
    case unseenFrees = "unseen_frees"
  }

  /// Encodes every figure under its snake_case name.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(input, forKey: .input)
    try object.encode(policy, forKey: .policy)
    try object.encode(isCold, forKey: .isCold)
    try object.encode(samples, forKey: .samples)
    try object.encode(times, forKey: .times)
    try object.encode(networking, forKey: .networking)
    try object.encode(all, forKey: .all)
    try object.encode(caches, forKey: .caches)
    try object.encode(unlisted, forKey: .unlisted)
    try object.encode(occupancy, forKey: .occupancy)
    try object.encode(unseenFrees, forKey: .unseenFrees)
  }
}
