internal import Synchronization

/// A cache's store of full and empty magazines, through which CPUs exchange objects a magazine at a time (Bonwick and
/// Adams, 2001).
struct Depot: ~Copyable {
  private let lock = RawLock()
  private var full: UnsafeMutablePointer<Magazine>?
  private var empty: UnsafeMutablePointer<Magazine>?
  private var fullCount = 0
  private let fullLimit: Int
  /// Objects in the full magazines; read by samplers without the lock.
  let objects = Atomic<Int>(0)

  init(fullLimit: Int) { self.fullLimit = fullLimit }

  deinit {
    for list in [full, empty] {
      var magazine = list
      while let current = magazine {
        magazine = current.pointee.next
        current.deallocate()
      }
    }
    lock.destroy()
  }

  /// Swaps an empty magazine for a full one; nil, and `spent` stays the caller's, when the depot has none.
  mutating func exchange(forFull spent: UnsafeMutablePointer<Magazine>) -> UnsafeMutablePointer<Magazine>? {
    lock.withLock {
      guard let magazine = full else { return nil }
      full = magazine.pointee.next
      fullCount -= 1
      count(-magazine.pointee.rounds)
      spent.pointee.next = empty
      empty = spent
      return magazine
    }
  }

  /// Keeps a magazine of objects; false, and it stays the caller's, when the depot has enough of them.
  mutating func keep(_ magazine: UnsafeMutablePointer<Magazine>, rounds: Int) -> Bool {
    lock.withLock {
      guard fullCount < fullLimit else { return false }
      magazine.pointee.rounds = rounds
      magazine.pointee.next = full
      full = magazine
      fullCount += 1
      count(rounds)
      return true
    }
  }

  /// Takes out an empty magazine, if there is one.
  mutating func takeEmpty() -> UnsafeMutablePointer<Magazine>? {
    lock.withLock {
      let magazine = empty
      empty = magazine?.pointee.next
      return magazine
    }
  }

  /// Takes out a magazine of objects, if there is one: for draining.
  mutating func takeFull() -> UnsafeMutablePointer<Magazine>? {
    lock.withLock {
      guard let magazine = full else { return nil }
      full = magazine.pointee.next
      fullCount -= 1
      count(-magazine.pointee.rounds)
      return magazine
    }
  }

  /// Calls `body` for each magazine of objects. Nothing else may use the depot meanwhile.
  func forEachFull(_ body: (UnsafeMutablePointer<Magazine>) -> Void) {
    var magazine = full
    while let current = magazine {
      body(current)
      magazine = current.pointee.next
    }
  }

  private func count(_ difference: Int) { objects.add(difference, ordering: .relaxed) }
}
