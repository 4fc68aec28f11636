import Glibc
import Synchronization

/// One thread allocates and another frees: each object passes from one CPU to the other through a ring of 1,024 entries.
final class Handover<Allocator: Contender>: @unchecked Sendable {
  // Sendable: the producer owns `ring[i]` until `written` passes i; the consumer owns it until `read` passes i.
  private static var objects: Int { 1 << 18 }
  private static var places: Int { 1024 }
  private let allocator: Allocator
  private let ring: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let written = Atomic<Int>(0)
  private let read = Atomic<Int>(0)

  init(_ allocator: Allocator) {
    self.allocator = allocator
    ring = .allocate(capacity: Handover.places)
    ring.initialize(repeating: nil, count: Handover.places)
  }

  /// Runs the case.
  /// - Returns: number of operations of both threads.
  func run() -> Int {
    written.store(0, ordering: .relaxed)
    read.store(0, ordering: .relaxed)
    var consumer = pthread_t()
    let body = Unmanaged.passRetained(ThreadBody { self.consume() })
    let status = pthread_create(
      &consumer, nil,
      { argument in
        Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard status == 0 else { return 0 }
    produce()
    pthread_join(consumer, nil)
    return Handover.objects * 2
  }

  /// Entries that are passed on at a time, so that the ring itself costs little.
  private func produce() {
    var next = 0
    while next < Handover.objects {
      while next - read.load(ordering: .acquiring) > Handover.places - 64 {}
      for _ in 0..<64 {
        let object = allocator.allocate(Pattern<Allocator>.bytes, cache: 0, cpu: 0)
        object?.storeBytes(of: UInt32(truncatingIfNeeded: next), as: UInt32.self)
        ring[next % Handover.places] = object
        next += 1
      }
      written.store(next, ordering: .releasing)
    }
  }

  private func consume() {
    var next = 0
    while next < Handover.objects {
      let end = written.load(ordering: .acquiring)
      while next < end {
        if let object = ring[next % Handover.places] {
          allocator.free(object, bytes: Pattern<Allocator>.bytes, cache: 0, cpu: 1)
        }
        next += 1
      }
      read.store(next, ordering: .releasing)
    }
  }
}

/// Body of a thread.
private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}
