/// Selection of the objects whose contents a player verifies: it writes a stamp to each of them when it allocates the object,
/// and checks the stamp when it frees the object. All other results of a replay do not depend on the selection.
///
/// A stamp costs two cache misses for most objects, which is more than all other work of a replay. Where objects overlap, a
/// small sample of them shows it as well, because no replay has only a few objects.
package struct ContentVerification: Sendable, Hashable {
  /// One allocation in this number is verified; 0 if none is.
  package let interval: Int

  /// Every object.
  package static let all = ContentVerification(interval: 1)
  /// No object: the player does not access the memory of objects.
  package static let off = ContentVerification(interval: 0)
  /// One object in 64: the default of replays that compare policies.
  package static let sampled = ContentVerification(interval: 64)

  private init(interval: Int) { self.interval = interval }

  /// One object in `interval`; nil if `interval` is less than 1.
  package init?(oneIn interval: Int) {
    guard interval >= 1 else { return nil }
    self.interval = interval
  }

  /// Description in one clause, for reports.
  package var text: String {
    switch interval {
    case 0: "contents of objects not verified"
    case 1: "contents of all objects verified"
    default: "contents of one object in \(interval) verified"
    }
  }
}

/// Counter that selects the objects to verify.
struct VerificationCounter {
  /// Number of allocations up to and including the next one to verify; 0 if none is verified.
  private var left: Int
  private let interval: Int

  init(_ verification: ContentVerification) {
    (left, interval) = (min(1, verification.interval), verification.interval)
  }

  /// Returns whether to verify the next allocated object.
  @inline(__always)
  mutating func selectsNext() -> Bool {
    left &-= 1
    guard left == 0 else { return false }
    left = interval
    return true
  }
}
