package import Recordings
package import Workloads

/// Comparison of a replay of a recording with samples of the recorded kernel, which shows whether the policy behaves like the
/// kernel.
///
/// The replay starts from the state of the kernel's caches in the initial sample, the last sample of /proc/slabinfo before the
/// first event. Its slabs are counted at the time of each later sample. All figures are changes since the initial sample.
package struct ModelValidation: Sendable, Encodable {
  /// Name of the recording.
  package let input: String
  /// Name of the policy.
  package let policy: String
  /// Whether the replay started on an empty machine.
  package let isCold: Bool
  /// Number of samples compared.
  package var samples: Int { times.count }
  /// Time of each sample in seconds since the first event.
  package let times: [Double]
  /// Caches with allocations in the recording, in descending order of the mean error.
  package private(set) var caches: [ValidatedCache] = []
  /// Total of the networking caches.
  package let networking: ValidatedTotal
  /// Total of all caches with allocations in the recording.
  package let all: ValidatedTotal
  /// Names of caches in the recording that slabinfo does not list, because they were merged or destroyed.
  package let unlisted: [String]
  /// Comparison of the partial slabs by occupancy; nil if it was not recorded or the policy is one of the engine.
  package let occupancy: ValidatedOccupancy?
  /// Unseen frees, by the method by which the replay inferred them; nil if the policy is one of the engine.
  package let unseenFrees: UnseenFreeCounts?

  /// Replays a recording and compares it with the kernel's samples.
  /// - Parameters:
  ///   - recording: Recording with samples of the kernel.
  ///   - policy: Policy of the replay.
  ///   - isCold: Whether to start on an empty machine.
  ///   - seed: Seed of the random choices for the parts of the starting state that the samples do not contain.
  ///   - progress: Called now and then with the number of events played and the number of all events.
  /// - Throws: ``ModelValidationError``, and errors of reading and replaying the recording.
  /// - Complexity: O(events + samples × (caches + slabs)).
  package init(
    _ recording: Recording, policy: Policy = .linux, isCold: Bool = false, seed: UInt64 = 0,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    // The engine has a single general cache for each size.
    let kernel = try KernelSamples(recording, joiningKmallocKinds: policy.slub == nil)
    let traffic = try RecordedTraffic(recording, joiningKmallocKinds: kernel.combinesKmallocKinds)
    let replay = try ModelReplay(recording, policy, kernel, traffic, isCold: isCold, seed: seed)
    let counts = try replay.run(progress: progress)
    input = recording.name
    self.policy = policy.name
    self.isCold = isCold
    unseenFrees = replay.unseenFrees
    let start = traffic.start
    times = kernel.laterSamples.map { $0.time > start ? Double($0.time - start) / 1e6 : 0 }
    let rows = traffic.caches.compactMap { ValidatedCache($0.key, $0.value, kernel, counts) }
    caches = rows.sorted { ($1.error.mean, $0.cache) < ($0.error.mean, $1.cache) }
    occupancy = ValidatedOccupancy(rows.map(\.cache), kernel, counts)
    unlisted = traffic.caches.keys.filter { kernel.initialCaches[$0] == nil }.sorted()
    networking = ValidatedTotal(rows.filter(\.isNetworking), samples: kernel.laterSamples.count)
    all = ValidatedTotal(rows, samples: kernel.laterSamples.count)
  }

  private enum CodingKeys: String, CodingKey {
    case input, policy, samples, times, caches, networking, all, unlisted, occupancy
    case isCold = "cold"
    case unseenFrees = "unseen_frees"
  }

  /// Encodes every figure under its snake_case name.
  package func encode(to encoder: any Encoder) throws {
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
