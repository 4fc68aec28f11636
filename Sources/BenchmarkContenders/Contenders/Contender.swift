/// Allocator that is measured. Generic code is specialised for each contender, so that dynamic dispatch costs none of them time.
protocol Contender {
  /// Creates an allocator.
  init(_ setup: ContenderSetup) throws
  /// Allocates `bytes` bytes on a CPU, from the cache with an index or, for `generalCache`, by size.
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer?
  /// Frees an object that was allocated on any CPU. In a replay `cache` is `generalCache` for all objects, since a malloc is told
  /// no more than the pointer; only `FloorContender` uses `bytes`, the size with which the object was allocated.
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int)
  /// Does periodic work between operations. `objects` has every live object by slot; each object begins with its slot's number.
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int)
  /// Additional figures at the end, as `key=value` words.
  var remarks: String { get }
}

extension Contender {
  func pause(_ objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>, count: Int) {}
  var remarks: String { "" }
}

/// Cache index of allocations by size.
package let generalCache = UInt32.max
