import Glibc
import Synchronization

/// One thread allocates, another frees: each object crosses from one CPU to the other, through a ring of 1024 places.
final class Handover<Allocator: Contender>: @unchecked Sendable {
  // Sendable: `ring[i]` is the producer's until `written` passes i, then the consumer's until `read` does.
  private static var objects: Int { 1 << 20 }
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

  /// - Returns: operations done by both.
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

  /// The ring is handed over 64 places at a time, so that its own cost stays small.
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

/// What a thread runs.
private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}
