import Glibc

/// Replay of a stream of operations, any number of times.
struct Replay<Allocator: Contender> {
  private let stream: OperationFile
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Size in bytes of the object in each slot.
  private let sizes: UnsafeMutablePointer<UInt32>
  init(_ stream: OperationFile, _ allocator: Allocator) throws {
    self.stream = stream
    self.allocator = allocator
    objects = try Replay.map(count: stream.slots)
    sizes = try Replay.map(count: stream.slots)
  }

  /// Returns memory that comes from no malloc and is resident from the start.
  private static func map<Element>(count: Int) throws -> UnsafeMutablePointer<Element> {
    let bytes = max(1, count * MemoryLayout<Element>.stride)
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
      throw BenchmarkError("no memory for \(count) slots")
    }
    // Zero bytes are valid values of both types.
    return start.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// Replays the stream once. The first word of each object is written when it is allocated and read when it is freed.
  /// `watch` is called at the pauses.
  /// - Returns: the sum of the words read, so that no read can be optimised away.
  func pass(_ watch: () -> Void = {}) -> UInt64 {
    var sum: UInt64 = 0
    var start = 0
    for end in stream.pauses + [stream.operations.count] {
      sum &+= replay(start..<end)
      watch()
      allocator.pause(objects, count: stream.slots)
      start = end
    }
    return sum
  }

  @inline(never)
  private func replay(_ range: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0
    for index in range {
      let operation = stream.operations[index]
      let slot = Int(operation.slot)
      if operation.bytes == 0 {
        guard let object = objects[slot] else { continue }
        sum &+= UInt64(object.load(as: UInt32.self))
        // Freed by pointer only (kfree), as with every malloc; only the floor needs the size.
        allocator.free(object, bytes: Int(sizes[slot]), cache: generalCache, cpu: Int(operation.cpu))
        objects[slot] = nil
      } else {
        let bytes = Int(operation.bytes)
        guard let object = allocator.allocate(bytes, cache: operation.cache, cpu: Int(operation.cpu)) else { continue }
        // Four bytes fit the smallest object of every contender.
        object.storeBytes(of: operation.slot, as: UInt32.self)
        objects[slot] = object
        sizes[slot] = operation.bytes
      }
    }
    return sum
  }

  var remarks: String { allocator.remarks }
}
