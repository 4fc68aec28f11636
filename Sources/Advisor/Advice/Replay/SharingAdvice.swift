import Workloads

/// Slab sharing between caches of similar object size (S4 of the mail), replayed at several waste bounds.
///
/// All replays are on the engine and begin on an empty machine. SLUB cannot share slabs in this way, so a base policy of Linux is
/// replayed with its sizes and page orders on the engine.
package struct SharingAdvice: Sendable {
  /// A replay at one waste bound.
  package struct Bound: Sendable {
    /// Largest share of an object that a cache may waste in the slabs of another cache; nil if no slabs are shared.
    package let bound: Double?
    /// The replay.
    package let replay: ShadowReplay
  }

  /// Replays, without sharing first, then by ascending bound.
  package let bounds: [Bound]

  private static let bounds: [Double?] = [nil, 0.05, 0.125, 0.25]

  /// Requests of the replays of a policy at each bound.
  static func requests(_ base: Policy) -> [ReplayRequest] {
    bounds.map { bound in
      var policy = base
      (policy.sharingBound, policy.slub) = (bound, nil)
      return ReplayRequest(policy: policy, isCold: true)
    }
  }

  /// - Parameter replays: Replays of `requests`.
  init(_ replays: some Sequence<ShadowReplay>) {
    bounds = zip(SharingAdvice.bounds, replays).map { Bound(bound: $0, replay: $1) }
  }

  /// Caches that share slabs at the usual bound of one eighth, by the cache that holds the slabs.
  package var groups: [(holder: String, sharers: [String])] {
    (bounds.first { $0.bound == 0.125 }?.replay.sharers ?? [:]).sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.sorted()) }
  }
}
