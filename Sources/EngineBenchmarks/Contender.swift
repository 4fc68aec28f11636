/// What replays an operation stream. Generic code over this protocol is specialised per contender: no contender pays
/// for a call that another does not.
protocol Contender {
  /// Makes ready to replay a stream, e.g. creates its caches.
  init(for stream: OperationStream) throws
  func allocate(_ operation: OperationStream.Operation) -> UnsafeMutableRawPointer?
  func free(
    _ object: UnsafeMutableRawPointer, _ operation: OperationStream.Operation, allocatedBy: OperationStream.Operation)
}

/// Replays a stream again and again and times each pass.
struct Replay<Allocator: Contender> {
  private let stream: OperationStream
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let allocations: UnsafeMutablePointer<OperationStream.Operation>

  init(_ stream: OperationStream) throws {
    self.stream = stream
    objects = .allocate(capacity: stream.slots)
    objects.initialize(repeating: nil, count: stream.slots)
    allocations = .allocate(capacity: stream.slots)
    allocations.initialize(
      repeating: OperationStream.Operation(slot: 0, bytes: 0, cache: 0, cpu: 0), count: stream.slots)
    allocator = try Allocator(for: stream)
  }

  /// One pass over the stream. Each object's first word is written when it is allocated and read when it is freed, as
  /// an owner would.
  /// - Returns: the sum of the words read, so that no read can be optimised away.
  @inline(never)
  func pass() -> UInt64 {
    var sum: UInt64 = 0
    stream.operations.withUnsafeBufferPointer { operations in
      for operation in operations {
        let slot = Int(operation.slot)
        if operation.bytes == 0 {
          guard let object = objects[slot] else { continue }
          sum &+= UInt64(object.load(as: UInt8.self))
          allocator.free(object, operation, allocatedBy: allocations[slot])
          objects[slot] = nil
        } else {
          guard let object = allocator.allocate(operation) else { continue }
          object.storeBytes(of: UInt8(truncatingIfNeeded: slot), as: UInt8.self)
          objects[slot] = object
          allocations[slot] = operation
        }
      }
    }
    return sum
  }
}
