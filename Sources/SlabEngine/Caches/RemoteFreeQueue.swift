internal import Synchronization

/// How objects that are freed on another CPU get back to the one they came from, a batch at a time: each CPU collects
/// them in an outbox, and delivers a full one to the inbox of the CPU that it is for.
struct Homing: ~Copyable {
  /// Objects in a batch.
  static let batch = 32

  private struct Inbox {
    var first: UnsafeMutablePointer<Magazine>?
  }

  private let cpus: Int
  private let inboxes: UnsafeMutablePointer<Guarded<Inbox>>
  /// Each CPU's own; nil until it first sends something.
  private let outboxes: UnsafeMutablePointer<UnsafeMutablePointer<Magazine>?>
  /// Objects in inboxes and outboxes.
  let objects = Atomic<Int>(0)
  /// Objects that went home, ever.
  let sent = Atomic<Int>(0)

  init(cpus: Int) {
    self.cpus = cpus
    inboxes = .allocate(capacity: cpus)
    outboxes = .allocate(capacity: cpus)
    for cpu in 0..<cpus { (inboxes + cpu).initialize(to: Guarded(Inbox())) }
    outboxes.initialize(repeating: nil, count: cpus)
  }

  deinit {
    for cpu in 0..<cpus {
      while let magazine = receive(on: cpu) { magazine.deallocate() }
      inboxes[cpu].destroy()
      outboxes[cpu]?.deallocate()
    }
    inboxes.deallocate()
    outboxes.deallocate()
  }

  /// Puts an object that belongs to CPU `home` into the outbox of CPU `cpu`, which calls this.
  func send(_ object: UnsafeMutableRawPointer, from cpu: Int, to home: Int) {
    if let outbox = outboxes[cpu], outbox.pointee.home != home, outbox.pointee.rounds > 0 { deliver(from: cpu) }
    let outbox = outboxes[cpu] ?? Magazine.make(limit: Homing.batch)
    outboxes[cpu] = outbox
    outbox.pointee.home = home
    Magazine.slots(of: outbox)[outbox.pointee.rounds] = object
    outbox.pointee.rounds += 1
    objects.add(1, ordering: .relaxed)
    sent.add(1, ordering: .relaxed)
    if outbox.pointee.rounds == Homing.batch { deliver(from: cpu) }
  }

  /// Takes a batch out of a CPU's inbox. The caller counts its objects off when they are somewhere else.
  func receive(on cpu: Int) -> UnsafeMutablePointer<Magazine>? {
    inboxes[cpu].withLock { inbox in
      let magazine = inbox.first
      inbox.first = magazine?.pointee.next
      return magazine
    }
  }

  /// Takes the outbox of a CPU, which calls this.
  func takeOutbox(of cpu: Int) -> UnsafeMutablePointer<Magazine>? {
    defer { outboxes[cpu] = nil }
    return outboxes[cpu]
  }

  /// Calls `body` with each batch, delivered or not. CPUs at rest.
  func forEach(_ body: (UnsafeMutablePointer<Magazine>) -> Void) {
    for cpu in 0..<cpus {
      if let outbox = outboxes[cpu] { body(outbox) }
      inboxes[cpu].withLock { inbox in
        var magazine = inbox.first
        while let current = magazine {
          body(current)
          magazine = current.pointee.next
        }
      }
    }
  }

  private func deliver(from cpu: Int) {
    guard let outbox = takeOutbox(of: cpu) else { return }
    inboxes[outbox.pointee.home].withLock { inbox in
      outbox.pointee.next = inbox.first
      inbox.first = outbox
    }
  }
}
