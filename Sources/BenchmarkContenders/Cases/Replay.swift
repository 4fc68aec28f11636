import Glibc

/// Replay of a stream of operations, any number of times.
struct Replay<Allocator: Contender> {
  private let stream: OperationFile
  private let allocator: Allocator
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(_ stream: OperationFile, _ allocator: Allocator) throws {
    self.stream = stream
    self.allocator = allocator
    // The slots come from no malloc and are resident from the start.
    let bytes = max(1, stream.slots) * MemoryLayout<UnsafeMutableRawPointer?>.stride
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
      throw BenchmarkError("no memory for \(stream.slots) slots")
    }
    // Zero bytes are a nil pointer.
    objects = start.bindMemory(to: UnsafeMutableRawPointer?.self, capacity: max(stream.slots, 1))
  }

  /// Replays the stream once. The first word of each object is written when it is allocated and read when it is freed.
  /// - Parameters:
  ///   - stops: Indices of additional operations before which `watch` is called, in ascending order.
  ///   - watch: Called at the stops and at the stream's pauses, with the index of the next operation.
  /// - Returns: The sum of the words read, so that no read can be optimised away.
  func pass(stops: [Int] = [], _ watch: (Int) -> Void = { _ in }) -> UInt64 {
    var (sum, start, pause, stop): (UInt64, Int, Int, Int) = (0, 0, 0, 0)
    let count = stream.operations.count
    repeat {
      let nextPause = pause < stream.pauses.count ? stream.pauses[pause] : count
      let end = min(nextPause, stop < stops.count ? stops[stop] : count)
      sum &+= replay(start..<max(start, end))
      watch(max(start, end))
      if stop < stops.count, stops[stop] <= end { stop += 1 }
      if nextPause <= end {
        allocator.pause(objects, count: stream.slots)
        pause += 1
      }
      start = max(start, end)
    } while start < count || pause < stream.pauses.count
    return sum
  }

  @inline(never)
  private func replay(_ range: Range<Int>) -> UInt64 {
    // Local copies stay in registers; fields of `self` would be loaded again after each store.
    let (allocator, objects) = (allocator, objects)
    let operations = stream.operations[range]
    var sum: UInt64 = 0
    for operation in operations {
      let slot = Int(operation.slot)
      if operation.cache == RecordedOperation.freed {
        guard let object = objects[slot] else { continue }
        sum &+= UInt64(object.load(as: UInt32.self))
        // Freed by pointer only (kfree), as with every malloc.
        allocator.free(object, bytes: Int(operation.bytes), cache: generalCache, cpu: Int(operation.cpu))
        objects[slot] = nil
      } else {
        let bytes = Int(operation.bytes)
        guard let object = allocator.allocate(bytes, cache: operation.cache, cpu: Int(operation.cpu)) else { continue }
        // Four bytes fit the smallest object of every contender.
        object.storeBytes(of: operation.slot, as: UInt32.self)
        objects[slot] = object
      }
    }
    return sum
  }

  var remarks: String { allocator.remarks }
}
