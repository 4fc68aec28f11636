import Glibc

/// Replays a stream of operations again and again.
struct Replay<Allocator: Contender> {
  private let stream: OperationFile
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Bytes of each live object.
  private let sizes: UnsafeMutablePointer<UInt32>
  init(_ stream: OperationFile, _ allocator: Allocator) throws {
    self.stream = stream
    self.allocator = allocator
    objects = try Replay.map(count: stream.slots)
    sizes = try Replay.map(count: stream.slots)
  }

  /// Memory apart from any malloc, there from the start.
  private static func map<Element>(count: Int) throws -> UnsafeMutablePointer<Element> {
    let bytes = max(1, count * MemoryLayout<Element>.stride)
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
      throw BenchmarkError("no memory for \(count) slots")
    }
    // Zero is no object, and no operation.
    return start.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// One pass over the stream. Each object's first word is written when it is allocated and read when it is freed, as
  /// an owner would. `watch` is called at the pauses.
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
        // By pointer alone (kfree), as every peer frees; only the floor needs the size.
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
