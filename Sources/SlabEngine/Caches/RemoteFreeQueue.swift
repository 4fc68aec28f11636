internal import Synchronization

/// Remote frees on their way to the CPU that last allocated from the object's slab. Each CPU collects such objects in
/// an outbox, and moves a full outbox to the inbox of the target CPU, so that the lock of an inbox is taken once per
/// batch.
struct RemoteFreeQueue: ~Copyable {
  /// Number of objects in a batch.
  static let batch = 32

  private struct Inbox {
    var first: UnsafeMutablePointer<Magazine>?
  }

  private let cpus: Int
  private let inboxes: UnsafeMutablePointer<Guarded<Inbox>>
  /// Outbox of each CPU, used only by that CPU; nil if it is empty.
  private let outboxes: UnsafeMutablePointer<UnsafeMutablePointer<Magazine>?>
  /// Number of objects in inboxes and outboxes.
  let objects = Atomic<Int>(0)
  /// Number of objects that have been queued since the cache was created.
  let totalQueued = Atomic<Int>(0)

  init(cpus: Int) {
    self.cpus = cpus
    inboxes = .allocate(capacity: cpus)
    outboxes = .allocate(capacity: cpus)
    for cpu in 0..<cpus { (inboxes + cpu).initialize(to: Guarded(Inbox())) }
    outboxes.initialize(repeating: nil, count: cpus)
  }

  deinit {
    for cpu in 0..<cpus {
      while let magazine = dequeueBatch(for: cpu) { magazine.deallocate() }
      inboxes[cpu].destroy()
      outboxes[cpu]?.deallocate()
    }
    inboxes.deallocate()
    outboxes.deallocate()
  }

  /// Adds an object to the outbox of CPU `cpu`, for CPU `targetCPU`. Called by CPU `cpu`.
  func enqueue(_ object: UnsafeMutableRawPointer, from cpu: Int, to targetCPU: Int) {
    if let outbox = outboxes[cpu], outbox.pointee.targetCPU != targetCPU, outbox.pointee.rounds > 0 {
      deliver(from: cpu)
    }
    let outbox = outboxes[cpu] ?? Magazine.make(limit: RemoteFreeQueue.batch)
    outboxes[cpu] = outbox
    outbox.pointee.targetCPU = targetCPU
    Magazine.slots(of: outbox)[outbox.pointee.rounds] = object
    outbox.pointee.rounds += 1
    objects.add(1, ordering: .relaxed)
    totalQueued.add(1, ordering: .relaxed)
    if outbox.pointee.rounds == RemoteFreeQueue.batch { deliver(from: cpu) }
  }

  /// Removes a batch from a CPU's inbox; nil if there is none. The caller must subtract the batch from `objects` once
  /// its objects are counted elsewhere.
  func dequeueBatch(for cpu: Int) -> UnsafeMutablePointer<Magazine>? {
    inboxes[cpu].withLock { inbox in
      let magazine = inbox.first
      inbox.first = magazine?.pointee.next
      return magazine
    }
  }

  /// Removes the outbox of a CPU; nil if it is empty. Called by that CPU.
  func removeOutbox(of cpu: Int) -> UnsafeMutablePointer<Magazine>? {
    defer { outboxes[cpu] = nil }
    return outboxes[cpu]
  }

  /// Calls `body` for each batch in inboxes and outboxes. The CPUs must be idle.
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

  /// Moves the outbox of a CPU to the inbox of its target CPU.
  private func deliver(from cpu: Int) {
    guard let outbox = removeOutbox(of: cpu) else { return }
    inboxes[outbox.pointee.targetCPU].withLock { inbox in
      outbox.pointee.next = inbox.first
      inbox.first = outbox
    }
  }
}
