import Dispatch
import Synchronization

/// The identity of a recording, computed on another thread while the command reads the recording, because hashing it takes a
/// fifth of the time of reading it.
final class BackgroundIdentity: Sendable {
  private let identity = Mutex<InputIdentity?>(nil)
  private let group = DispatchGroup()

  init(_ input: InputRecording) {
    DispatchQueue.global().async(group: group) { [self] in
      let identity = InputIdentity(input)
      self.identity.withLock { $0 = identity }
    }
  }

  /// The identity. Waits for it if necessary.
  var value: InputIdentity {
    group.wait()
    // The identity is set before the group is left.
    guard let value = identity.withLock({ $0 }) else { preconditionFailure("the identity is not set") }
    return value
  }
}
