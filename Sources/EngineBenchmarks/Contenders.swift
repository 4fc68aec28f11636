import Glibc
import SlabEngine

/// Our engine: named caches by name, kmalloc through the general caches, each operation on the CPU that was recorded.
struct EngineContender: Contender {
  private let engine: SlabEngine
  private let caches: UnsafeMutablePointer<SlabCache>
  private let cpus: UnsafeMutablePointer<EngineCPU>

  init(for stream: OperationStream) throws {
    let engine = try SlabEngine(EngineConfiguration(memoryBytes: 1 << 30, cpus: stream.cpus))
    self.engine = engine
    caches = .allocate(capacity: stream.caches.count)
    for (index, cache) in stream.caches.enumerated() {
      (caches + index).initialize(to: try engine.makeCache(cache.name, objectSize: cache.objectSize))
    }
    cpus = .allocate(capacity: stream.cpus)
    for index in 0..<stream.cpus { (cpus + index).initialize(to: engine.cpu(index)) }
  }

  @inline(__always)
  func allocate(_ operation: OperationStream.Operation) -> UnsafeMutableRawPointer? {
    let cpu = cpus[Int(operation.cpu)]
    return operation.cache == OperationStream.generalCache
      ? cpu.allocate(bytes: Int(operation.bytes)) : cpu.allocate(from: caches[Int(operation.cache)])
  }

  @inline(__always)
  func free(
    _ object: UnsafeMutableRawPointer, _ operation: OperationStream.Operation,
    allocatedBy allocation: OperationStream.Operation
  ) {
    let cpu = cpus[Int(operation.cpu)]
    if allocation.cache == OperationStream.generalCache {
      cpu.free(object)
    } else {
      cpu.free(object, to: caches[Int(allocation.cache)])
    }
  }
}

/// The process's malloc: glibc's, or whichever LD_PRELOAD put in its place.
struct MallocContender: Contender {
  init(for stream: OperationStream) {}

  @inline(__always)
  func allocate(_ operation: OperationStream.Operation) -> UnsafeMutableRawPointer? { malloc(Int(operation.bytes)) }

  @inline(__always)
  func free(
    _ object: UnsafeMutableRawPointer, _ operation: OperationStream.Operation,
    allocatedBy allocation: OperationStream.Operation
  ) { Glibc.free(object) }
}

/// The floor: a LIFO stack of objects for each exact size, with no accounting at all. No allocator that serves more than
/// one size can do less.
struct FloorContender: Contender {
  private static let largest = 1 << 16
  private let stacks: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(for stream: OperationStream) {
    stacks = .allocate(capacity: FloorContender.largest)
    stacks.initialize(repeating: nil, count: FloorContender.largest)
  }

  @inline(__always)
  func allocate(_ operation: OperationStream.Operation) -> UnsafeMutableRawPointer? {
    let size = max(Int(operation.bytes), 8)
    guard size < FloorContender.largest, let object = stacks[size] else { return malloc(size) }
    stacks[size] = object.load(as: UnsafeMutableRawPointer?.self)
    return object
  }

  @inline(__always)
  func free(
    _ object: UnsafeMutableRawPointer, _ operation: OperationStream.Operation,
    allocatedBy allocation: OperationStream.Operation
  ) {
    let size = max(Int(allocation.bytes), 8)
    guard size < FloorContender.largest else { return Glibc.free(object) }
    object.storeBytes(of: stacks[size], as: UnsafeMutableRawPointer?.self)
    stacks[size] = object
  }
}
